import { isDurable, type Command, type DurableFact, type Journal } from '@bosun/core'
import { BUILT_IN_STRATEGIES, decide, foldKernel, type Input, type KernelState } from '@bosun/kernel'
import { killHostGroups } from '../hosts/kill-host-groups.ts'
import type { HostRecord } from '../run/run-ports.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { thisProcess } from '../journal/owner.ts'
import { arrivalOfCommand, type Arrival } from '../run/arrival.ts'
import { SystemClock } from '../run/system-clock.ts'

/**
 * Carries out what waits for a run that no living process manages: acquires the run, kills what its
 * hosts left behind, appends what follows and lets it go again. Its slots leave before that, so that
 * nothing is assigned with nobody there to do it; they join again when the run is resumed.
 *
 * @param secrets taken out of what others left, too; default none
 * @throws RUN_BUSY when somebody has taken the run over meanwhile
 */
export async function commandWithoutOwner(journal: Journal, run: string, secrets?: Redactor): Promise<void> {
  const managerEpoch = await journal.acquire(run, thisProcess())
  try {
    const facts: DurableFact[] = []
    for await (const batch of journal.read(run)) facts.push(...batch)
    const hosts = facts.filter((fact) => fact.type === 'host.started') satisfies readonly HostRecord[]
    await killHostGroups(hosts)
    // What waited longer comes first: a limit that was raised before is not lowered by it again.
    for (const command of await journal.commands(run)) {
      const decided = decidedOn(facts, secrets?.json(command) ?? command)
      // oxlint-disable-next-line no-await-in-loop
      if (decided.length > 0) await journal.append(run, managerEpoch, facts.length, decided)
      facts.push(...decided)
      // oxlint-disable-next-line no-await-in-loop
      await journal.settle(run, command.id, facts.length)
    }
  } finally {
    await journal.release(run, managerEpoch)
  }
}

// ---------------------------------------------------------------------------------------------

/** The facts that a command leads to; none where it changes nothing. */
function decidedOn(facts: readonly DurableFact[], command: Command): readonly DurableFact[] {
  const arrival = arrivalOfCommand(command)
  if (arrival === undefined) return []
  const alone = decidedAfter(facts, () => [arrival])
  return alone.length === 0 ? [] : decidedAfter(facts, (state) => [...slotsToLeave(state, arrival), arrival])
}

function decidedAfter(
  facts: readonly DurableFact[],
  inputsFor: (state: KernelState) => readonly Arrival[],
): readonly DurableFact[] {
  const kernel = foldKernel(BUILT_IN_STRATEGIES[0] as (typeof BUILT_IN_STRATEGIES)[number], facts)
  const at = new SystemClock().now()
  return inputsFor(kernel.state).flatMap((input) => decide(kernel, { ...input, at } as Input).filter(isDurable))
}

/** None where nothing could be assigned: the run is paused or ends by what is asked. */
function slotsToLeave(state: KernelState, arrival: Arrival): readonly Arrival[] {
  const isOver = arrival.type === 'cancel' && arrival.scope.kind === 'run'
  if (isOver || arrival.type === 'pause' || (state.paused && arrival.type !== 'resume')) return []
  const slots = Array.from(state.slots.values()).filter(({ left }) => !left)
  // Free ones first: what a slot has at work would move on to the next free one, and use up an epoch each time.
  slots.sort((one, other) => one.task - other.task)
  return slots.map(({ slot }) => ({ type: 'left', slot, reason: 'No process manages the run.' }))
}
