import { readAll } from './facts.fixture.ts'
import { lastAcked, startChild } from './journal-child.fixture.ts'
import { SqliteJournal } from './sqlite-journal.ts'

/** What came of killing a writer again and again. */
export interface KillReport {
  readonly kills: number
  readonly acked: number
  /** Facts that were acknowledged and are gone, or that are not what was written. Must be 0. */
  readonly lost: number
  /** Facts that are stored although the writer never heard so. */
  readonly unacked: number
}

/**
 * Kills (-9) a writer `kills` times, each time after a random number of acknowledged appends, takes
 * the run over and looks whether everything that was acknowledged is there, whole and in order (P1).
 *
 * @param random uniform in [0, 1)
 */
export async function killTorture(
  stateDir: string,
  kills: number,
  random: () => number = Math.random,
): Promise<KillReport> {
  const run = 'killed'
  let stored = 0
  let report: KillReport = { kills: 0, acked: 0, lost: 0, unacked: 0 }
  for (let kill = 0; kill < kills; kill += 1) {
    const child = startChild('./journal-writer.fixture.ts', [stateDir, run, '100000'])
    await child.heard('acked', 1 + Math.floor(random() * 60))
    child.process.kill('SIGKILL')
    const acked = Math.max(stored, lastAcked(await child.ended()))
    const { length, sound } = await inspect(stateDir, run)
    report = {
      kills: kill + 1,
      acked: report.acked + acked - stored,
      lost: report.lost + Math.max(0, acked - Math.min(length, sound)),
      unacked: report.unacked + Math.max(0, length - acked),
    }
    stored = length
  }
  return report
}

/** How many facts a fresh reader finds, and how many of them from the first on are numbered without a gap. */
async function inspect(stateDir: string, run: string): Promise<{ length: number; sound: number }> {
  await using journal = await SqliteJournal.open({ stateDir })
  const facts = await readAll(journal, run)
  const wrong = facts.findIndex(
    ({ seq, at, type }, index) => seq !== index + 1 || at !== seq || type !== 'attempt.succeeded',
  )
  return { length: facts.length, sound: wrong < 0 ? facts.length : wrong }
}
