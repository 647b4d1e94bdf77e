import {
  isOutcome,
  type Fact,
  type FactOf,
  type Limits,
  type Outcome,
  type RunConfig,
  type Task,
  type TaskStatus,
} from '@bosun/core'
import type { AttemptEnd, Ledger, LossClock } from './ledger.ts'

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
  #last: BookedTask | undefined

  task(id: string): BookedTask | undefined {
    if (this.#last?.id === id) return this.#last
    const entry = this.tasks.get(id)
    if (entry !== undefined) this.#last = entry
    return entry
  }

  apply(fact: Fact): void {
    this.facts += 1
    if (fact.seq === 0) this.live = true
    else this.seq = fact.seq
    if (fact.at > this.at) this.at = fact.at
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
        return
      case 'run.paused':
        this.pausedSeq = fact.seq
        return
      case 'run.resumed':
        this.pausedSeq = 0
        return
      case 'limits.changed':
        if (this.limits !== undefined) this.limits = { ...this.limits, ...fact.limits }
        return
      case 'manager.recovered':
        this.recoveredSeq = fact.seq
        return
      case 'manager.stalled':
        for (const slot of this.slots.values()) {
          if (slot.task?.lease !== undefined) slot.task.lease.stalledMs += fact.gapMs
        }
        return
      case 'waiver.given':
        return this.#waive(fact)
      case 'spawn.refused':
        this.refused += 1
        return
      case 'worker.joined':
        return this.#join(fact)
      case 'worker.left':
        return this.#leave(fact)
      case 'task.added':
        return this.#add(fact)
      case 'task.amended':
        return this.#amend(fact)
      default:
        if ('task' in fact && typeof fact.task === 'string') {
          const entry = this.task(fact.task)
          if (entry !== undefined) this.#applyTo(entry, fact)
        }
    }
  }

  #applyTo(entry: BookedTask, fact: Fact): void {
    switch (fact.type) {
      case 'task.placed':
        if (!isOutcome(entry.status) && entry.lease === undefined) entry.status = 'placed'
        return
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
      case 'attempt.succeeded':
        this.#endAttempt(entry, 'succeeded', fact.seq)
        entry.acceptedEpoch = fact.epoch
        entry.acceptedSeq = fact.seq
        entry.outputsDue = fact.outputs.length > 0
        if (entry.outputsDue) this.#decide(entry)
        if (!isOutcome(entry.status)) entry.status = 'publishing'
        return
      case 'result.adopted':
        entry.acceptedEpoch = fact.epoch
        entry.acceptedSeq = fact.seq
        return
      case 'outputs.published':
        entry.publishedSeq = fact.seq
        return
      case 'attempt.failed':
        return this.#endAttempt(entry, 'failed', fact.seq)
      case 'attempt.lost':
        entry.lossClock = fact.evidence.clock
        entry.lossStarted = fact.started
        return this.#endAttempt(entry, 'lost', fact.seq)
      case 'attempt.revoked':
        return this.#endAttempt(entry, 'revoked', fact.seq)
      case 'task.retried':
        this.#decide(entry)
        entry.retries = fact.retry
        entry.notBefore = fact.notBefore
        if (!isOutcome(entry.status)) entry.status = 'retrying'
        return
      case 'task.skipped':
        entry.because = fact.because
        entry.becauseOutcome = fact.outcome
        return this.#resolve(entry, 'skipped', fact.seq)
      case 'task.succeeded':
        return this.#resolve(entry, 'succeeded', fact.seq)
      case 'task.failed':
        return this.#resolve(entry, 'failed', fact.seq)
      case 'task.lost':
        return this.#resolve(entry, 'lost', fact.seq)
      case 'task.cancelled':
        return this.#resolve(entry, 'cancelled', fact.seq)
      default:
    }
  }

  #begin(fact: FactOf<'run.started'>): void {
    this.started = fact
    this.config = fact.config
    this.limits = fact.config.limits
    for (const entry of fact.workers) this.workers.set(entry.name, { entry, leases: 0 })
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

  #join(fact: FactOf<'worker.joined'>): void {
    const slot = this.slots.get(fact.slot)
    if (slot === undefined) {
      this.slots.set(fact.slot, {
        slot: fact.slot,
        worker: fact.worker,
        present: true,
        seq: fact.seq,
        task: undefined,
      })
      return
    }
    slot.worker = fact.worker
    slot.present = true
    slot.seq = fact.seq
  }

  #leave(fact: FactOf<'worker.left'>): void {
    const slot = this.slots.get(fact.slot)
    if (slot === undefined) return
    slot.present = false
    slot.seq = fact.seq
  }

  #add(fact: FactOf<'task.added'>): void {
    const { id } = fact.task
    if (this.tasks.has(id)) return
    const parent = fact.parent === undefined ? undefined : this.tasks.get(fact.parent)
    const entry = new BookedTask(fact.task, fact.seq, fact.cause, fact.depth, parent)
    parent?.children.push(entry)
    this.tasks.set(id, entry)
    this.total += 1
    this.unresolved += 1
    this.#link(entry)
    for (const dependant of this.#awaited.get(id) ?? []) entry.dependants.push(dependant)
    this.#awaited.delete(id)
    const old = predecessor(id)
    if (old !== undefined) this.#supersede(this.tasks.get(old))
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
    if (entry.status === 'ready') entry.status = 'waiting'
    this.#link(entry)
  }

  /** Ties a task to its dependencies and counts those that have not succeeded. */
  #link(entry: BookedTask): void {
    for (const id of entry.spec.dependsOn ?? []) {
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
    if (entry.unmet === 0 && entry.status === 'waiting') entry.status = 'ready'
  }

  #supersede(entry: BookedTask | undefined): void {
    if (entry === undefined || entry.superseded) return
    entry.superseded = true
    this.total -= 1
    if (isOutcome(entry.status)) this.counts[entry.status] -= 1
    else this.unresolved -= 1
  }

  #assign(entry: BookedTask, fact: FactOf<'task.assigned'>): void {
    if (entry.lease !== undefined) this.#release(entry)
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
      stalledMs: 0,
    }
    if (!isOutcome(entry.status)) entry.status = 'assigned'
    this.leases += 1
    const worker = this.workers.get(fact.worker)
    if (worker !== undefined) worker.leases += 1
    const slot = this.slots.get(fact.slot)
    if (slot !== undefined) slot.task = entry
    this.#hold(entry.spec, 1)
    entry.held = entry.spec
  }

  #endAttempt(entry: BookedTask, end: AttemptEnd, seq: number): void {
    if (entry.lease !== undefined) this.#release(entry)
    entry.lastEnd = end
    entry.lastEndSeq = seq
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
    if (slot?.task === entry) slot.task = undefined
    this.#hold(entry.held, -1)
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

  #decide(entry: BookedTask): void {
    if (entry.undecided === undefined) return
    entry.undecided = undefined
    this.undecided.delete(entry)
  }

  #resolve(entry: BookedTask, outcome: Outcome, seq: number): void {
    if (isOutcome(entry.status)) return
    this.#decide(entry)
    entry.status = outcome
    entry.outcomeSeq = seq
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
        if (dependant.unmet === 0 && dependant.status === 'waiting') dependant.status = 'ready'
      }
    }
  }

  #doom(entry: BookedTask): void {
    if (entry.doomed || isOutcome(entry.status)) return
    entry.doomed = true
    this.doomed.add(entry)
  }
}

/** All fields of a task are there from the start, so that every entry has one shape in memory. */
class BookedTask {
  readonly id: string
  spec: Task
  /** The specification whose uses and labels the live lease holds. */
  held: Task
  readonly seq: number
  readonly cause: number
  readonly depth: number
  readonly parent: BookedTask | undefined
  status: TaskStatus = 'waiting'
  epoch = 0
  retries = 0
  notBefore = 0
  lease: BookedLease | undefined = undefined
  undecided: AttemptEnd | undefined = undefined
  lastEnd: AttemptEnd | undefined = undefined
  lastEndSeq = 0
  lossClock: LossClock | undefined = undefined
  lossStarted = false
  lastWorker = ''
  acceptedEpoch = 0
  acceptedSeq = 0
  outputsDue = false
  publishedSeq = 0
  outcomeSeq = 0
  because: string | undefined = undefined
  becauseOutcome: Outcome | undefined = undefined
  unmet = 0
  doomed = false
  dependants: BookedTask[] = []
  readonly children: BookedTask[] = []
  superseded = false

  constructor(spec: Task, seq: number, cause: number, depth: number, parent: BookedTask | undefined) {
    this.id = spec.id
    this.spec = spec
    this.held = spec
    this.seq = seq
    this.cause = cause
    this.depth = depth
    this.parent = parent
  }
}

interface BookedLease {
  epoch: number
  slot: string
  worker: string
  seq: number
  at: number
  deadline: number
  timeoutMs: number
  started: boolean
  beatAt: number
  signAt: number
  stalledMs: number
}

interface BookedSlot {
  slot: string
  worker: string
  present: boolean
  seq: number
  task: BookedTask | undefined
}

interface BookedWorker {
  entry: FactOf<'run.started'>['workers'][number]
  leases: number
}

/** The id that a successor (`a~2`, `a~3`) stands in for. */
function predecessor(id: string): string | undefined {
  const tilde = id.lastIndexOf('~')
  if (tilde < 1) return undefined
  const number = Number(id.slice(tilde + 1))
  if (!Number.isSafeInteger(number) || number < 2) return undefined
  return number === 2 ? id.slice(0, tilde) : `${id.slice(0, tilde)}~${number - 1}`
}
