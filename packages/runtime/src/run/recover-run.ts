import {
  BosunError,
  isRunEnd,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Journal,
  type Manager,
  type Strategy,
} from '@bosun/core'
import { createKernel, evolve, nextMessage, settleKernel, type Kernel } from '@bosun/kernel'
import { openSession, replayDecisions, type ManagerSession } from '@bosun/managers'
import type { RunOutcome } from './run-loop.ts'
import type { HostRecord } from './run-ports.ts'

/** A run as its journal tells it, ready to go on. */
export interface RecoveredRun {
  readonly kernel: Kernel
  readonly session: ManagerSession
  /** Host processes that the run has started so far. */
  readonly hosts: readonly HostRecord[]
  /** Its end, if it has ended. */
  readonly end: RunOutcome['end']
  /** Facts after the one that the caller knew last. */
  readonly unseen: readonly Fact[]
  /** The first message on which the manager decided otherwise than it had. */
  readonly diverged: { readonly message: number; readonly expected: string; readonly received: string } | undefined
}

/** What a fold needs beyond the facts. */
export interface RecoverParts {
  readonly strategyOf: (name: string) => Strategy
  readonly managerOf: (name: string) => Manager
  readonly onViolation: (error: ErrorRecord) => void
  /** Number of the last fact that the caller knows. @defaultValue all, so that none is unseen */
  readonly seenSeq?: number
}

/**
 * Folds the journal of a run and brings a fresh manager program to where the old one was: every
 * message is delivered again with the view as it was, what the program decides is compared with what
 * is recorded, and the record stands.
 *
 * @throws RUN_UNKNOWN, MANAGER_FAILED, and what `Journal.read` throws
 */
export async function recoverRun(journal: Journal, run: string, parts: RecoverParts): Promise<RecoveredRun> {
  let fold: Fold | undefined
  for await (const facts of journal.read(run)) {
    for (const fact of facts) {
      if (fold === undefined) {
        if (fact.type !== 'run.started')
          throw new BosunError('JOURNAL_INVALID', { at: run, expected: 'run.started first' })
        fold = new Fold(fact, parts)
      }
      fold.take(fact)
    }
  }
  if (fold === undefined) throw new BosunError('RUN_UNKNOWN', { at: run })
  return fold.end()
}

/** A fold with the manager's program in lockstep. */
class Fold {
  private readonly kernel: Kernel
  private readonly session: ManagerSession
  private readonly hosts: HostRecord[] = []
  private readonly unseen: Fact[] = []
  private readonly seenSeq: number
  private diverged: RecoveredRun['diverged']
  private ended: RecoveredRun['end']
  /** A delivery whose decisions, if there were any, are in the fact that follows. */
  private pending: ReturnType<typeof nextMessage>

  constructor(started: FactOf<'run.started'>, parts: RecoverParts) {
    const manager = parts.managerOf(started.manager)
    this.kernel = createKernel(parts.strategyOf(started.config.strategy))
    this.seenSeq = parts.seenSeq ?? Infinity
    this.session = openSession(manager, {
      goal: started.goal,
      view: this.kernel.view,
      onViolation: parts.onViolation,
    })
  }

  take(fact: Fact): void {
    const { state } = this.kernel
    if (fact.seq > this.seenSeq) this.unseen.push(fact)
    if (this.pending !== undefined) this.replay(fact.type === 'manager.decided' ? fact : undefined)
    if (isRunEnd(fact)) this.ended = fact
    else if (fact.type === 'run.reopened') this.reopen()
    if (fact.type === 'message.delivered') this.pending = nextMessage(state, fact.at)
    if (fact.type === 'host.started') {
      const { seq: _seq, at: _at, cause: _cause, type: _type, ...host } = fact
      this.hosts.push(host)
    }
    evolve(state, fact)
  }

  private reopen(): void {
    this.ended = undefined
    this.session.reopen()
  }

  end(): RecoveredRun {
    if (this.pending !== undefined) this.replay(undefined)
    settleKernel(this.kernel)
    const { kernel, session, hosts, unseen, ended: end, diverged } = this
    return { kernel, session, hosts, unseen, end, diverged }
  }

  private replay(decided: FactOf<'manager.decided'> | undefined): void {
    const message = this.pending?.message
    this.pending = undefined
    if (message === undefined) return
    const { diverged, failure } = replayDecisions(this.session, message, decided?.decisions)
    // Only the first difference tells where to look; the messages after it are for a person who accepts it.
    if (this.diverged !== undefined) return
    if (diverged !== undefined) this.diverged = { message: message.seq, ...diverged }
    else if (failure !== undefined && this.kernel.state.ended === undefined) {
      this.diverged = { message: message.seq, expected: 'the recorded decisions', received: failure.message }
    }
  }
}
