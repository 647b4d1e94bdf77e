import type {
  AnyManager,
  AnyWorker,
  HedgePolicy,
  Json,
  Limits,
  LeasePolicy,
  Planner,
  RetryPolicy,
  RunPolicy,
  Strategy,
  Usage,
} from '@bosun/core'
import type { Invariant } from '@bosun/invariants'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { ToolBehaviour } from '../world/simulated-tools.ts'

/** What is tested: one of the four things that coordinate or work. */
export type Subject =
  | { readonly kind: 'strategy'; readonly strategy: Strategy }
  | { readonly kind: 'manager'; readonly manager: AnyManager }
  | { readonly kind: 'planner'; readonly planner: Planner }
  | { readonly kind: 'worker'; readonly worker: AnyWorker }

/** What one attempt of a simulated worker does. */
export interface Deed {
  readonly result?: Json
  /** Findings reported on the way. */
  readonly discovered?: readonly Json[]
  /** Parts of the output reported on the way. */
  readonly emitted?: readonly Json[]
  readonly usage?: Usage
  /** How long it takes, in simulated ms. Absent: drawn. */
  readonly durationMs?: number
  /** Set when it fails: the message of what it throws. */
  readonly throws?: string
}

/** A simulated worker: what it does for a body. `random` is from 0 up to 1, drawn from the choices. */
export type Behaviour = (body: Json, random: () => number) => Deed

/** How far a search reaches. */
export interface Scope {
  /** Tasks of a drawn graph. Default 8. */
  readonly tasksMax: number
  /** Slots of each worker. Default 3. */
  readonly slotsMax: number
  /** Faults of one schedule. Default 6. */
  readonly faultsMax: number
  /** Which faults may strike. Default: all. */
  readonly faults: readonly FaultKind[]
}

/** Everything about a check that no choice can vary. */
export interface Setting {
  readonly subject: Subject
  /** Default: the subject, or `fifo`. */
  readonly strategy: Strategy
  /** Absent for a strategy: its graphs are drawn and a manager without opinions hands them over. */
  readonly manager: AnyManager | undefined
  readonly planner: Planner | undefined
  /** The goal, or how to draw one. */
  readonly goal: Json | ((random: () => number) => Json)
  /** By task type: a real worker, whose code runs in the async lane, or what a simulated one does. */
  readonly workers: Readonly<Record<string, AnyWorker | Behaviour>>
  /** What tools answer, by name (`http.fetch`). The file tools answer from files in memory, those of examples to begin with; any other answers null. */
  readonly tools: Readonly<Record<string, ToolBehaviour>>
  readonly scope: Scope
  /**
   * Whether a share of the schedules is compared with plainer ones (R2, R4, D2, D3, D4, DIFF). Switch it off
   * for a manager whose result may depend on the order or the time of what it hears. Default true.
   */
  readonly comparesRuns: boolean
  readonly limits: Partial<Limits>
  readonly lease: Partial<LeasePolicy>
  readonly retry: Partial<RetryPolicy>
  readonly policy: Partial<RunPolicy>
  readonly hedge: Partial<HedgePolicy>
  /** What judges. Default: all that always holds, all that must come about, and what the strategy declares. */
  readonly invariants: readonly Invariant[]
}
