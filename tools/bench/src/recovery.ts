import { createHash } from 'node:crypto'
import type { DurableFact } from '@bosun/core'
import type { RunHandle } from '@bosun/runtime'
import { measure, type Measured, type MeasureOptions } from './measure.ts'
import { counter, flatTasks, withRuntime } from './nothing-world.ts'

/** Facts per task of a run of this kind, about. */
const FACTS_PER_TASK = 6
const DEAD = { pid: 1, bootId: 'an earlier boot', startTime: '0' }

export interface RecoveryReport {
  readonly facts: number
  readonly measured: Measured
}

/**
 * Benchmark (e): taking up a run of so many facts whose manager died, from SQLite to the moment at
 * which it goes on: rows read, hashes checked, state folded, manager replayed. Beside it: the same
 * facts read from memory as text, hashed and parsed, which is the least that any recovery does.
 */
export async function recovery(factsCount: number, options: MeasureOptions = {}): Promise<RecoveryReport> {
  const tasks = flatTasks(Math.round(factsCount / FACTS_PER_TASK))
  return withRuntime({ slotsMax: 32, journal: 'sqlite' }, async ({ bosun, run }) => {
    const { journal } = bosun
    const all: DurableFact[] = []
    for await (const batch of journal.read(await run(tasks))) all.push(...batch)
    // Without its last input: the manager died before it could finish.
    const facts = all.slice(
      0,
      all.findIndex(({ cause }) => cause === all.at(-1)?.cause),
    )
    const texts = facts.map((fact) => JSON.stringify(fact))
    let round = 0
    let taken: RunHandle | undefined
    const measured = await measure(
      {
        async bosun() {
          taken = await bosun.resume(`dead-${round}`, { managers: [counter(tasks)] })
        },
        'parse and hash': () => {
          let hash = ''
          let last: unknown
          for (const text of texts) {
            hash = createHash('sha256').update(hash).update(text).digest('hex')
            last = JSON.parse(text)
          }
          if (last === undefined || hash === '') throw new Error('There were no facts.')
        },
      },
      {
        ...options,
        async beforeRound() {
          await taken?.outcome
          round += 1
          const epoch = await journal.acquire(`dead-${round}`, DEAD)
          await journal.append(`dead-${round}`, epoch, 0, facts)
        },
      },
    )
    const outcome = await taken?.outcome
    if (outcome?.end?.type !== 'run.completed') throw new Error('The run that was taken up did not complete.')
    return { facts: facts.length, measured }
  })
}
