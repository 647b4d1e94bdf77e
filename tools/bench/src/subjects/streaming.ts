import { ordered, streaming, task } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'
import { wholeResult } from './whole-result.ts'

const letter = (index: number) => String.fromCharCode(97 + index)

/** A word, a letter per task; half of the letters are worked on after the one before. */
export default streaming({
  name: 'streaming',
  start: (count: number) =>
    Array.from({ length: count }, (_, index) =>
      task('step', letter(index), { id: `s${index}`, ...(index % 4 === 3 ? { dependsOn: [`s${index - 1}`] } : {}) }),
    ),
  reduce: ordered((word: string, one: string) => word + one, ''),
  everyMs: 0,
})

export const check: CheckOptions = {
  goal: (random) => (2 + Math.floor(random() * 7)) % 7,
  workers: { step: (body, random) => ({ result: body, ...(random() < 0.1 ? { throws: 'It broke.' } : {}) }) },
  ownInvariants: [wholeResult((bodies) => bodies.join(''))],
}
