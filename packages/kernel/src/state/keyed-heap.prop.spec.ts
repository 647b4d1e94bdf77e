import { array, assert, integer, property, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import { KeyedHeap } from './keyed-heap.ts'

it('gives back what was put in by key, then tie, then item, however pushes and pops mix', () => {
  const small = integer({ min: -3, max: 3 })
  assert(
    property(array(tuple(small, small, small, integer({ min: 0, max: 2 }))), (entries) => {
      const heap = new KeyedHeap()
      const model: [number, number, number][] = []
      for (const [key, tie, item, pops] of entries) {
        heap.push(key, tie, item)
        model.push([key, tie, item])
        model.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
        for (let pop = 0; pop < pops && model.length > 0; pop += 1) {
          expect([heap.topKey, heap.topTie, heap.top]).toEqual(model[0])
          expect(heap.pop()).toBe(model.shift()?.[2])
        }
        expect(heap.size).toBe(model.length)
      }
    }),
  )
})
