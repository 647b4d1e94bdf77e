import {
  hedgedId,
  isOutcome,
  type Fact,
  type FactOf,
  type Limits,
  type Outcome,
  type RunConfig,
  type Task,
} from '@bosun/core'
import { BookedTask, type BookedGroup, type BookedLease, type BookedSlot, type BookedWorker } from './booked-entries.ts'
import type { AttemptEnd, Ledger } from './ledger.ts'
import { ReadyLanes } from './ready-lanes.ts'

/**
 * The reducer behind the ledger.
 *
 * Rules: it believes the log (whether a fact is right is for the invariants to say), it never
 * throws, it does O(1) work per fact amortised over tasks and dependencies, and it shares no code
 * with the kernel, so that comparing its task statuses with the kernel's compares two readings.
 */
export class LedgerBook implements Ledger {
  seq = 0
  at = 0
  cause = -1
  facts = 0
  started: FactOf<'run.started'> | undefined
  config: RunConfig | undefined
  limits: Limits | undefined
  readonly workers = new Map<string, BookedWorker>()
  readonly tasks = new Map<string, BookedTask>()
  readonly slots = new Map<string, BookedSlot>()
  leases = 0
  readonly resources = new Map<string, { readers: number; writers: number }>()
  readonly labels = new Map<string, number>()
  readonly groups = new Map<string, BookedGroup>()
  readonly #waiting = new ReadyLanes(this.workers)
  readonly lanes = this.#waiting.all
  free = 0
  readonly spent = { tokens: 0, costMicros: 0 }
  readonly reserved = { tokens: 0, costMicros: 0 }
  undisturbed = true
  readonly counts: Record<Outcome, number> = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 }
  total = 0
  unresolved = 0
  refused = 0
  readonly undecided = new Set<BookedTask>()
  readonly doomed = new Set<BookedTask>()
  readonly waivers = new Map<string, { seq: number; beyondManager: boolean }>()
  endedSeq = 0
  pausedSeq = 0
  recoveredSeq = 0
  live = false
  /** Tasks that depend on an id which is not in the log yet, by that id. */
  readonly #awaited = new Map<string, BookedTask[]>()
  /** Times of assignments; those before the head have left the window of the start rate. */
  readonly #starts: number[] = []
  #startsHead = 0
  #last: BookedTask | undefined

  get ready(): number {
    return this.#waiting.size
  }

  startsWithin(at: number): number {
    while ((this.#starts[this.#startsHead] ?? Infinity) + START_WINDOW_MS <= at) this.#startsHead += 1
    return this.#starts.length - this.#startsHead
  }

  task(id: string): BookedTask | undefined {
    if (this.#last?.id === id) return this.#last
    const entry = this.tasks.get(id)
    if (entry !== undefined) this.#last = entry
    return entry
  }

  groupsOf({ group }: Task): readonly BookedGroup[] {
    if (group === undefined || this.groups.size === 0) return NO_GROUPS
    const found: BookedGroup[] = []
    for (let end = group.length; end > 0; end = group.lastIndexOf('/', end - 1)) {
      const around = this.groups.get(group.slice(0, end))
      if (around !== undefined) found.push(around)
    }
    return found
  }

  apply(fact: Fact): void {
    this.facts += 1
    // Facts have many shapes, so that each look at one costs; hence every field is read once.
    const { seq, at } = fact
    if (seq === 0) this.live = true
    else this.seq = seq
    if (at > this.at) this.at = at
    this.cause = fact.cause
    switch (fact.type) {
      case 'run.started':
        return this.#begin(fact)
      case 'run.completed':
      case 'run.failed':
      case 'run.exhausted':
      case 'run.cancelled':
        this.endedSeq = fact.seq
        return
      case 'run.reopened':
        this.endedSeq = 0
        this.pausedSeq = 0
        this.undisturbed = false
        for (const group of this.groups.values()) if (!group.waives) group.closedSeq = 0
        return
      case 'run.paused':
        this.pausedSeq = fact.seq
        this.undisturbed = false
        return this.#giveBackAll()
      case 'run.resumed':
        this.pausedSeq = 0
        return
      case 'limits.changed':
        this.undisturbed = false
        if (this.limits !== undefined) this.limits = { ...this.limits, ...fact.limits }
        return
      case 'manager.recovered':
        this.recoveredSeq = fact.seq
        this.undisturbed = false
        return this.#giveBackAll()
      case 'manager.stalled':
        this.undisturbed = false
        for (const slot of this.slots.values()) {
          if (slot.task?.lease !== undefined) slot.task.lease.stalledMs += fact.gapMs
        }
        return
      case 'waiver.given':
        return this.#waive(fact)
      case 'spawn.refused':
        this.refused += 1
        return
      case 'planner.called':
        this.spent.tokens += fact.inputTokens + fact.outputTokens
        this.spent.costMicros += fact.costMicros
        return
      case 'group.opened':
        return this.#open(fact)
      case 'group.closed':
        return this.#closeGroup(fact)
      case 'worker.joined':
        return this.#join(fact)
      case 'worker.left':
        return this.#leave(fact)
      case 'task.added':
        return this.#add(fact)
      case 'task.amended':
        return this.#amend(fact)
      default: {
        const { task } = fact as { readonly task?: unknown }
        const entry = typeof task === 'string' ? this.task(task) : undefined
        if (entry !== undefined) this.#applyTo(entry, fact)
      }
    }
  }

  #applyTo(entry: BookedTask, fact: Fact): void {
    switch (fact.type) {
      case 'task.placed':
        return this.#place(entry, fact)
      case 'task.assigned':
        return this.#assign(entry, fact)
      case 'attempt.started':
        if (entry.lease?.epoch === fact.epoch) {
          entry.lease.started = true
          entry.lease.signAt = fact.at
        }
        return
      case 'attempt.beat':
      case 'attempt.progressed':
        if (entry.lease?.epoch === fact.epoch) {
          entry.lease.beatAt = fact.at
          entry.lease.signAt = fact.at
        }
        return
      case 'attempt.emitted':
      case 'task.discovered':
        if (entry.lease?.epoch === fact.epoch) entry.lease.signAt = fact.at
        return
      case 'approval.requested':
      case 'approval.applied':
        // How long people take, bounds of performance do not allow for.
        this.undisturbed = false
        if (entry.lease?.epoch === fact.epoch) wait(entry.lease, fact)
        return
      case 'attempt.succeeded':
        this.#endAttempt(entry, 'succeeded', fact)
        entry.acceptedEpoch = fact.epoch
        entry.acceptedSeq = fact.seq
        entry.outputsDue = fact.outputs.length > 0
        if (entry.outputsDue) this.#decide(entry)
        if (!isOutcome(entry.status)) entry.status = 'publishing'
        return
      case 'result.adopted':
        entry.acceptedEpoch = fact.epoch
        entry.acceptedSeq = fact.seq
        entry.outputsDue = fact.outputs !== undefined
        this.#decide(entry)
        this.#takeFromPlace(entry)
        this.#waiting.leave(entry)
        if (!isOutcome(entry.status)) entry.status = 'publishing'
        return
      case 'task.yielded':
        this.#decide(entry)
        this.#takeFromPlace(entry)
        this.#waiting.leave(entry)
        if (!isOutcome(entry.status)) entry.status = 'waiting'
        return
      case 'result.handed':
        entry.acceptedEpoch = fact.epoch
        entry.acceptedSeq = fact.seq
        this.#decide(entry)
        this.#takeFromPlace(entry)
        this.#waiting.leave(entry)
        if (!isOutcome(entry.status)) entry.status = 'publishing'
        return
      case 'outputs.published':
        entry.publishedSeq = fact.seq
        return
      case 'attempt.failed':
        return this.#endAttempt(entry, 'failed', fact)
      case 'attempt.lost':
        entry.lossClock = fact.evidence.clock
        entry.lossStarted = fact.started
        return this.#endAttempt(entry, 'lost', fact)
      case 'attempt.revoked':
        return this.#endAttempt(entry, 'revoked', fact)
      case 'task.retried':
        this.#decide(entry)
        entry.retries = fact.retry
        entry.notBefore = fact.notBefore
        if (isOutcome(entry.status)) return
        entry.status = 'retrying'
        this.#waiting.enter(entry, fact.seq, this.cause, Math.max(fact.at, fact.notBefore))
        return
      case 'budget.reserved':
        entry.reservedTokens += fact.tokens
        entry.reservedCostMicros += fact.costMicros
        this.reserved.tokens += fact.tokens
        this.reserved.costMicros += fact.costMicros
        return
      case 'budget.settled':
        return this.#settle(entry, fact)
      case 'task.skipped':
        entry.because = fact.because
        entry.becauseOutcome = fact.outcome
        return this.#resolve(entry, 'skipped', fact)
      case 'task.succeeded':
        return this.#resolve(entry, 'succeeded', fact)
      case 'task.failed':
        return this.#resolve(entry, 'failed', fact)
      case 'task.lost':
        return this.#resolve(entry, 'lost', fact)
      case 'task.cancelled':
        return this.#resolve(entry, 'cancelled', fact)
      default:
    }
  }

  #begin(fact: FactOf<'run.started'>): void {
    this.started = fact
    this.config = fact.config
    this.limits = fact.config.limits
    for (const entry of fact.workers) this.workers.set(entry.name, { entry, leases: 0, slots: 0, free: 0 })
  }

  #waive(fact: FactOf<'waiver.given'>): void {
    for (const id of fact.tasks) {
      const before = this.waivers.get(id)
      this.waivers.set(id, {
        seq: fact.seq,
        beyondManager: fact.by !== 'manager' || before?.beyondManager === true,
      })
    }
  }

  #open({ group: spec, seq, at }: FactOf<'group.opened'>): void {
    if (this.groups.has(spec.name)) return
    const counts = { leases: 0, total: 0, succeeded: 0, closedSeq: 0, waives: false }
    this.groups.set(spec.name, { spec, openedSeq: seq, openedAt: at, ...counts })
    // A bound on attempts is one that bounds of performance do not allow for.
    if (spec.slotsMax !== undefined) this.undisturbed = false
  }

  #closeGroup(fact: FactOf<'group.closed'>): void {
    const group = this.groups.get(fact.group)
    if (group === undefined) return
    group.closedSeq = fact.seq
    group.waives = fact.waives
  }

  #join(fact: FactOf<'worker.joined'>): void {
    if (this.total > 0) this.undisturbed = false
    const known = this.slots.get(fact.slot)
    if (known !== undefined) {
      this.#countSlot(known, -1)
      known.worker = fact.worker
      known.present = true
      known.seq = fact.seq
      this.#countSlot(known, 1)
      return
    }
    const { slot: name, worker, seq } = fact
    const slot: BookedSlot = { slot: name, worker, present: true, seq, task: undefined, placed: new Set() }
    this.slots.set(name, slot)
    this.#countSlot(slot, 1)
  }

  #leave(fact: FactOf<'worker.left'>): void {
    this.undisturbed = false
    const slot = this.slots.get(fact.slot)
    if (slot === undefined) return
    this.#countSlot(slot, -1)
    slot.present = false
    slot.seq = fact.seq
    this.#giveBack(slot)
  }

  #place(entry: BookedTask, { slot, seq, ahead, steal }: FactOf<'task.placed'>): void {
    if (isOutcome(entry.status) || entry.lease !== undefined) return
    this.#takeFromPlace(entry)
    entry.status = 'placed'
    entry.place = { slot, seq, ahead, steal }
    this.slots.get(slot)?.placed.add(entry)
  }

  #takeFromPlace(entry: BookedTask): void {
    if (entry.place === undefined) return
    this.slots.get(entry.place.slot)?.placed.delete(entry)
    entry.place = undefined
  }

  /** What is placed on a slot waits for any slot again. */
  #giveBack(slot: BookedSlot): void {
    for (const entry of slot.placed) {
      this.#takeFromPlace(entry)
      entry.status = entry.epoch === 0 ? 'ready' : 'retrying'
    }
  }

  #giveBackAll(): void {
    for (const slot of this.slots.values()) this.#giveBack(slot)
  }

  /** Counts a slot that is there in (1) or out (-1). */
  #countSlot(slot: BookedSlot, step: 1 | -1): void {
    if (!slot.present) return
    const worker = this.workers.get(slot.worker)
    if (worker !== undefined) worker.slots += step
    if (slot.task === undefined) this.#countFree(worker, step)
  }

  #countFree(worker: BookedWorker | undefined, step: 1 | -1): void {
    this.free += step
    if (worker !== undefined) worker.free += step
  }

  #add(fact: FactOf<'task.added'>): void {
    const { id } = fact.task
    if (this.tasks.has(id)) return
    const parent = fact.parent === undefined ? undefined : this.tasks.get(fact.parent)
    const entry = new BookedTask(fact.task, fact.seq, fact.cause, fact.depth, parent)
    parent?.children.push(entry)
    this.tasks.set(id, entry)
    this.#pair(entry)
    this.total += 1
    this.unresolved += 1
    for (const group of this.groupsOf(fact.task)) group.total += 1
    if (this.#starts.length > 0) this.undisturbed = false
    this.#link(entry, fact)
    if (this.#awaited.size > 0) {
      entry.dependants.push(...(this.#awaited.get(id) ?? []))
      this.#awaited.delete(id)
    }
    const old = predecessor(id)
    if (old !== undefined) this.#supersede(this.tasks.get(old))
  }

  #pair(twin: BookedTask): void {
    const id = hedgedId(twin.id)
    const task = id === undefined ? undefined : this.tasks.get(id)
    if (task === undefined) return
    task.twin = twin
    twin.hedged = task
  }

  #amend(fact: FactOf<'task.amended'>): void {
    const entry = this.tasks.get(fact.task.id)
    if (entry === undefined || isOutcome(entry.status)) return
    for (const id of entry.spec.dependsOn ?? []) {
      const dependency = this.tasks.get(id)
      if (dependency !== undefined) dependency.dependants = dependency.dependants.filter((other) => other !== entry)
      const waiting = this.#awaited.get(id)
      if (waiting !== undefined) {
        this.#awaited.set(
          id,
          waiting.filter((other) => other !== entry),
        )
      }
    }
    entry.spec = fact.task
    entry.unmet = 0
    entry.doomed = false
    this.doomed.delete(entry)
    this.undisturbed = false
    this.#waiting.leave(entry)
    this.#takeFromPlace(entry)
    if (entry.status === 'ready' || entry.status === 'placed') entry.status = 'waiting'
    this.#link(entry, fact)
    if (entry.status === 'retrying') this.#waiting.enter(entry, fact.seq, this.cause, fact.at)
  }

  /** Ties a task to its dependencies and counts those that have not succeeded. */
  #link(entry: BookedTask, { seq, at }: Fact): void {
    for (const id of entry.spec.dependsOn ?? NOTHING) {
      const dependency = this.tasks.get(id)
      if (dependency === undefined) {
        const waiting = this.#awaited.get(id)
        if (waiting === undefined) this.#awaited.set(id, [entry])
        else waiting.push(entry)
        entry.unmet += 1
        continue
      }
      dependency.dependants.push(entry)
      if (dependency.status !== 'succeeded') entry.unmet += 1
      if (dependency.status !== 'succeeded' && isOutcome(dependency.status)) this.#doom(entry)
    }
    if (entry.unmet === 0 && entry.status === 'waiting') this.#makeReady(entry, seq, at)
  }

  #makeReady(entry: BookedTask, seq: number, at: number): void {
    entry.status = 'ready'
    this.#waiting.enter(entry, seq, this.cause, at)
  }

  #supersede(entry: BookedTask | undefined): void {
    if (entry === undefined || entry.superseded) return
    entry.superseded = true
    const siblings = entry.parent?.children
    siblings?.splice(siblings.indexOf(entry), 1)
    this.total -= 1
    for (const group of this.groupsOf(entry.spec)) group.total -= 1
    if (isOutcome(entry.status)) this.counts[entry.status] -= 1
    else this.unresolved -= 1
  }

  #assign(entry: BookedTask, fact: FactOf<'task.assigned'>): void {
    if (entry.lease !== undefined) this.#release(entry)
    this.#takeFromPlace(entry)
    this.#decide(entry)
    entry.epoch = fact.epoch
    entry.lastWorker = fact.worker
    entry.lease = {
      epoch: fact.epoch,
      slot: fact.slot,
      worker: fact.worker,
      seq: fact.seq,
      at: fact.at,
      deadline: fact.deadline,
      timeoutMs: entry.spec.limits?.timeoutMs ?? this.limits?.timeoutMs ?? 0,
      started: false,
      beatAt: 0,
      signAt: fact.at,
      waitsFor: NO_QUESTIONS,
      waitsSince: 0,
      waitedMs: 0,
      stalledMs: 0,
    }
    entry.assignedAt = fact.at
    this.#waiting.leave(entry)
    this.#starts.push(fact.at)
    if (!isOutcome(entry.status)) entry.status = 'assigned'
    this.leases += 1
    const worker = this.workers.get(fact.worker)
    if (worker !== undefined) worker.leases += 1
    const slot = this.slots.get(fact.slot)
    if (slot !== undefined) {
      if (slot.present && slot.task === undefined) this.#countFree(this.workers.get(slot.worker), -1)
      slot.task = entry
    }
    this.#hold(entry.spec, 1)
    entry.held = entry.spec
    for (const group of this.groupsOf(entry.spec)) group.leases += 1
  }

  #endAttempt(entry: BookedTask, end: AttemptEnd, { seq, at }: Fact): void {
    if (entry.lease !== undefined) this.#release(entry)
    if (end !== 'succeeded') this.undisturbed = false
    entry.lastEnd = end
    entry.lastEndSeq = seq
    entry.endedAt = at
    if (isOutcome(entry.status)) return
    entry.undecided = end
    this.undecided.add(entry)
  }

  #release(entry: BookedTask): void {
    const { lease } = entry
    if (lease === undefined) return
    entry.lease = undefined
    this.leases -= 1
    const worker = this.workers.get(lease.worker)
    if (worker !== undefined) worker.leases -= 1
    const slot = this.slots.get(lease.slot)
    if (slot?.task === entry) {
      slot.task = undefined
      if (slot.present) this.#countFree(this.workers.get(slot.worker), 1)
    }
    this.#hold(entry.held, -1)
    for (const group of this.groupsOf(entry.held)) group.leases -= 1
  }

  /** Takes (1) or gives back (-1) what a running task uses and excludes. */
  #hold(spec: Task, step: 1 | -1): void {
    if (spec.uses !== undefined) {
      for (const use of spec.uses) {
        const held = this.resources.get(use.resource) ?? { readers: 0, writers: 0 }
        if (use.mode === 'read') held.readers += step
        else held.writers += step
        if (held.readers === 0 && held.writers === 0) this.resources.delete(use.resource)
        else this.resources.set(use.resource, held)
      }
    }
    if (spec.excludes !== undefined) {
      for (const label of new Set(spec.excludes)) {
        const held = (this.labels.get(label) ?? 0) + step
        if (held === 0) this.labels.delete(label)
        else this.labels.set(label, held)
      }
    }
  }

  #settle(entry: BookedTask, { tokens, costMicros }: FactOf<'budget.settled'>): void {
    this.reserved.tokens -= entry.reservedTokens
    this.reserved.costMicros -= entry.reservedCostMicros
    entry.reservedTokens = 0
    entry.reservedCostMicros = 0
    this.spent.tokens += tokens
    this.spent.costMicros += costMicros
  }

  #decide(entry: BookedTask): void {
    if (entry.undecided === undefined) return
    entry.undecided = undefined
    this.undecided.delete(entry)
  }

  #resolve(entry: BookedTask, outcome: Outcome, { seq, at }: Fact): void {
    if (isOutcome(entry.status)) return
    this.#decide(entry)
    this.#takeFromPlace(entry)
    this.#waiting.leave(entry)
    if (outcome === 'succeeded') for (const group of this.groupsOf(entry.spec)) group.succeeded += 1
    else this.undisturbed = false
    entry.status = outcome
    entry.outcomeSeq = seq
    entry.outcomeAt = at
    if (!entry.superseded) {
      this.counts[outcome] += 1
      this.unresolved -= 1
    }
    if (entry.doomed) {
      entry.doomed = false
      this.doomed.delete(entry)
    }
    for (const dependant of entry.dependants) {
      if (outcome !== 'succeeded') this.#doom(dependant)
      else {
        dependant.unmet -= 1
        if (dependant.unmet === 0 && dependant.status === 'waiting') this.#makeReady(dependant, seq, at)
      }
    }
  }

  #doom(entry: BookedTask): void {
    if (entry.doomed || isOutcome(entry.status)) return
    entry.doomed = true
    this.doomed.add(entry)
  }
}

const NOTHING: readonly string[] = []
const NO_QUESTIONS: ReadonlySet<string> = new Set()
const NO_GROUPS: readonly BookedGroup[] = []

/** Notes that an attempt waits for an answer, or has it. */
function wait(lease: BookedLease, { type, approval, at }: FactOf<'approval.requested' | 'approval.applied'>): void {
  const { waitsFor } = lease
  if (type === 'approval.requested') {
    if (waitsFor.size === 0) lease.waitsSince = at
    lease.waitsFor = new Set([...waitsFor, approval])
    return
  }
  if (!waitsFor.has(approval)) return
  lease.waitsFor = new Set([...waitsFor].filter((other) => other !== approval))
  if (lease.waitsFor.size === 0) lease.waitedMs += at - lease.waitsSince
}

/** Width of the window of the start rate. */
const START_WINDOW_MS = 1_000

/** The id that a successor (`a~2`, `a~3`) stands in for. */
export function predecessor(id: string): string | undefined {
  // Nearly no id has one, and looking from the front is far faster.
  if (!id.includes('~')) return undefined
  const tilde = id.lastIndexOf('~')
  if (tilde < 1) return undefined
  const number = Number(id.slice(tilde + 1))
  if (!Number.isSafeInteger(number) || number < 2) return undefined
  return number === 2 ? id.slice(0, tilde) : `${id.slice(0, tilde)}~${number - 1}`
}
