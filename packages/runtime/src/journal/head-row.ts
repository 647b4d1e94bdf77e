import type { Owner, RunSummary } from '@bosun/core'
import { isAlive } from './owner.ts'
import type { StoredState } from './run-head.ts'

/** The one row of the table `run`. */
export interface HeadRow {
  readonly run: string
  readonly fact_version: number
  readonly epoch: number
  /** Number and hash of the last fact. */
  readonly seq: number
  readonly hash: string
  readonly manager: string
  readonly started_at: number
  readonly updated_at: number
  readonly state: StoredState
  readonly owner_pid: number | null
  readonly owner_boot: string | null
  readonly owner_start: string | null
}

export function ownerOf(head: HeadRow): Owner | undefined {
  if (head.owner_pid === null) return undefined
  return { pid: head.owner_pid, bootId: head.owner_boot ?? '', startTime: head.owner_start ?? '' }
}

/** A line of the list of runs. A run that goes on without a living manager is orphaned. */
export function summaryOf(head: HeadRow): RunSummary {
  const owner = ownerOf(head)
  const unmanned = head.state === 'running' && (owner === undefined || !isAlive(owner))
  return {
    run: head.run,
    manager: head.manager,
    startedAt: head.started_at,
    updatedAt: head.updated_at,
    state: unmanned ? 'orphaned' : head.state,
    facts: head.seq,
    owner,
  }
}
