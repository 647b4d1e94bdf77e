import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strongComponents } from './strong-components.ts'

const graph = fc.integer({ min: 0, max: 9 }).chain((size) =>
  fc.array(fc.array(size === 0 ? fc.constant(0) : fc.nat(size - 1), { maxLength: 5 }), {
    minLength: size,
    maxLength: size,
  }),
)

/** Whether a way leads from one node to another, tried out by walking every edge. */
function reaches(graph: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set([from])
  for (const node of seen) for (const next of graph[node] ?? []) seen.add(next)
  return seen.has(to)
}

describe('strongComponents', () => {
  it('puts two nodes together exactly where each reaches the other', () => {
    fc.assert(
      fc.property(graph, (graph) => {
        const componentOf = new Map(
          strongComponents(graph).flatMap((nodes, at) => nodes.map((node) => [node, at] as const)),
        )
        for (const a of graph.keys()) {
          for (const b of graph.keys()) {
            const mutual = reaches(graph, a, b) && reaches(graph, b, a)
            expect(componentOf.get(a) === componentOf.get(b)).toBe(mutual)
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('puts every node into one component, and what it reaches before it', () => {
    fc.assert(
      fc.property(graph, (graph) => {
        const components = strongComponents(graph)
        expect(components.flat().sort((a, b) => a - b)).toEqual([...graph.keys()])
        const placeOf = new Map(components.flatMap((nodes, at) => nodes.map((node) => [node, at])))
        for (const [from, nodes] of graph.entries()) {
          for (const to of nodes) {
            expect(placeOf.get(to) ?? -1).toBeLessThanOrEqual(placeOf.get(from) ?? -1)
          }
        }
      }),
    )
  })

  it('goes around a ring that is longer than the call stack', () => {
    const size = 200_000
    const ring = Array.from({ length: size }, (_, node) => [(node + 1) % size])
    expect(strongComponents(ring).map((nodes) => nodes.length)).toEqual([size])
  })
})
