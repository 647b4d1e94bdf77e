import { BosunError, isDurable, type Command, type Journal } from '@bosun/core'
import { BUILT_IN_STRATEGIES, decide, foldKernel, type Input } from '@bosun/kernel'
import { killHostGroups } from '../hosts/kill-host-groups.ts'
import type { HostRecord } from '../run/run-ports.ts'
import { thisProcess } from '../journal/owner.ts'
import { arrivalOfCommand } from '../run/arrival.ts'
import { SystemClock } from '../run/system-clock.ts'

/** Commands that can lead to no assignment, so that nobody has to act on what they decide. */
const KINDS: ReadonlySet<Command['kind']> = new Set<Command['kind']>(['cancel', 'pause'])

/**
 * Carries out a command on a run that no living process manages: acquires it, kills what its hosts
 * left behind, appends what follows and lets it go again.
 *
 * Only `pause`, and `cancel` of the run or of a part of one that is paused: anything else waits in
 * the journal for whoever resumes the run.
 *
 * @returns false when the command waits
 * @throws RUN_BUSY when somebody has taken the run over meanwhile
 */
export async function commandWithoutOwner(journal: Journal, run: string, command: Command): Promise<boolean> {
  const arrival = KINDS.has(command.kind) ? arrivalOfCommand(command) : undefined
  if (arrival === undefined) return false
  const managerEpoch = await journal.acquire(run, thisProcess())
  try {
    const facts = []
    for await (const batch of journal.read(run)) facts.push(...batch)
    const hosts = facts.filter((fact) => fact.type === 'host.started') satisfies readonly HostRecord[]
    await killHostGroups(hosts)
    const kernel = foldKernel(BUILT_IN_STRATEGIES[0] as (typeof BUILT_IN_STRATEGIES)[number], facts)
    if (kernel.state.ended !== undefined) throw new BosunError('RUN_ENDED', { at: run, received: kernel.state.ended })
    // A part that is cancelled makes room for other tasks, and nobody is here to start them.
    if (arrival.type === 'cancel' && arrival.scope.kind !== 'run' && !kernel.state.paused) return false
    const { seq } = kernel.state
    const input = { ...arrival, at: new SystemClock().now() } as Input
    const decided = decide(kernel, input).filter(isDurable)
    if (decided.length > 0) await journal.append(run, managerEpoch, seq, decided)
    await journal.settle(run, command.id, kernel.state.seq)
    return true
  } finally {
    await journal.release(run, managerEpoch)
  }
}
