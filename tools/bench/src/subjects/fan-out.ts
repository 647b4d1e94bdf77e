import { fanOut, ordered, task } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'

/** Pairs of tasks, the second of which depends on the first. */
export default fanOut({
  name: 'fan-out',
  start: (count: number) =>
    Array.from({ length: count }, (_, index) =>
      task('step', index, { id: `s${index}`, ...(index % 2 === 1 ? { dependsOn: [`s${index - 1}`] } : {}) }),
    ),
  reduce: ordered((all: number[], one: number) => [...all, one], []),
})

export const check: CheckOptions = {
  // The plainest is one pair.
  goal: (random) => (2 + Math.floor(random() * 9)) % 9,
  workers: { step: (body, random) => ({ result: body, ...(random() < 0.1 ? { throws: 'It broke.' } : {}) }) },
}
