import { dynamic, mapReduce, ordered, task } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'
import { wholeResult } from './whole-result.ts'

const visit = (node: number) => task('visit', node, { id: `n${node}` })
const isKept = (node: number) => node % 3 !== 2

/** The nodes of a graph with circles that are kept, by id, as a tree of lists. */
export default mapReduce({
  name: 'map-reduce',
  map: dynamic({ start: (nodes: number) => [visit(nodes)], discovered: visit }),
  keep: isKept,
  reduce: ordered((all: number[], one: number) => [...all, one], []),
  treeReduce: (left, right) => [...left, ...right],
  concurrency: 2,
})

const NODES = 7

export const check: CheckOptions = {
  goal: (random) => Math.floor(random() * NODES),
  workers: {
    visit: (body, random) => {
      const node = Number(body)
      return {
        result: node,
        discovered: [(2 * node) % NODES, (2 * node + 1) % NODES],
        ...(random() < 0.1 ? { throws: 'It broke.' } : {}),
      }
    },
  },
  ownInvariants: [
    wholeResult(
      (bodies) => bodies.map(Number).toSorted((a, b) => a - b),
      ({ body }) => isKept(Number(body)),
    ),
  ],
}
