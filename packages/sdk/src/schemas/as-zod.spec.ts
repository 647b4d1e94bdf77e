import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { shapeFault } from '../attempts/shape-fault.ts'
import { defineWorker } from '../workers/define-worker.ts'
import { asZod } from './as-zod.ts'

type Validate = (value: unknown) => StandardSchemaV1.Result<unknown> | Promise<StandardSchemaV1.Result<unknown>>

/** A schema of a library that is none of ours. */
function foreign(validate: Validate, more: object = {}): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'foreign', validate, ...more } }
}

const trimmed = foreign((value) =>
  typeof value === 'string' ? { value: value.trim() } : { issues: [{ message: 'a text', path: ['a', { key: 0 }] }] },
)

it('leaves a schema of zod as it is', () => {
  const schema = z.object({ a: z.string() })
  expect(asZod(schema, 'here')).toBe(schema)
})

it('takes what a Standard Schema makes of a value, and its issues with their paths', () => {
  const schema = asZod(trimmed, 'here')
  expect(schema.parse(' a ')).toBe('a')
  expect(shapeFault(schema.safeParse(7).error as z.ZodError)).toBe('a[0]: a text')
  expect(z.object({ inner: schema }).safeParse({ inner: 7 }).error?.issues[0]?.path).toEqual(['inner', 'a', 0])
})

it('takes a schema that is a function, as some libraries have them', () => {
  const schema = Object.assign(
    () => {},
    foreign((value) => ({ value })),
  )
  expect(asZod(schema, 'here').parse(3)).toBe(3)
})

it('tells the JSON Schema that a Standard Schema carries, and leaves open what it cannot tell', () => {
  const told = foreign((value) => ({ value }), {
    jsonSchema: {
      input: ({ target }: { target: string }) => ({ $schema: target, type: 'integer' }),
      output: () => ({}),
    },
  })
  const throws = foreign((value) => ({ value }), {
    jsonSchema: {
      input: () => {
        throw new Error('not this one')
      },
    },
  })
  const shape = z.object({ told: asZod(told, 'a'), open: asZod(trimmed, 'b'), throws: asZod(throws, 'c') })
  expect(z.toJSONSchema(shape, { io: 'input' })).toMatchObject({
    properties: { told: { type: 'integer' }, open: {}, throws: {} },
  })
})

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'string'],
  ['an object that is none', { parse: () => 1 }],
  ['one without validate', { '~standard': { version: 1 } }],
])('refuses %s as a schema, and names where it stands', (_, schema) => {
  expect(() => asZod(schema as never, 'worker w: body')).toThrow(
    expect.objectContaining({ code: 'PLUGIN_INVALID', at: 'worker w: body' }),
  )
})

it('refuses a schema that answers with a promise where it is written', () => {
  const later = foreign((value) => Promise.resolve({ value }))
  expect(() =>
    defineWorker({ name: 'w', summary: 'W.', handles: 'w', body: later, result: z.unknown(), run: () => null }),
  ).toThrow(/worker w: body.*received a promise/)
})

it('refuses a schema that answers with a promise for some values at the first of them', () => {
  const sometimes = foreign((value) => (value === 'slow' ? Promise.reject(new Error('late')) : { value }))
  const schema = asZod(sometimes, 'worker w: result')
  expect(schema.parse('fast')).toBe('fast')
  expect(() => schema.safeParse('slow')).toThrow(
    expect.objectContaining({ code: 'PLUGIN_INVALID', message: expect.stringContaining('worker w: result') }),
  )
})

it('takes a schema that throws for what it was not made for', () => {
  const strict = foreign((value) => ({ value: (value as string).length }))
  expect(asZod(strict, 'here').parse('abc')).toBe(3)
})
