import { expect, it } from 'vitest'
import { nameFault } from './name-fault.ts'
import { optionsFault } from './options-fault.ts'

it.each(['greeter', 'page-writer', 'a', 'v2', 'a'.repeat(50)])('takes the name %s', (name) => {
  expect(nameFault(name)).toBeUndefined()
})

it.each([
  '',
  'Greeter',
  'page_writer',
  '2fast',
  '-a',
  'a-',
  'a--b',
  '../up',
  'a/b',
  'a.b',
  'é',
  "a'",
  'a\n',
  'a'.repeat(51),
  'index',
  'zod',
  'bosun',
])('refuses the name %j', (name) => {
  expect(nameFault(name)).toBeTypeOf('string')
})

it('takes options for the kinds that have them, in a form that source text can hold', () => {
  expect(optionsFault('worker', { taskType: 'generate_page', model: 'fast' })).toBeUndefined()
  expect(optionsFault('manager', { taskType: 'scan' })).toBeUndefined()
  expect(optionsFault('strategy', { taskType: 'scan' })).toMatchObject({ option: 'taskType' })
  expect(optionsFault('planner', { model: 'fast' })).toMatchObject({ option: 'model' })
  expect(optionsFault('worker', { taskType: "a', run: evil() //" })).toMatchObject({ option: 'taskType' })
  expect(optionsFault('worker', { model: "x'" })).toMatchObject({ option: 'model' })
})
