import { composeStrategy } from 'bosun'

/**
 * Depth first: what was found last is done first, which keeps few branches open at a time. It looks
 * right, passes any test of a finished graph, and lets an early task wait for as long as new ones come in.
 */
export default composeStrategy({
  name: 'newest-first',
  order: { name: 'newest-first', key: (_task, view) => -view.at },
})

/** Every task finds two others, up to sixty: a crawl. */
export const check = {
  workers: {
    visit: (_body: unknown, random: () => number) => ({
      result: 'visited',
      discovered: [0, 1].map(() => `n${Math.floor(random() * 60)}`),
      durationMs: 1_000,
    }),
  },
  limits: { tasksMax: 100, depthMax: 60, slotsMax: 1 },
}
