import { isDurable, isOutcome, type Fact } from '@bosun/core'
import {
  createKernel,
  deadline,
  decide,
  effects,
  foldKernel,
  nextMessage,
  outstandingEffects,
  seededRandom,
  type Effect,
  type Input,
  type Kernel,
} from '@bosun/kernel'
import type { Auditor } from '../audit/auditor.ts'
import { Dice, DISCOVERABLE_COUNT, drawPlan, type Fault, type Plan } from './draw-plan.fixture.ts'
import { idleTask } from './idle-task.fixture.ts'
import { stateImage } from './state-image.fixture.ts'
import { managerDecides } from './virtual-manager.fixture.ts'

/** An input before the world gives it its time. */
type Arrival = Input extends infer I ? (I extends { readonly at: number } ? Omit<I, 'at'> : never) : never

/** Inputs of one run; more means that it does not come to an end. */
const INPUTS_MAX = 20_000
/** Ticks within one ms; more means that time stands still. */
const TICKS_MAX = 4

/** What a run of the world has reached. */
export interface Reached {
  readonly inputs: number
  readonly facts: readonly Fact[]
  readonly faults: ReadonlySet<Fault>
}

/**
 * One run on a virtual clock: slots, a network, a publisher, a planner, people and a manager, all of
 * them seeded, around a real kernel. Facts become durable in batches; a crash of the manager drops the
 * ones that are not, folds the rest and goes on, while what was sent before still reports.
 *
 * Faults are drawn from a swarm and are limited in number. When they are used up everything behaves,
 * and the run must end within a bound that starts anew with each step forward.
 */
export class VirtualWorld {
  readonly #seed: number
  readonly #dice: Dice
  readonly #plan: Plan
  readonly #auditor: Auditor
  readonly #reached = new Set<Fault>()
  readonly #progressWithinMs: number
  #faultsLeft: number
  #kernel: Kernel
  /** A kernel that was folded on the way; it has to decide as the one that was not. */
  #shadow: Kernel | undefined
  #now = 1_000
  #inputs = 0
  #progressAt = 1_000
  #ticksNow = 0
  #durable: Fact[] = []
  #pending: Fact[] = []
  #queue: { readonly at: number; readonly order: number; readonly act: () => void }[] = []
  /** Attempts that were told to stop. */
  readonly #stopped = new Set<string>()
  readonly #absent = new Set<string>()
  #managerEpoch = 1

  constructor(seed: number, auditor: Auditor) {
    this.#seed = seed
    this.#dice = new Dice(seededRandom(seed))
    this.#plan = drawPlan(this.#dice)
    this.#faultsLeft = this.#plan.faultsMax
    this.#auditor = auditor
    this.#kernel = createKernel(this.#plan.strategy)
    const { timeoutMs, queueWaitMs, planTimeoutMs } = this.#plan.config.limits
    this.#progressWithinMs = timeoutMs + queueWaitMs + planTimeoutMs + 10_000
  }

  /** Runs to the end and a little beyond; throws when an invariant breaks or the run does not end. */
  run(): Reached {
    const { config, workers, slots } = this.#plan
    this.#auditor.reset()
    this.#feed({ type: 'start', run: 'r', goal: 'goal', manager: 'boss', config, origins: {}, workers })
    for (const { slot, worker } of slots) {
      if (this.#dice.chance(0.8)) this.#feed({ type: 'joined', slot, worker })
      else {
        this.#absent.add(slot)
        this.#after(this.#dice.whole(1, 2_000), () => this.#join(slot, worker))
      }
    }
    this.#schedulePeople()
    while (this.#kernel.state.ended === undefined || this.#pending.length > 0) this.#step()
    this.#drainLateReports()
    this.#judgeEnd()
    return { inputs: this.#inputs, facts: this.#durable, faults: this.#reached }
  }

  // ---------------------------------------------------------------------------------------------
  // Time

  #step(): void {
    this.#deliverMessages()
    if (this.#kernel.state.ended !== undefined) {
      this.#commit()
      return
    }
    if ((deadline(this.#kernel) ?? Infinity) <= this.#now) {
      this.#tick()
      return
    }
    if ((this.#queue[0]?.at ?? Infinity) <= this.#now) {
      this.#act()
      return
    }
    // Nothing more happens in this ms: what was decided becomes durable, and brings new events.
    const manager = this.#managerEpoch
    this.#commit()
    if (manager !== this.#managerEpoch) return
    const due = deadline(this.#kernel)
    const next = this.#queue[0]
    if (due === undefined && next === undefined) this.#break('P11', 'nothing can move the run any more')
    this.#advance(Math.min(due ?? Infinity, next?.at ?? Infinity))
    // Whether what arrives in the very ms of a deadline comes before it or after is left to chance.
    const arrivalsFirst = this.#dice.chance(0.5)
    if (arrivalsFirst) while ((this.#queue[0]?.at ?? Infinity) <= this.#now) this.#act()
  }

  #advance(to: number): void {
    this.#ticksNow = 0
    if (this.#fault('manager stalled')) {
      const gapMs = this.#dice.whole(60, 500)
      this.#now = to + gapMs
      // The shell drains what has arrived before it feeds time.
      this.#feed({ type: 'stalled', gapMs })
      while ((this.#queue[0]?.at ?? Infinity) <= this.#now) this.#act()
    } else this.#now = to
    if (this.#kernel.state.paused) this.#progressAt = this.#now
    if (this.#now - this.#progressAt > this.#progressWithinMs && this.#faultsLeft === 0) {
      this.#break('P11', `no step forward since ${this.#progressAt} ms`)
    }
  }

  #tick(): void {
    this.#ticksNow += 1
    if (this.#ticksNow > TICKS_MAX) this.#break('L2', `time stands still at ${this.#now} ms`)
    this.#feed({ type: 'tick' })
  }

  #after(delay: number, act: () => void): void {
    const queue = this.#queue
    const entry = { at: this.#now + delay, order: this.#dice.fraction(), act }
    let at = queue.length
    queue.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = queue[above] as typeof entry
      if (other.at < entry.at || (other.at === entry.at && other.order <= entry.order)) break
      queue[at] = other
      at = above
    }
    queue[at] = entry
  }

  #act(): void {
    const queue = this.#queue
    const first = queue[0] as (typeof queue)[number]
    const last = queue.pop() as (typeof queue)[number]
    const size = queue.length
    if (size > 0) {
      let at = 0
      for (let child = 1; child < size; child = at * 2 + 1) {
        const right = queue[child + 1]
        const left = queue[child] as typeof last
        const less = right !== undefined && (right.at < left.at || (right.at === left.at && right.order < left.order))
        const least = less ? right : left
        if (last.at < least.at || (last.at === least.at && last.order <= least.order)) break
        queue[at] = least
        at = less ? child + 1 : child
      }
      queue[at] = last
    }
    first.act()
  }

  // ---------------------------------------------------------------------------------------------
  // Inputs and facts

  #feed(arrival: Arrival): void {
    this.#inputs += 1
    if (this.#inputs > INPUTS_MAX) this.#break('P11', `the run did not end within ${INPUTS_MAX} inputs`)
    const input = { ...arrival, at: this.#now } as Input
    const facts = decide(this.#kernel, input)
    for (const fact of facts) this.#pending.push(fact)
    if (this.#shadow !== undefined) this.#compareShadow(this.#shadow, input, facts)
    if (facts.some(isStep)) this.#progressAt = this.#now
    if (this.#dice.chance(0.02)) this.#compareFold()
    if (this.#dice.chance(0.2)) this.#judgeIdleness()
    if (this.#dice.chance(0.7)) this.#commit()
    if (this.#fault('manager crashed')) this.#crash()
  }

  /** Makes what was decided durable, then does what it asks for. */
  #commit(): void {
    const facts = this.#pending
    if (facts.length === 0) return
    this.#pending = []
    for (const fact of facts) {
      const violation = this.#auditor.feed(fact)
      this.#durable.push(fact)
      if (violation !== undefined) this.#break(`${violation.invariant} ${violation.clause}`, violation.sentence)
    }
    // Between the journal and the world: what is recorded and was not done is found by the next manager.
    if (this.#fault('manager crashed')) this.#crash()
    else for (const fact of facts) for (const effect of effects(fact)) this.#perform(effect)
  }

  /** The process dies: what was not durable never was. Then another one takes the run over. */
  #crash(): void {
    if (this.#kernel.state.run === '' || this.#durable.length === 0) return
    this.#pending = []
    this.#shadow = undefined
    this.#now += this.#dice.whole(0, 200)
    const journal = this.#durable.filter(isDurable)
    this.#durable = [...journal]
    this.#kernel = foldKernel(this.#plan.strategy, journal)
    // A new process has a new auditor, which knows the journal and no beats.
    this.#auditor.reset()
    for (const fact of journal) this.#auditor.feed(fact)
    if (this.#kernel.state.ended !== undefined) return
    this.#managerEpoch += 1
    const open = outstandingEffects(this.#kernel.state)
    this.#feed({ type: 'recovered', managerEpoch: this.#managerEpoch, owner: `owner-${this.#managerEpoch}` })
    for (const effect of open) if (effect.type !== 'assign') this.#perform(effect)
    for (const { slot, worker } of this.#plan.slots) {
      if (this.#absent.has(slot)) this.#feed({ type: 'left', slot, reason: 'gone' })
      else this.#feed({ type: 'joined', slot, worker })
    }
    if (this.#kernel.state.paused)
      this.#after(this.#dice.whole(1, 500), () => this.#feed({ type: 'resume', by: 'ada' }))
  }

  #deliverMessages(): void {
    let next = nextMessage(this.#kernel.state, this.#now)
    while (next !== undefined) {
      const decisions = managerDecides(this.#plan, this.#seed, next.message, this.#kernel)
      this.#feed({ type: 'decided', decisions })
      next = nextMessage(this.#kernel.state, this.#now)
    }
  }

  // ---------------------------------------------------------------------------------------------
  // The world outside

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'assign':
        this.#startAttempt(effect)
        return
      case 'stop':
        if (!this.#fault('stop lost')) this.#stopped.add(`${effect.task}@${effect.epoch}`)
        return
      case 'publish': {
        const { task, epoch, outputs } = effect
        this.#after(this.#dice.whole(1, 40), () => {
          if (this.#fault('publishing failed')) {
            this.#feed({ type: 'publishFailed', task, epoch, error: { code: 'OUTPUT_CONFLICT', message: 'No room.' } })
          } else {
            this.#feed({
              type: 'published',
              task,
              epoch,
              files: outputs.map((path) => ({ path, hash: 'h', bytes: 1 })),
            })
          }
        })
        return
      }
      case 'plan':
        this.#makePlan(effect.request)
        return
      case 'end':
    }
  }

  #startAttempt({ task, epoch, slot }: Extract<Effect, { type: 'assign' }>): void {
    if (this.#absent.has(slot) || this.#fault('assignment lost')) return
    const of = { task, epoch }
    const { leaseMs, heartbeatMs } = this.#plan.config.lease
    let rest = this.#dice.whole(1, this.#dice.chance(0.2) ? 400 : 60)
    this.#report(this.#dice.whole(0, 3), { type: 'started', ...of, host: `host of ${slot}` })
    if (this.#fault('hung without beats')) return
    if (this.#fault('result exactly at expiry')) {
      this.#report(leaseMs, { type: 'result', ...of, result: `${task}@${epoch}`, outputs: [] })
      return
    }
    if (this.#fault('host died')) {
      this.#report(this.#dice.whole(1, 50), { type: 'lost', ...of, error: { code: 'HOST_DIED', message: 'It died.' } })
      return
    }
    const isZombie = this.#fault('zombie with beats')
    const beat = (): void => {
      if (this.#stopped.has(`${task}@${epoch}`) || this.#kernel.state.ended !== undefined) return
      if (rest <= 0 && !isZombie) {
        this.#finishAttempt(of)
        return
      }
      if (this.#dice.chance(0.3)) this.#report(0, { type: 'progressed', ...of, note: 'on it' })
      else this.#report(0, { type: 'beat', ...of })
      this.#reportFindings(of)
      const pause = Math.max(1, Math.min(heartbeatMs, rest > 0 ? rest : heartbeatMs))
      rest -= pause
      this.#after(pause, beat)
    }
    this.#after(this.#dice.whole(1, 5), beat)
  }

  #reportFindings(of: { readonly task: string; readonly epoch: number }): void {
    if (this.#dice.chance(0.1)) {
      this.#report(0, { type: 'discovered', ...of, item: `n${this.#dice.whole(0, DISCOVERABLE_COUNT)}` })
    }
    if (this.#fault('discovery of nonsense')) {
      this.#report(0, { type: 'discovered', ...of, item: this.#dice.pick(['cycle', 'dangling', 'conflict']) })
    }
    if (this.#dice.chance(0.05)) this.#report(0, { type: 'emitted', ...of, value: 'part' })
    if (this.#dice.chance(0.01)) {
      this.#report(0, { type: 'denied', ...of, tool: 'files.write', rule: 'files.write(x)', detail: 'y' })
    }
  }

  #finishAttempt(of: { readonly task: string; readonly epoch: number }): void {
    const usage = this.#dice.chance(0.3) ? { usage: { tokens: this.#dice.whole(0, 200), costMicros: 1 } } : {}
    if (this.#fault('work failed')) {
      const code = this.#dice.chance(0.8) ? 'WORKER_THREW' : 'TASK_BODY_INVALID'
      this.#report(0, { type: 'error', ...of, error: { code, message: 'It broke.' }, ...usage })
      return
    }
    const outputs = this.#kernel.state.taskById.get(of.task)?.spec.outputs ?? []
    this.#report(0, { type: 'result', ...of, result: `${of.task}@${of.epoch}`, outputs, ...usage })
  }

  /** Sends a report over a network that may lose, delay or repeat it. */
  #report(delay: number, arrival: Arrival): void {
    if (this.#fault('report lost')) return
    const late = this.#fault('report late') ? this.#dice.whole(50, 400) : 0
    const again = this.#fault('report duplicated') ? this.#dice.whole(0, 200) : -1
    this.#after(delay + this.#dice.whole(0, 2) + late, () => this.#feed(arrival))
    if (again >= 0) this.#after(delay + again, () => this.#feed(arrival))
  }

  #makePlan(request: string): void {
    if (this.#fault('planner silent')) return
    this.#after(this.#dice.whole(1, 100), () => {
      if (this.#fault('planner failed')) {
        this.#feed({ type: 'planFailed', request, error: { code: 'PLANNER_FAILED', message: 'No idea.' } })
      } else this.#feed({ type: 'planned', request, tasks: this.#plan.tasks })
    })
  }

  #join(slot: string, worker: string): void {
    this.#absent.delete(slot)
    this.#feed({ type: 'joined', slot, worker })
  }

  /** What people do, and what happens to slots, at times drawn in advance. */
  #schedulePeople(): void {
    const { slots } = this.#plan
    for (let round = 0; round < 4; round += 1) {
      this.#after(this.#dice.whole(1, 600), () => {
        if (this.#kernel.state.ended !== undefined) return
        if (this.#fault('paused')) {
          this.#feed({ type: 'pause', by: 'ada', reason: 'lunch' })
          this.#after(this.#dice.whole(1, 3_000), () => this.#feed({ type: 'resume', by: 'ada' }))
        }
        if (this.#fault('cancelled by a person')) this.#cancelSomething()
        if (this.#fault('person steered')) this.#feed({ type: 'steer', text: 'faster', by: 'ada' })
        if (this.#fault('waived by a person')) {
          this.#feed({ type: 'waive', tasks: [this.#someTask(), 'n1', 'c1'], by: 'ada', reason: 'fine' })
        }
        if (this.#fault('limits changed')) this.#changeLimits()
        if (this.#fault('slot left')) {
          const { slot, worker } = this.#dice.pick(slots)
          this.#absent.add(slot)
          this.#feed({ type: 'left', slot, reason: 'drain' })
          this.#after(this.#dice.whole(1, 1_000), () => this.#join(slot, worker))
        }
      })
    }
  }

  #cancelSomething(): void {
    const task = this.#someTask()
    const scope = this.#dice.pick([
      { kind: 'run' as const },
      { kind: 'task' as const, task },
      { kind: 'subtree' as const, task },
    ])
    this.#feed({ type: 'cancel', scope, by: 'ada', reason: 'enough' })
  }

  #changeLimits(): void {
    const limits = this.#dice.pick([
      { slotsMax: this.#dice.whole(1, 6) },
      { tokensMax: this.#dice.whole(0, 1_000) },
      { tasksMax: this.#dice.whole(1, 100) },
      { timeoutMs: this.#dice.whole(50, 500) },
      { startsPerSecondMax: this.#dice.whole(1, 10) },
      { fanOutMax: this.#dice.whole(0, 5) },
    ])
    this.#feed({ type: 'raiseLimits', limits, by: 'ada' })
  }

  #someTask(): string {
    const { tasks } = this.#kernel.state
    return tasks[this.#dice.whole(0, tasks.length - 1)]?.spec.id ?? 'ghost'
  }

  #fault(fault: Fault): boolean {
    if (this.#faultsLeft === 0) return false
    const probability = this.#plan.faults.get(fault)
    if (probability === undefined || !this.#dice.chance(probability)) return false
    this.#faultsLeft -= 1
    this.#reached.add(fault)
    return true
  }

  // ---------------------------------------------------------------------------------------------
  // Judgement

  /** What is still under way when the run ends may report, and changes nothing. */
  #drainLateReports(): void {
    for (let count = 0; count < 40 && this.#queue.length > 0; count += 1) {
      this.#now = Math.max(this.#now, this.#queue[0]?.at ?? 0)
      this.#act()
    }
    this.#commit()
  }

  #judgeEnd(): void {
    this.#compareFold()
    const { state } = this.#kernel
    const [violation] = this.#auditor.end({ ended: true }).violations
    if (violation !== undefined) this.#break(`${violation.invariant} ${violation.clause}`, violation.sentence)
    for (const task of state.tasks) {
      if (!isOutcome(task.status)) this.#break('P11', `${task.spec.id} has no outcome`)
      if (task.status === 'succeeded' && task.result !== `${task.spec.id}@${task.epoch}`) {
        this.#break('P6', `${task.spec.id} holds the result ${JSON.stringify(task.result)} of another attempt`)
      }
    }
    if (state.live !== 0 || state.resources.size !== 0 || state.reservedTokens !== 0) {
      this.#break('S6', 'something is still held at the end')
    }
  }

  /** Q1, from the state alone: no slot is free for a task that could run. */
  #judgeIdleness(): void {
    const idle = idleTask(this.#kernel.state, this.#now)
    if (idle !== undefined) this.#break('Q1', `${idle} could run on a slot that is free`)
  }

  #compareFold(): void {
    const facts = [...this.#durable, ...this.#pending].filter(isDurable)
    const folded = foldKernel(this.#plan.strategy, facts)
    const [live, anew] = [stateImage(this.#kernel.state), stateImage(folded.state)]
    if (live !== anew) this.#break('R2', `a fold differs from the live state: ${firstDifference(live, anew)}`)
    if (this.#shadow !== undefined || this.#kernel.state.ended !== undefined) return
    copyPulse(this.#kernel, folded)
    this.#shadow = folded
  }

  #compareShadow(shadow: Kernel, input: Input, facts: readonly Fact[]): void {
    const [live, anew] = [JSON.stringify(facts), JSON.stringify(decide(shadow, input))]
    if (live === anew) return
    this.#break('R2', `a rebuilt index decides otherwise on ${JSON.stringify(input)}: ${firstDifference(live, anew)}`)
  }

  #break(invariant: string, sentence: string): never {
    const log = [...this.#durable, ...this.#pending].slice(-25).map((fact) => JSON.stringify(fact).slice(0, 300))
    throw new Error(`seed ${this.#seed}: ${invariant}: ${sentence}\n${log.join('\n')}`)
  }
}

function isStep(fact: Fact): boolean {
  const { type } = fact
  return type.startsWith('run.') || type.startsWith('task.') || type === 'message.delivered' || type === 'worker.joined'
}

/** Beats are not in a journal, so a fold for comparison is lent them. */
function copyPulse(from: Kernel, to: Kernel): void {
  to.state.pulseAt = from.state.pulseAt
  to.state.pulseCause = from.state.pulseCause
  for (const [index, task] of from.state.tasks.entries()) {
    const live = to.state.tasks[index]?.live
    if (live === undefined || task.live === undefined) continue
    live.lastBeat = task.live.lastBeat
    live.lastProgress = task.live.lastProgress
  }
  to.timers.rebuild()
}

function firstDifference(live: string, anew: string): string {
  let at = 0
  while (at < live.length && live[at] === anew[at]) at += 1
  return `${live.slice(Math.max(0, at - 200), at + 200)}\n  instead of\n${anew.slice(Math.max(0, at - 200), at + 200)}`
}
