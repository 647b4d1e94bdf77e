import {
  BosunError,
  errorRecordOf,
  type AnyManager,
  type Decision,
  type ErrorCode,
  type ErrorRecord,
  type Json,
  type Message,
  type RunView,
} from '@bosun/core'
import { cancelGroup } from '../decisions/decisions.ts'
import { aggregate, type Missing, type Refused } from '../reducers/aggregate.ts'
import { openSession, type ManagerSession } from '../session/manager-session.ts'
import { currentWatch } from '../session/timer-guard.ts'
import { OwnTasks } from './own-tasks.ts'
import { Scope } from './scope.ts'
import { ScopedView } from './scoped-view.ts'

/*
 * A part is one life of a manager inside of another one.
 *
 * 1. What is nested is any manager, driven by a session as a run drives it. It sees its own goal, its own
 *    tasks and the messages about them, under the names that it gave; in the run, all of these begin with
 *    the name of the part, and so does the group of its tasks.
 * 2. `settled` is told as soon as it has heard how every task ended that it waits for, while others may go
 *    on. Detached tasks are not waited for; their outcomes still come here.
 * 3. `finish` and `fail` end the part and not the run. What follows is for whoever holds the part.
 * 4. All that it knows comes from messages, so that a replay comes to the same.
 */

/** How a part ended. */
export type PartEnd =
  | { readonly type: 'finished'; readonly result: Json }
  | { readonly type: 'failed'; readonly reason: string; readonly code: ErrorCode }

/** See `nest`. */
export class Part {
  readonly name: string
  readonly #scope: Scope
  readonly #view: RunView
  readonly #session: ManagerSession | undefined
  readonly #goal: Json
  readonly #tasks = new OwnTasks()
  /** Names its tasks as the run does. */
  readonly #account = aggregate({ kind: 'commutative', fold: () => null, start: () => null })
  readonly #plans = new Set<string>()
  readonly #wakes = new Set<string>()
  readonly #questions = new Set<string>()
  #end: PartEnd | undefined
  /** What it asked for that needs no kernel to be refused; told after the message at hand. */
  #refusals: { readonly decision: string; readonly error: ErrorRecord }[] = []
  /** Messages that moved it on, and how many they were when it was last told that all is settled. */
  #moves = 0
  #settledMoves = -1

  /** @internal */
  constructor(name: string, manager: AnyManager, goal: Json, view: RunView) {
    this.name = name
    this.#scope = new Scope(name)
    this.#view = view
    this.#goal = goal
    const outer = currentWatch()
    if (outer === undefined) {
      throw new BosunError('INTERNAL', { at: `nest ${name}`, expected: 'a message that is being delivered' })
    }
    try {
      this.#session = openSession(manager, {
        goal,
        view: new ScopedView(view, this.#scope, goal, this.#tasks),
        onViolation: (error) => outer.violated(error),
      })
    } catch (error) {
      const { message, code } = BosunError.from(error, 'GOAL_INVALID', { at: `goal of ${name}` })
      this.#end = { type: 'failed', reason: message, code }
    }
  }

  /** Set once it has finished or failed; a retry of its tasks can open it again. */
  get end(): PartEnd | undefined {
    return this.#end
  }

  /** Tasks that succeeded, as the run names them. */
  get contains(): readonly string[] {
    return this.#account.contains
  }

  /** Tasks that ended otherwise, as the run names them. */
  get missing(): readonly Missing[] {
    return this.#account.missing
  }

  /** Tasks that were refused, as the run names them. */
  get refused(): readonly Refused[] {
    return this.#account.refused
  }

  /** Whether nothing that it asked for is outstanding, detached tasks included. */
  get isAtRest(): boolean {
    return this.#tasks.unresolved === 0 && this.#plans.size === 0
  }

  /** Whether a message of the run is about a task, a plan or a wake of this part. */
  owns(message: Message): boolean {
    const scope = this.#scope
    switch (message.type) {
      case 'outcome':
      case 'discovered':
      case 'emitted':
        return scope.holds(message.task)
      case 'refused':
        return message.decision !== 'finish' && scope.holds(message.task ?? message.error.at ?? '')
      case 'plan':
      case 'planFailed':
        return scope.holds(message.plan)
      case 'woke':
        return scope.holds(message.wake)
      case 'answered':
        return scope.holds(message.request)
      case 'goal':
      case 'steer':
      case 'settled':
        return false
    }
  }

  /** Gives the nested manager its goal. @param seq of the message at hand */
  begin(seq: number): Decision[] {
    return this.#advance({ type: 'goal', seq, goal: this.#goal })
  }

  /**
   * Takes a message of the run that it owns, or one that is for everybody. Returns what the nested manager
   * decided, as decisions of the run.
   */
  take(message: Message): Decision[] {
    if (message.type === 'settled') {
      this.#tasks.refuse(undefined, this.#view)
      return this.#isIdle ? this.#settle(message.seq) : []
    }
    this.#note(message)
    return this.#end === undefined || this.#mayOpenAgain(message) ? this.#advance(this.#inward(message)) : []
  }

  // ---------------------------------------------------------------------------------------------

  get #isIdle(): boolean {
    const outstanding = this.#tasks.openCount + this.#plans.size + this.#wakes.size + this.#questions.size
    return this.#end === undefined && outstanding === 0
  }

  #advance(message: Message): Decision[] {
    if (this.#session === undefined) return []
    this.#moves += 1
    const decisions = this.#tell(message)
    if (this.#isIdle) decisions.push(...this.#settle(message.seq))
    return decisions
  }

  /** What a message says about the tasks, whether the nested manager still listens or not. */
  #note(message: Message): void {
    if (message.type === 'outcome') {
      this.#tasks.end(message.task, message.outcome, this.#view)
      this.#account.take(message, this.#view)
    } else if (message.type === 'refused' && message.task !== undefined) {
      this.#tasks.refuse(message.task, this.#view)
      this.#account.refuse(message, this.#view)
    } else if (message.type === 'plan' || message.type === 'planFailed') this.#plans.delete(message.plan)
    else if (message.type === 'woke') this.#wakes.delete(message.wake)
    else if (message.type === 'answered') this.#questions.delete(message.request)
  }

  /** Somebody had a task of it tried again after it had ended. */
  #mayOpenAgain(message: Message): boolean {
    if (message.type !== 'outcome' || !message.task.includes('~')) return false
    this.#end = undefined
    this.#session?.reopen()
    return true
  }

  #settle(seq: number): Decision[] {
    this.#tasks.adoptSuccessors(this.#view)
    if (!this.#isIdle) return []
    const isAgain = this.#settledMoves === this.#moves
    this.#settledMoves = this.#moves
    const decisions = this.#tell({ type: 'settled', seq })
    // While a detached task is under way, there is still something to hear.
    const isOver = this.#isIdle && this.#tasks.unresolved === 0
    if (isOver && (isAgain || !decisions.some(({ type }) => type !== 'partial'))) {
      const { message, code } = errorRecordOf('MANAGER_IDLE', { at: this.name })
      this.#end = { type: 'failed', reason: message, code }
    }
    return decisions
  }

  /** Tells the nested manager something, then what it asked for in vain. */
  #tell(message: Message): Decision[] {
    const { decisions, failure } = (this.#session as ManagerSession).deliver(message)
    if (failure !== undefined) return this.#fail(failure.message, failure.code)
    const told: Decision[] = []
    for (const decision of decisions) if (this.#end === undefined) told.push(...this.#outward(decision))
    for (let refusal = this.#refusals.shift(); refusal !== undefined; refusal = this.#refusals.shift()) {
      told.push(...this.#tell({ type: 'refused', seq: message.seq, ...refusal }))
    }
    return told
  }

  #fail(reason: string, code: ErrorCode): Decision[] {
    this.#end = { type: 'failed', reason, code }
    return this.#cancelAll(`${this.name} failed: ${reason}`)
  }

  /** Its tasks are those of its group. */
  #cancelAll(reason: string): Decision[] {
    return this.#tasks.unresolved === 0 ? [] : [cancelGroup(this.name, reason)]
  }

  /** A decision of the nested manager as one of the run; none if it is about the part alone. */
  #outward(decision: Decision): Decision[] {
    const scope = this.#scope
    switch (decision.type) {
      case 'delegate':
        return this.#delegate(decision)
      case 'plan': {
        const request = scope.outward(decision.request)
        this.#plans.add(request)
        return [{ ...decision, request }]
      }
      case 'wake': {
        const wake = scope.outward(decision.wake)
        this.#wakes.add(wake)
        return [{ ...decision, wake }]
      }
      case 'ask': {
        const request = scope.outward(decision.request)
        this.#questions.add(request)
        return [{ ...decision, request }]
      }
      case 'amend': {
        const { replace, withdraw } = decision
        return [
          {
            type: 'amend',
            ...(replace === undefined ? {} : { replace: replace.map((task) => scope.taskOutward(task)) }),
            ...(withdraw === undefined ? {} : { withdraw: withdraw.map((id) => scope.outward(id)) }),
          },
        ]
      }
      case 'group': {
        const { group } = decision
        return [{ type: 'group', group: { ...group, name: scope.outward(group.name) } }]
      }
      case 'cancel': {
        const { scope: cancelled, reason } = decision
        if (cancelled.kind === 'run') return this.#cancelAll(reason)
        if (cancelled.kind === 'group') return [cancelGroup(scope.outward(cancelled.group), reason)]
        return [{ ...decision, scope: { ...cancelled, task: scope.outward(cancelled.task) } }]
      }
      case 'waive':
        return [{ ...decision, tasks: decision.tasks.map((id) => scope.outward(id)) }]
      case 'partial':
        return [{ type: 'partial', value: { part: this.name, value: decision.value } }]
      case 'finish':
        this.#finish(decision.result)
        return []
      case 'fail':
        return this.#fail(decision.reason, 'MANAGER_FAILED')
    }
  }

  #delegate(decision: Extract<Decision, { type: 'delegate' }>): Decision[] {
    const scope = this.#scope
    const tasks = decision.tasks.map((task) => scope.taskOutward(task))
    const parent = decision.parent === undefined ? undefined : scope.outward(decision.parent)
    if (parent !== undefined && !this.#tasks.has(parent)) {
      // The kernel would refuse it without a word about whose it is.
      const error = errorRecordOf('TASK_UNKNOWN', { at: 'delegate.parent', received: `"${decision.parent}"` })
      this.#refusals.push({ decision: 'delegate', error })
      return []
    }
    this.#tasks.add(tasks)
    this.#account.expect(tasks)
    return [
      {
        type: 'delegate',
        tasks,
        ...(decision.plan === undefined ? {} : { plan: scope.outward(decision.plan) }),
        ...(parent === undefined ? {} : { parent }),
      },
    ]
  }

  #finish(result: Json): void {
    const open = this.#tasks.openCount
    if (open === 0 && this.#plans.size === 0) {
      this.#end = { type: 'finished', result }
      return
    }
    const error = errorRecordOf('RUN_UNRESOLVED', { at: this.name, received: `${open} unresolved` })
    this.#refusals.push({ decision: 'finish', error })
  }

  /** A message of the run as the nested manager hears it. */
  #inward(message: Message): Message {
    const scope = this.#scope
    switch (message.type) {
      case 'outcome': {
        const { because } = message
        const task = scope.inward(message.task)
        return because === undefined ? { ...message, task } : { ...message, task, because: scope.inward(because) }
      }
      case 'discovered':
      case 'emitted':
        return { ...message, task: scope.inward(message.task) }
      case 'refused':
        return message.task === undefined ? message : { ...message, task: scope.inward(message.task) }
      case 'plan':
      case 'planFailed':
        return { ...message, plan: scope.inward(message.plan) }
      case 'woke':
        return { ...message, wake: scope.inward(message.wake) }
      case 'answered':
        return { ...message, request: scope.inward(message.request) }
      default:
        return message
    }
  }
}
