import {
  BosunError,
  errorRecord,
  isOutcome,
  RunConfigSchema,
  type Decision,
  type ErrorCode,
  type ErrorRecord,
  type Json,
  type Manager,
  type Message,
  type Outcome,
  type RunView,
  type Task,
  type TaskStatus,
  type TaskView,
} from '@bosun/core'
import type { Gathered } from './variants/gathered.ts'
import { openSession, type Delivery, type ManagerSession } from './session/manager-session.ts'

/** What the pretended worker of a task does. */
export interface Work {
  readonly discovered?: readonly Json[]
  readonly result?: Json
  /** How the task ends. Default `succeeded`. */
  readonly outcome?: Outcome
}

export interface FakeRunOptions {
  readonly goal: Json
  readonly work: (task: Task) => Work
  /** Which of `count` things that could happen next does: an index. Default: the first. */
  readonly pick?: (count: number) => number
  readonly tasksMax?: number
  readonly depthMax?: number
  readonly failure?: 'best-effort' | 'fail-fast'
  /** Outcomes that the manager may waive. */
  readonly waive?: readonly Outcome[]
  /** What a person says to a question. Default: yes. */
  readonly answer?: (question: string) => boolean
  /** The planner; a string is its error. */
  readonly plan?: (goal: Json) => readonly Task[] | string
}

/** How a pretended run went. */
export interface FakeRun {
  readonly end:
    | { readonly type: 'finish'; readonly result: Json }
    | { readonly type: 'fail'; readonly reason: string }
    | { readonly type: 'idle' }
    | { readonly type: 'broken'; readonly error: ErrorRecord }
  readonly log: readonly { readonly message: Message; readonly decisions: readonly Decision[] }[]
  readonly partials: readonly Json[]
  readonly violations: readonly ErrorRecord[]
  readonly view: RunView
}

interface Row {
  spec: Task
  status: TaskStatus
  depth: number
  parent: string | undefined
  result: Json | undefined
  error: ErrorRecord | undefined
  because: string | undefined
  waived: boolean
}

type NewMessage = Message extends infer M ? (M extends Message ? Omit<M, 'seq'> : never) : never

/** A kernel of a hundred lines: enough of its rules to run a manager, none of its guarantees. */
export class FakeKernel {
  readonly rows = new Map<string, Row>()
  readonly refusals: string[] = []
  readonly options: FakeRunOptions
  readonly view: RunView
  readonly queue: NewMessage[] = []

  constructor(options: FakeRunOptions) {
    this.options = options
    this.view = viewOf(this)
    this.queue.push({ type: 'goal', goal: options.goal })
  }

  apply(decision: Decision): void {
    if (decision.type === 'plan') this.#plan(decision.request, decision.goal)
    else if (decision.type === 'ask') {
      const granted = this.options.answer?.(decision.question) ?? true
      this.queue.push({ type: 'answered', request: decision.request, granted, by: 'ann', reason: 'looked at it' })
    } else if (decision.type === 'delegate') this.#delegate(decision)
    else if (decision.type === 'waive') {
      for (const id of decision.tasks) {
        const row = this.rows.get(id)
        if (row !== undefined && this.options.waive?.includes(row.status as Outcome)) row.waived = true
      }
    } else if (decision.type === 'amend') {
      for (const id of decision.withdraw ?? []) {
        const row = this.rows.get(id)
        if (row !== undefined && !isOutcome(row.status)) this.#end(row, 'cancelled')
      }
    } else if (decision.type === 'cancel') {
      for (const row of this.rows.values()) {
        const { scope } = decision
        const isMeant =
          scope.kind === 'run' ||
          (scope.kind === 'group' ? isWithin(row.spec.group, scope.group) : scope.task === row.spec.id)
        if (isMeant && !isOutcome(row.status)) this.#end(row, 'cancelled')
      }
    }
  }

  /** Something that can happen next happens; false if nothing can. */
  step(): boolean {
    const ready = [...this.rows.values()].filter(
      ({ spec, status }) =>
        !isOutcome(status) && (spec.dependsOn ?? []).every((id) => this.rows.get(id)?.status === 'succeeded'),
    )
    const row = ready[this.options.pick?.(ready.length) ?? 0]
    if (row === undefined) return false
    const { id } = row.spec
    const work = this.options.work(row.spec)
    for (const item of work.discovered ?? [])
      this.queue.push({ type: 'discovered', task: id, attempt: `r/${id}@1`, item })
    this.#end(row, work.outcome ?? 'succeeded', work.result ?? null)
    return true
  }

  #end(row: Row, outcome: Outcome, result?: Json, because?: string): void {
    const { id } = row.spec
    row.status = outcome
    row.because = because
    if (outcome === 'succeeded') row.result = result
    else if (because === undefined) row.error = record('WORKER_THREW', id)
    this.queue.push({
      type: 'outcome',
      run: 'r',
      task: id,
      taskType: row.spec.type,
      outcome,
      ...(row.result === undefined ? {} : { result: row.result }),
      ...(row.error === undefined ? {} : { error: row.error }),
      ...(because === undefined ? {} : { because }),
    })
    if (outcome === 'succeeded') return
    for (const other of this.rows.values()) {
      if (isOutcome(other.status)) continue
      if (other.spec.dependsOn?.includes(id)) this.#end(other, 'skipped', undefined, id)
      else if (this.options.failure === 'fail-fast') this.#end(other, 'cancelled')
    }
  }

  #plan(request: string, goal: Json): void {
    const tasks = this.options.plan?.(goal) ?? 'no planner'
    if (typeof tasks === 'string') {
      this.queue.push({ type: 'planFailed', plan: request, error: record('PLANNER_FAILED', tasks) })
    } else this.queue.push({ type: 'plan', plan: request, tasks })
  }

  #delegate({ tasks, parent }: Extract<Decision, { type: 'delegate' }>): void {
    const unhandled = tasks.find(({ type }) => type === 'unhandled')
    if (unhandled !== undefined) {
      // A patch that is wrong is refused as a whole, and not among the refusals that are counted.
      const error = record('TASK_TYPE_UNHANDLED', unhandled.id)
      this.queue.push({ type: 'refused', decision: 'delegate', error })
      return
    }
    const depth = parent === undefined ? 0 : (this.rows.get(parent)?.depth ?? 0) + 1
    const code: ErrorCode | undefined =
      this.rows.size + tasks.length > (this.options.tasksMax ?? Infinity)
        ? 'LIMIT_TASKS'
        : depth > (this.options.depthMax ?? Infinity)
          ? 'LIMIT_DEPTH'
          : undefined
    if (code !== undefined) {
      const error = record(code, tasks[0]?.id ?? '')
      this.refusals.push(...tasks.map(({ id }) => id))
      for (const { id } of tasks) this.queue.push({ type: 'refused', decision: 'delegate', error, task: id })
      return
    }
    for (const spec of tasks) {
      if (this.rows.has(spec.id)) continue
      const row: Row = {
        waived: false,
        spec,
        status: 'ready',
        depth,
        parent,
        result: undefined,
        error: undefined,
        because: undefined,
      }
      this.rows.set(spec.id, row)
      const failed = spec.dependsOn?.find((id) => {
        const status = this.rows.get(id)?.status
        return status !== undefined && isOutcome(status) && status !== 'succeeded'
      })
      if (failed !== undefined) this.#end(row, 'skipped', undefined, failed)
    }
  }
}

/** Delivers a message to a session; a replay does so in a way of its own. */
type Deliver = (session: ManagerSession, message: Message) => Delivery

/** Runs a manager to its end in a pretended world. */
export function fakeRun<G, R>(
  manager: Manager<G, R>,
  options: FakeRunOptions,
  deliver: Deliver = (session, message) => session.deliver(message),
): FakeRun {
  const kernel = new FakeKernel(options)
  const violations: ErrorRecord[] = []
  const session = openSession(manager, {
    goal: options.goal,
    view: kernel.view,
    onViolation: (error) => violations.push(error),
  })
  const log: { message: Message; decisions: Decision[] }[] = []
  const partials: Json[] = []
  const ended = (end: FakeRun['end']): FakeRun => ({ end, log, partials, violations, view: kernel.view })
  for (let seq = 1; ; seq += 1) {
    const message = nextMessage(kernel, seq)
    if (message === undefined) continue
    const { decisions, failure } = deliver(session, message)
    log.push({ message, decisions })
    if (failure !== undefined) return ended({ type: 'broken', error: failure })
    for (const decision of decisions) {
      if (decision.type === 'finish' && kernel.view.tally.unresolved > 0) {
        kernel.queue.push({ type: 'refused', decision: 'finish', error: record('RUN_UNRESOLVED', 'the run') })
        continue
      }
      if (decision.type === 'finish') return ended({ type: 'finish', result: decision.result })
      if (decision.type === 'fail') return ended({ type: 'fail', reason: decision.reason })
      if (decision.type === 'partial') partials.push(decision.value)
      else kernel.apply(decision)
    }
    if (message.type === 'settled' && decisions.length === 0) return ended({ type: 'idle' })
  }
}

/** The result of a pretended run that finished. */
export function finished(run: FakeRun): Gathered<Json> {
  if (run.end.type !== 'finish') throw new Error(`the run did not finish: ${JSON.stringify(run.end)}`)
  return run.end.result as unknown as Gathered<Json>
}

/** A view of a run without tasks. */
export function emptyView(goal: Json = null): RunView {
  return new FakeKernel({ goal, work: () => ({}) }).view
}

/** A session whose violations land in a list. */
export function sessionOf<G, R>(manager: Manager<G, R>, goal: Json = null): [ManagerSession, ErrorRecord[]] {
  const violations: ErrorRecord[] = []
  const view = emptyView(goal)
  return [openSession(manager, { goal, view, onViolation: (error) => violations.push(error) }), violations]
}

/** Numbers from 0 up to `count`, taken from a list that a property may choose; 0 when it is used up. */
export function picks(choices: readonly number[]): (count: number) => number {
  let next = 0
  return (count) => (choices[next++] ?? 0) % Math.max(1, count)
}

function nextMessage(kernel: FakeKernel, seq: number): Message | undefined {
  const queued = kernel.queue.shift()
  if (queued !== undefined) return { ...queued, seq } as Message
  return kernel.step() ? undefined : { type: 'settled', seq }
}

function viewOf(kernel: FakeKernel): RunView {
  const config = RunConfigSchema.parse({
    policy: { failure: kernel.options.failure ?? 'best-effort', waive: kernel.options.waive ?? [] },
  })
  return {
    run: 'r',
    goal: kernel.options.goal,
    config,
    workers: [],
    paused: false,
    approvals: [],
    spent: { tokens: 0, costMicros: 0 },
    at: 0,
    get tally() {
      const rows = [...kernel.rows.values()]
      const count = (status: TaskStatus) => rows.filter((row) => row.status === status).length
      return {
        total: rows.length,
        succeeded: count('succeeded'),
        failed: count('failed'),
        lost: count('lost'),
        cancelled: count('cancelled'),
        skipped: count('skipped'),
        unresolved: rows.filter(({ status }) => !isOutcome(status)).length,
        refused: kernel.refusals.length,
      }
    },
    task: (id) => rowView(kernel.rows.get(id)),
    tasks: () => [...kernel.rows.values()].flatMap((row) => rowView(row) ?? []),
    group: () => [],
    groups: () => [],
    isClosed: () => false,
  }
}

function rowView(row: Row | undefined): TaskView | undefined {
  if (row === undefined) return undefined
  return {
    ...row,
    readyAt: 0,
    remaining: isOutcome(row.status) ? 0 : 1,
    epoch: isOutcome(row.status) ? 1 : 0,
    retries: 0,
    attempt: undefined,
    owner: undefined,
  }
}

function record(code: ErrorCode, at: string): ErrorRecord {
  return errorRecord(new BosunError(code, { at }))
}

function isWithin(group: string | undefined, around: string): boolean {
  return group === around || group?.startsWith(`${around}/`) === true
}
