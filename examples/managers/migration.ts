import { commutative, pipeline, streaming, task, workQueue } from 'bosun'
import type { CheckOptions } from 'bosun/testing'

/** Tries a migration on a sample, and only if that goes well on everything, with a queue that is kept filled. */
export default pipeline({
  name: 'migration',
  stages: [
    {
      name: 'sample',
      run: streaming({
        name: 'sample',
        start: (count: number) => [0, 1].map((at) => task('migrate', { row: at * count }, { id: `row-${at * count}` })),
        reduce: commutative((rows: number[], row: number) => [...rows, row].toSorted((a, b) => a - b), []),
        failure: 'fail-fast',
      }),
      output: (_rows, count: number) => count,
    },
    {
      name: 'all',
      limits: { slotsMax: 3 },
      run: workQueue({
        name: 'all',
        items: (count: number) => Array.from({ length: count - 1 }, (_, at) => at + 1),
        task: (row: number) => task('migrate', { row }, { id: `row-${row}` }),
        reduce: commutative((done: number) => done + 1, 0),
        failure: { retriesMax: 4 },
      }),
    },
  ],
})

export const check: CheckOptions = {
  goal: (random) => 1 + Math.floor(random() * 6),
  workers: {
    migrate: (body, random) => (random() > 0.9 ? { throws: 'locked' } : { result: (body as { row: number }).row }),
  },
  comparesRuns: false, // who fails first hangs on the workers
}
