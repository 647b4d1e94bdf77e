import { expect, it } from 'vitest'
import { GRAPH_VARIANTS, graphRuns } from './graph-runs.ts'
import { HAND_MADE } from './graph-shapes.ts'
import { realGraphs } from './real-graphs.fixture.ts'

const graphs = realGraphs() ?? []
/** `npm run torture -- graphs` runs all of them. */
const some = graphs.filter((_, index) => index % 12 === 0)

it.each(GRAPH_VARIANTS)(
  'T-24 T-26 M-62: a diamond, a wide join and a long chain come to what a loop comes to, in order, under %s',
  async (variant) => {
    const { runs, faults } = await graphRuns(HAND_MADE, undefined, [variant])
    expect(faults).toEqual([])
    expect(runs).toBe(3)
  },
)

it.skipIf(graphs.length === 0)('P15 T-24: graphs of real workflows come to what a loop comes to', async () => {
  const { faults } = await graphRuns(some)
  expect(faults).toEqual([])
})
