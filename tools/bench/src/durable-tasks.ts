import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DurableFact } from '@bosun/core'
import { measure, type Measured, type MeasureOptions } from './measure.ts'
import { flatTasks, withRuntime } from './nothing-world.ts'

const IN_FLIGHT = 256
/** Facts that the plain loop syncs at once. */
const BATCH_FACTS = 100

export interface DurableTasksReport {
  readonly tasks: number
  readonly facts: number
  readonly measured: Measured
}

/**
 * Benchmark (c): the embedded runtime with its journal in SQLite and 256 tasks in flight, beside a
 * plain loop that writes the same rows, each with the hash of the one before, and syncs every hundred.
 */
export async function durableTasks(count: number, options: MeasureOptions = {}): Promise<DurableTasksReport> {
  const tasks = flatTasks(count)
  return withRuntime({ slotsMax: IN_FLIGHT, journal: 'sqlite' }, async ({ bosun, stateDir, run }) => {
    const facts: DurableFact[] = []
    for await (const batch of bosun.journal.read(await run(tasks))) facts.push(...batch)
    let round = 0
    const measured = await measure(
      {
        bosun: async () => void (await run(tasks)),
        'plain loop': () => writePlainly(join(stateDir, `plain-${(round += 1)}.db`), facts),
      },
      options,
    )
    return { tasks: count, facts: facts.length, measured }
  })
}

function writePlainly(file: string, facts: readonly DurableFact[]): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE facts (seq INTEGER PRIMARY KEY, fact TEXT NOT NULL, hash TEXT NOT NULL) STRICT')
  const add = database.prepare('INSERT INTO facts VALUES (?, ?, ?)')
  let hash = ''
  for (let at = 0; at < facts.length; at += BATCH_FACTS) {
    database.exec('BEGIN')
    for (const fact of facts.slice(at, at + BATCH_FACTS)) {
      const text = JSON.stringify(fact)
      hash = createHash('sha256').update(hash).update(text).digest('hex')
      add.run(fact.seq, text, hash)
    }
    database.exec('COMMIT')
  }
  database.close()
}
