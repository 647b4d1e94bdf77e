import { BosunError, type DurableFact, type Journal } from '@bosun/core'
import { BUILT_IN_STRATEGIES, foldKernel } from '@bosun/kernel'
import { headAfter } from '../journal/run-head.ts'
import { thisProcess } from '../journal/owner.ts'

/**
 * Stores the facts of a run that was exported elsewhere, in one transaction. Whoever calls has checked
 * their chain (`readFactsFile`) and judged them.
 *
 * Only a run that has ended or is paused: one that still goes on has hosts, and on this very machine
 * whoever took the copy over would kill those of the original.
 *
 * @returns the id of the run
 * @throws JOURNAL_INVALID, FACT_ILLEGAL when it does not fold, JOURNAL_CONFLICT when its id is taken
 */
export async function importRun(journal: Journal, facts: readonly DurableFact[]): Promise<string> {
  const [first] = facts
  if (first?.type !== 'run.started') {
    throw new BosunError('JOURNAL_INVALID', {
      at: 'fact 1',
      expected: 'run.started',
      received: first?.type ?? 'nothing',
    })
  }
  const { run } = first
  if (headAfter(facts).state === 'running') {
    throw new BosunError('JOURNAL_INVALID', {
      at: run,
      expected: 'a run that has ended or is paused',
      received: 'one that goes on',
      fix: 'Pause it where it is, and export it again.',
    })
  }
  foldKernel(BUILT_IN_STRATEGIES[0] as (typeof BUILT_IN_STRATEGIES)[number], facts)
  await assertFree(journal, run)
  const epoch = await journal.acquire(run, thisProcess())
  try {
    await journal.append(run, epoch, 0, facts)
  } catch (error) {
    await journal.release(run, epoch)
    // Nothing is stored, or it is the run of somebody who was faster.
    if (await isEmpty(journal, run)) await journal.remove(run)
    throw error
  }
  await journal.release(run, epoch)
  return run
}

// ---------------------------------------------------------------------------------------------

async function assertFree(journal: Journal, run: string): Promise<void> {
  if (!(await journal.runs()).some((one) => one.run === run)) return
  throw new BosunError('JOURNAL_CONFLICT', {
    at: run,
    summary: 'There is a run with this id already.',
    fix: 'Look at it with `bosun show`, or import into another state folder with --state.',
  })
}

async function isEmpty(journal: Journal, run: string): Promise<boolean> {
  for await (const facts of journal.read(run)) if (facts.length > 0) return false
  return true
}
