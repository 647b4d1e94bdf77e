import type { AttemptKey } from '@bosun/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { AttemptTable } from './attempt-table.ts'

class Entry {
  next: Entry | undefined = undefined
  readonly key: AttemptKey

  constructor(key: AttemptKey) {
    this.key = key
  }
}

const textOf = ({ run, task, epoch }: AttemptKey) => JSON.stringify([run, task, epoch])

it('holds what a map from attempts to entries holds, whatever is added and taken off', () => {
  const key = fc.record({
    run: fc.constantFrom('r', 's'),
    // Long ids that differ at their beginning alone share a chain.
    task: fc.oneof(
      fc.string(),
      fc.nat({ max: 300 }).map(String),
      fc.nat({ max: 9 }).map((n) => `${n}${'x'.repeat(20)}`),
    ),
    epoch: fc.integer({ min: 1, max: 3 }),
  })
  const step = fc.record({ key, isDelete: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { size: 'large' }), (steps) => {
      const table = new AttemptTable<Entry>()
      const map = new Map<string, Entry>()
      for (const { key: asked, isDelete } of steps) {
        const held = map.get(textOf(asked))
        expect(table.get(asked)).toBe(held)
        const stranger = new Entry(asked)
        expect(table.delete(stranger)).toBe(false)
        if (held === undefined) {
          table.add(stranger)
          map.set(textOf(asked), stranger)
        } else if (isDelete) {
          table.delete(held)
          map.delete(textOf(asked))
        }
        expect(table.size).toBe(map.size)
      }
      expect(new Set(table.entries())).toEqual(new Set(map.values()))
    }),
  )
})

it('grows with what it holds', () => {
  const table = new AttemptTable<Entry>()
  const entries = Array.from({ length: 5_000 }, (_, index) => new Entry({ run: 'r', task: `t${index}`, epoch: 1 }))
  for (const entry of entries) table.add(entry)
  expect(entries.every((entry) => table.get({ ...entry.key }) === entry)).toBe(true)
})
