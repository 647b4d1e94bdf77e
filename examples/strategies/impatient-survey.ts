import { delegate, finish, foldManager, task, wake } from 'bosun'

const AREAS = ['north', 'south', 'west']
const PATIENCE_MS = 20_000

/**
 * Counts the houses of three areas. An area that has not answered in time is asked again, by a task of
 * its own, but nothing fences the first one off: when both answer, its houses are counted twice.
 */
export default foldManager({
  name: 'impatient-survey',
  initial: () => ({ houses: 0 }),
  on: {
    goal: (_count, _message, view) => [
      delegate(AREAS.map((area) => task('count', area, { id: area }))),
      wake('impatient', view.at + PATIENCE_MS),
    ],
    woke: (_count, _message, view) =>
      AREAS.filter((area) => view.task(area)?.status !== 'succeeded').map((area) =>
        delegate(task('count', area, { id: `${area}-again` })),
      ),
    outcome: (count, { result }) => {
      if (typeof result === 'number') count.houses += result
    },
    settled: ({ houses }) => finish(houses),
  },
})

/** Every area has as many houses as its name has letters. */
export const check = { workers: { count: (area: unknown) => ({ result: String(area).length }) } }
