import { LimitsSchema, predecessorId, type Fact } from '@bosun/core'
import { counted, duration } from './duration.ts'

/** What the manager of a run has cost, by its log. */
export interface ManagerCost {
  /** Messages that it was given. */
  readonly messages: number
  readonly decisions: number
  /** Time in its program, and of that the longest with one message, in ms. */
  readonly programMs: number
  readonly programMsMax: number
  /** Planner calls with the time until they were answered, and the longest of them. */
  readonly plans: number
  readonly planMs: number
  readonly planMsMax: number
  /** Calls of models by its planners; a manager itself makes none. */
  readonly modelCalls: number
  /** Tasks that it delegated. */
  readonly delegated: number
  /** Its time, that of its planners included, per delegated task. */
  readonly msPerTask: number
  /** From how much on it is called the bottleneck: `limits.managerMsPerTaskMax`. */
  readonly msPerTaskMax: number
}

/** Sums up what the manager of a run has cost. */
export class ManagerCostFold {
  #messages = 0
  #decisions = 0
  #program = { ms: 0, max: 0 }
  #plan = { count: 0, ms: 0, max: 0 }
  #modelCalls = 0
  #delegated = 0
  #msPerTaskMax = LimitsSchema.parse({}).managerMsPerTaskMax
  /** When planners were asked that have not answered. */
  readonly #asked = new Map<string, number>()

  take(fact: Fact): void {
    switch (fact.type) {
      case 'run.started':
      case 'limits.changed': {
        const limits = fact.type === 'run.started' ? fact.config.limits : fact.limits
        this.#msPerTaskMax = limits.managerMsPerTaskMax ?? this.#msPerTaskMax
        break
      }
      case 'message.delivered': {
        const { ms = 0 } = fact
        this.#messages += 1
        this.#program = { ms: this.#program.ms + ms, max: Math.max(this.#program.max, ms) }
        break
      }
      case 'manager.decided':
        this.#decisions += fact.decisions.length
        for (const decision of fact.decisions) if (decision.type === 'plan') this.#asked.set(decision.request, fact.at)
        break
      case 'manager.recovered':
        // Nobody waited for an answer while nobody managed the run: what is open is asked again now.
        for (const request of this.#asked.keys()) this.#asked.set(request, fact.at)
        break
      case 'planner.called':
        this.#modelCalls += 1
        break
      case 'plan.deferred':
        // Until there is quota again, nobody makes the plan.
        this.#asked.delete(fact.plan)
        break
      case 'plan.requested':
        this.#asked.set(fact.plan, fact.at)
        break
      case 'plan.received':
        this.#answered(fact.request, fact.at)
        break
      case 'plan.rejected':
        this.#answered(fact.plan, fact.at)
        break
      case 'task.added':
        if (predecessorId(fact.task.id) === undefined) this.#delegated += 1
        break
      default:
    }
  }

  cost(): ManagerCost {
    const ms = this.#program.ms + this.#plan.ms
    return {
      messages: this.#messages,
      decisions: this.#decisions,
      programMs: this.#program.ms,
      programMsMax: this.#program.max,
      plans: this.#plan.count,
      planMs: this.#plan.ms,
      planMsMax: this.#plan.max,
      modelCalls: this.#modelCalls,
      delegated: this.#delegated,
      msPerTask: Math.round(ms / Math.max(1, this.#delegated)),
      msPerTaskMax: this.#msPerTaskMax,
    }
  }

  #answered(request: string, at: number): void {
    const since = this.#asked.get(request)
    if (since === undefined) return
    this.#asked.delete(request)
    const { count, ms, max } = this.#plan
    this.#plan = { count: count + 1, ms: ms + at - since, max: Math.max(max, at - since) }
  }
}

/** `3 decisions in 12 ms (8 ms at most), 1 plan in 3.2 s, 1 model call, 402 ms per task`; nothing of a manager that heard nothing. */
export function managerCostLine(cost: ManagerCost): string[] {
  if (cost.messages === 0) return []
  const { decisions, programMs, programMsMax, plans, planMs, planMsMax, modelCalls, delegated, msPerTask } = cost
  const calls = modelCalls === 0 ? 'no model call' : counted(modelCalls, 'model call')
  return [
    [
      `${counted(decisions, 'decision')} in ${duration(programMs)}${most(programMsMax, programMs)}`,
      ...(plans === 0 ? [] : [`${counted(plans, 'plan')} in ${duration(planMs)}${most(planMsMax, planMs)}`]),
      calls,
      ...(delegated === 0 ? [] : [`${duration(msPerTask)} per task`]),
    ].join(', '),
  ]
}

/** Says that the manager holds the run up, where it takes longer per task than it may. */
export function bottleneckWarning({ delegated, msPerTask, msPerTaskMax }: ManagerCost): string | undefined {
  if (delegated === 0 || msPerTask <= msPerTaskMax) return undefined
  return `the manager is the bottleneck: it and its planners took ${duration(msPerTask)} per delegated task (limits.managerMsPerTaskMax is ${duration(msPerTaskMax)}). Let one plan bring more tasks, or do less in a handler.`
}

function most(max: number, ms: number): string {
  return max === ms ? '' : ` (${duration(max)} at most)`
}
