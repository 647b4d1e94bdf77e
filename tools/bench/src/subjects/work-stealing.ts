import { composeStrategy } from '@bosun/kernel'
import { commutative, task, workQueue } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'

export default composeStrategy({ name: 'work-stealing', dispatch: { ahead: 2, steal: true } })

/** More tasks than slots, so that some are placed; each fourth takes far longer than the others. */
const crowd = workQueue({
  name: 'crowd',
  *items(count: number) {
    for (let item = 1; item <= count; item += 1) yield item
  },
  task: (item: number) => task('step', item, { id: `i${item}`, ...(item % 5 === 4 ? { excludes: ['gpu'] } : {}) }),
  openMax: 12,
  reduce: commutative((sum: number, one: number) => sum + one, 0),
})

export const check: CheckOptions = {
  manager: crowd,
  goal: (random) => 4 + Math.floor(random() * 12),
  workers: {
    step: (body, random) => ({
      result: body,
      durationMs: Number(body) % 4 === 0 ? 20_000 : 100 + Math.floor(random() * 400),
      ...(random() < 0.05 ? { throws: 'It broke.' } : {}),
    }),
  },
}
