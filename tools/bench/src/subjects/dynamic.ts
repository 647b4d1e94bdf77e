import { commutative, dynamic, task } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'

const visit = (node: number) => task('visit', node, { id: `n${node}` })

/** Nodes of a graph with circles: node n leads to 2n and 2n + 1, modulo the number of nodes. */
export default dynamic({
  name: 'dynamic',
  start: (nodes: number) => [visit(nodes)],
  discovered: visit,
  reduce: commutative((sum: number, one: number) => sum + one, 0),
})

const NODES = 9

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
}
