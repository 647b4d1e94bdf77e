import type { Guarantee } from '@bosun/core'
import type { Distribution } from './distribution.ts'
import type { GraphShape } from './graph-shapes.ts'

/** What was measured of one strategy, as plain data. Times are simulated; nothing hangs on the machine. */
export interface Certificate {
  readonly version: 1
  readonly strategy: string
  /** The policies that choose: `fifo/first-fit`. */
  readonly rule: string
  /** Seeds of the drawn graphs: from `first` on, so many per shape and number of slots. */
  readonly seeds: { readonly first: number; readonly count: number }
  readonly guarantees: readonly GuaranteeVerdict[]
  /** Fault-free makespans over max(T1/P, T∞), the least that any schedule needs. */
  readonly makespans: readonly MakespanLine[]
  /** Fault-free makespans over the exact optimum, on graphs of up to 6 tasks. */
  readonly regrets: readonly RegretLine[]
  /** The same graphs with hosts that die or freeze and workers that throw. */
  readonly faults: readonly FaultLine[]
  /** Schedules of the simulated world with all its faults. */
  readonly world: WorldMeasures
  /** Most starts that one key had more than another while tasks of both waited; 2 at most is fair. */
  readonly fairnessGap: Distribution
  /** Tokens spent beyond a tight budget, in shares of it, when some attempts use more than they reserved. */
  readonly overspend: Distribution
  readonly perTask: PerTask
  /** What this certificate says nothing about, and why. */
  readonly notJudged: readonly { readonly what: string; readonly why: string }[]
}

/** Whether a guarantee held wherever it was judged. */
export interface GuaranteeVerdict {
  readonly guarantee: Guarantee
  readonly declared: boolean
  readonly verdict: 'held' | 'broken' | 'not judged'
  /** Runs in which it was judged, and in which it was broken. */
  readonly judged: number
  readonly broken: number
  /** The first time it was broken, or why it was not judged. */
  readonly sentence?: string
}

/** How many of the runs of a line left a task undone; ratios are of the others. */
interface Unfinished {
  readonly unfinished: number
}

export interface MakespanLine extends Unfinished {
  readonly shape: GraphShape
  readonly slots: number
  readonly ratio: Distribution
  /** Runs within T1/P + (1 - 1/P) T∞, which every greedy schedule keeps. */
  readonly withinBound: number
}

export interface RegretLine extends Unfinished {
  readonly slots: number
  readonly ratio: Distribution
  /** Runs that took the optimum. */
  readonly optimal: number
}

export interface FaultLine extends Unfinished {
  readonly slots: number
  /** W over T1: slot time whose results were not accepted. */
  readonly waste: Distribution
  /** From the true end of a silent host to the loss of its attempt, in ms. */
  readonly detectionMs: Distribution
  /** Makespan over (T1 + W)/P + (1 - 1/P) T∞ + D. */
  readonly ratio: Distribution
  /** The parts of that bound: each over the bound, as means. */
  readonly parts: { readonly work: number; readonly waste: number; readonly path: number; readonly delay: number }
  readonly withinBound: number
}

export interface WorldMeasures {
  readonly schedules: number
  /** How the runs ended, by the type of their last fact. */
  readonly ends: Readonly<Record<string, number>>
  readonly violations: number
  readonly waste: Distribution
  readonly detectionMs: Distribution
  readonly perTask: PerTask
  /** Tokens spent beyond the budget of the run. */
  readonly overspentTokens: Distribution
}

export interface PerTask {
  /** Between the manager's side and its slots. */
  readonly messages: Distribution
  /** Messages that the manager's program had to decide on. */
  readonly decisions: Distribution
  readonly attempts: Distribution
}
