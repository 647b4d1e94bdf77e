import { expect, it } from 'vitest'
import { z } from 'zod'
import { shapeFault } from './shape-fault.ts'

const schema = z.strictObject({ name: z.string('a text'), list: z.array(z.object({ n: z.number('a number') })) })
const faultOf = (value: unknown) => shapeFault(schema.safeParse(value).error as z.ZodError)

it('names the paths of what is wrong on one line', () => {
  expect(faultOf({ list: [{ n: 1 }, {}] })).toBe('name: a text; list[1].n: a number')
  expect(faultOf(7)).toBe('Invalid input: expected object, received number')
})

it('counts what it does not name', () => {
  expect(faultOf({ name: 'x', list: [{}, {}, {}, {}, {}] })).toBe(
    'list[0].n: a number; list[1].n: a number; list[2].n: a number; and 2 more',
  )
})

it('names the branch of a union that fits furthest, and none where all fail at once', () => {
  const either = z.object({ body: z.union([z.string(), z.object({ title: z.string('a text') })]) })
  const fault = (body: unknown) => shapeFault(either.safeParse({ body }).error as z.ZodError)
  expect(fault({ title: 3 })).toBe('body.title: a text')
  expect(fault(3)).toBe('body: Invalid input')
})
