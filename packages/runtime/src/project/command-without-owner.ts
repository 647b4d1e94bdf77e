import { BosunError, isDurable, type Command, type DurableFact, type Journal } from '@bosun/core'
import { composeStrategy, decide, foldKernel, type Input, type Kernel } from '@bosun/kernel'
import { killHostGroups } from '../hosts/kill-host-groups.ts'
import type { HostRecord } from '../run/run-ports.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { thisProcess } from '../journal/owner.ts'
import { arrivalOfCommand, type Arrival } from '../run/arrival.ts'
import { SystemClock } from '../run/system-clock.ts'

/**
 * Carries out what waits for a run that no living process manages: acquires the run, kills what its
 * hosts left behind, appends what follows and lets it go again. Nothing is assigned, since nobody is
 * here to do it; whoever resumes the run does.
 *
 * @param secrets taken out of what others left, too; default none
 * @throws RUN_ENDED for anything but `retry` on a run that has ended; RUN_BUSY when somebody has taken
 * the run over meanwhile
 */
export async function commandWithoutOwner(journal: Journal, run: string, secrets?: Redactor): Promise<void> {
  const managerEpoch = await journal.acquire(run, thisProcess())
  try {
    const facts: DurableFact[] = []
    for await (const batch of journal.read(run)) facts.push(...batch)
    const hosts = facts.filter((fact) => fact.type === 'host.started') satisfies readonly HostRecord[]
    await killHostGroups(hosts)
    const kernel = foldKernel(ASSIGNS_NOTHING, facts)
    let refusal: BosunError | undefined
    // What waited longer comes first: a limit that was raised before is not lowered by it again.
    for (const command of await journal.commands(run)) {
      // oxlint-disable-next-line no-await-in-loop
      refusal = await carryOut(journal, run, managerEpoch, kernel, secrets?.json(command) ?? command)
    }
    if (refusal !== undefined) throw refusal
  } finally {
    await journal.release(run, managerEpoch)
  }
}

// ---------------------------------------------------------------------------------------------

/** Folds like any other strategy; what is decided with it stands whoever decides next. */
const ASSIGNS_NOTHING = composeStrategy({ name: 'assigns-nothing', admission: { admit: () => false } })

/** Settles the command, also one that is refused: nobody else could do more with it. */
async function carryOut(
  journal: Journal,
  run: string,
  managerEpoch: number,
  kernel: Kernel,
  command: Command,
): Promise<BosunError | undefined> {
  const arrival = arrivalOfCommand(command)
  let refusal: BosunError | undefined
  const { seq, ended } = kernel.state
  if (ended !== undefined && command.kind !== 'retry') {
    refusal = new BosunError('RUN_ENDED', { at: run, received: ended })
  } else if (arrival !== undefined) refusal = await append(journal, run, managerEpoch, kernel, arrival)
  await journal.settle(run, command.id, Math.max(seq, kernel.state.seq))
  return refusal
}

async function append(
  journal: Journal,
  run: string,
  managerEpoch: number,
  kernel: Kernel,
  arrival: Arrival,
): Promise<BosunError | undefined> {
  const { seq } = kernel.state
  try {
    const decided = decide(kernel, { ...arrival, at: new SystemClock().now() } as Input).filter(isDurable)
    if (decided.length > 0) await journal.append(run, managerEpoch, seq, decided)
    return undefined
  } catch (error) {
    if (BosunError.is(error) && error.fault === 'caller' && kernel.state.seq === seq) return error
    throw error
  }
}
