import { DecisionSchema } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainJson } from './plain-json.ts'
import { quickDelegation } from './quick-delegation.ts'

/** What the general way makes of a value. */
function slow(value: unknown): unknown {
  return DecisionSchema.parse(plainJson(value))
}

const id = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z0-9.]{1,4}(\/[a-z_]{1,3}){0,2}$/) },
  fc.string(),
  fc.constantFrom('', 'a/../b', '__proto__', 'x'.repeat(200), 'x'.repeat(201)),
)
const odd = fc.oneof(fc.anything(), fc.constantFrom(undefined, null, '', Number.NaN, -0, 1n, new Date(0)))
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 30, arbitrary: arbitrary as fc.Arbitrary<unknown> }, odd)
const task = fc
  .record(
    {
      type: mostly(fc.constantFrom('work', 'scan_dir', 'a'.repeat(100), 'a'.repeat(101), '1')),
      id: mostly(id),
      dependsOn: mostly(fc.array(id)),
      body: mostly(fc.oneof(fc.jsonValue(), fc.anything({ withNullPrototype: true, withSparseArray: true }))),
      group: mostly(fc.oneof(fc.string(), fc.constantFrom('x'.repeat(200), 'x'.repeat(201)))),
      purpose: mostly(fc.oneof(fc.string(), fc.constantFrom('x'.repeat(2_000), 'x'.repeat(2_001)))),
    },
    { requiredKeys: [], noNullPrototype: false },
  )
  .chain((made) => fc.constantFrom(made, made, made, Object.assign(made, { priority: 1 }), withSymbol(made)))
const delegation = fc.record(
  {
    tasks: mostly(fc.array(mostly(task))),
    type: mostly(fc.constant('delegate')),
    plan: mostly(fc.string()),
    parent: mostly(fc.string()),
  },
  { requiredKeys: [], noNullPrototype: false },
)

function withSymbol(value: object): object {
  return Object.assign(value, { [Symbol('hidden')]: 1 })
}

describe('a quick delegation', () => {
  it('equals what the schema makes of the same value, keys in the same order, wherever it is one', () => {
    let quickCount = 0
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: delegation }, fc.anything()), (value) => {
        const quick = quickDelegation(value)
        if (quick === undefined) return
        quickCount += 1
        const expected = slow(value)
        expect(quick).toStrictEqual(expected)
        expect(JSON.stringify(quick)).toBe(JSON.stringify(expected))
      }),
      { numRuns: 3_000 },
    )
    expect(quickCount).toBeGreaterThan(100)
  })

  it('is what a delegation into a group leads to', () => {
    const tasks = [{ id: 'a', type: 'work', body: null, group: 'g' }]
    expect(quickDelegation({ type: 'delegate', tasks })).toStrictEqual({ type: 'delegate', tasks })
  })

  it('is what an ordinary delegation leads to', () => {
    const tasks = [{ id: 'a', type: 'work', body: { list: [1] }, purpose: 'To work.', dependsOn: ['b'] }]
    expect(quickDelegation({ type: 'delegate', tasks, parent: 'p' })).toStrictEqual({
      type: 'delegate',
      tasks,
      parent: 'p',
    })
  })

  it('shares nothing with the value', () => {
    const body = { list: [1] }
    const dependsOn = ['b']
    const quick = quickDelegation({ type: 'delegate', tasks: [{ id: 'a', type: 'work', body, dependsOn }] })
    body.list.push(2)
    dependsOn.push('c')
    expect(quick?.tasks).toEqual([{ id: 'a', type: 'work', body: { list: [1] }, dependsOn: ['b'] }])
  })

  it.each([
    ['a member that does not show', Object.defineProperty({ type: 'work', body: null }, 'id', { value: 'a' })],
    ['a member named by a symbol', withSymbol({ id: 'a', type: 'work', body: null })],
    ['an instance of a class', Object.assign(new Date(0), { id: 'a', type: 'work', body: null })],
    ['a key that the schema does not know', { id: 'a', type: 'work', body: null, depend_on: [] }],
    ['a body that is deep', { id: 'a', type: 'work', body: JSON.parse('['.repeat(55) + ']'.repeat(55)) as unknown }],
    ['a body that is no JSON', { id: 'a', type: 'work', body: { run: () => 1 } }],
    ['a hole among its dependencies', { id: 'a', type: 'work', body: null, dependsOn: Array(1) }],
  ])('leaves a task with %s to the schema', (_, one) => {
    expect(quickDelegation({ type: 'delegate', tasks: [one] })).toBeUndefined()
  })

  it('leaves everything to the schema while Object.prototype has members that show', () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>
    prototype['parent'] = 'p'
    try {
      expect(quickDelegation({ type: 'delegate', tasks: [] })).toBeUndefined()
    } finally {
      delete prototype['parent']
    }
  })
})
