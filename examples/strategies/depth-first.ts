import { commutative, composeStrategy, dynamic, task } from 'bosun'

/** What was found deepest is done first, so that few branches are open at a time. */
export default composeStrategy({
  name: 'depth-first',
  order: { name: 'depth-first', key: (task) => -task.depth },
})

/** A crawl of a site with a calendar, in which every month leads to the next one. */
export const check = {
  manager: dynamic({
    name: 'crawl',
    start: () => [task('visit', 1, { id: 'month-1' }), task('visit', null, { id: 'imprint' })],
    discovered: (month: number) => task('visit', month, { id: `month-${month}` }),
    reduce: commutative((pages: number) => pages + 1, 0),
  }),
  workers: {
    visit: (month: unknown) => ({ result: null, discovered: typeof month === 'number' ? [month + 1] : [] }),
  },
  limits: { depthMax: 20 },
}
