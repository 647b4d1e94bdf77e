import { isRunEnd, type DurableFact, type RunSummary } from '@bosun/core'

/** What the list of runs shows of a run, as far as its facts tell. */
export interface RunHead {
  readonly manager?: string
  readonly startedAt?: number
  readonly updatedAt?: number
  readonly state?: StoredState
}
export type StoredState = Exclude<RunSummary['state'], 'orphaned' | 'waiting' | 'damaged'>

/** What a batch of facts changes of it. */
export function headAfter(facts: readonly DurableFact[]): RunHead {
  let head: RunHead = {}
  for (const fact of facts) {
    // Nearly all facts are of tasks and attempts.
    if (!fact.type.startsWith('run.')) continue
    if (fact.type === 'run.started') head = { ...head, manager: fact.manager, startedAt: fact.at }
    const state = stateAfter(fact)
    if (state !== undefined) head = { ...head, state }
  }
  const last = facts.at(-1)
  return last === undefined ? head : { ...head, updatedAt: last.at }
}

function stateAfter(fact: DurableFact): StoredState | undefined {
  if (fact.type === 'run.paused') return 'paused'
  if (fact.type === 'run.started' || fact.type === 'run.resumed' || fact.type === 'run.reopened') return 'running'
  return isRunEnd(fact) ? (fact.type.slice('run.'.length) as StoredState) : undefined
}
