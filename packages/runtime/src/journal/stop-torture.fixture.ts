import { BosunError } from '@bosun/core'
import { factsAfter, here, readAll } from './facts.fixture.ts'
import { startChild } from './journal-child.fixture.ts'
import { SqliteJournal } from './sqlite-journal.ts'

/** What came of stopping a manager, taking its run over and letting it go on. */
export interface StopReport {
  readonly rounds: number
  /** Facts of the old manager behind the first of the new one. Must be 0. */
  readonly stale: number
  /** Old managers that were told that they are fenced. Must equal `rounds`. */
  readonly fenced: number
}

/**
 * Stops a writer (SIGSTOP) in the middle of its appends, takes its run over, appends, and lets the
 * old writer go on: it must learn that it is fenced and must not have written behind our back (P5).
 */
export async function stopTorture(
  stateDir: string,
  rounds: number,
  random: () => number = Math.random,
): Promise<StopReport> {
  let report: StopReport = { rounds: 0, stale: 0, fenced: 0 }
  await using journal = await SqliteJournal.open({ stateDir, busyTimeoutMs: 100 })
  for (let round = 1; round <= rounds; round += 1) {
    const run = `stopped-${round}`
    const child = startChild('./journal-writer.fixture.ts', [stateDir, run, '100000', 'dead'])
    await child.heard('acked', 1 + Math.floor(random() * 40))
    const { epoch, length } = await takeOver(journal, run, child.process)
    await journal.append(run, epoch, length, factsAfter(length, 3, 'mine'))
    child.process.kill('SIGCONT')
    const lines = await child.ended()
    const after = (await readAll(journal, run)).slice(length)
    const mine = after.filter((fact) => fact.type === 'attempt.succeeded' && fact.result === 'mine')
    await journal.release(run, epoch)
    report = {
      rounds: round,
      stale: report.stale + after.length - mine.length,
      fenced: report.fenced + (lines.includes('refused JOURNAL_FENCED') ? 1 : 0),
    }
  }
  return report
}

/** A writer that was stopped within a transaction holds its lock: it goes on for a moment and is stopped again. */
async function takeOver(
  journal: SqliteJournal,
  run: string,
  child: { kill(signal: NodeJS.Signals): boolean },
): Promise<{ epoch: number; length: number }> {
  for (;;) {
    child.kill('SIGSTOP')
    try {
      const epoch = await journal.acquire(run, here)
      return { epoch, length: (await readAll(journal, run)).length }
    } catch (error) {
      if (!BosunError.is(error, 'RUN_BUSY')) throw error
      child.kill('SIGCONT')
    }
  }
}
