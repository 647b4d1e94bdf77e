import { z } from 'zod'
import { OutcomeSchema } from '../tasks/outcome.ts'

/**
 * Caps and budgets of a run. Nothing is unlimited: what is absent takes the default written here.
 * Concurrency and start rate only delay; totals, depth and fan-out refuse.
 */
export const LimitsSchema = z.strictObject({
  /** Attempts that run at the same time. */
  slotsMax: z.int().min(1).max(10_000).default(8),
  /** Tasks of the run, refused beyond. */
  tasksMax: z.int().min(1).default(10_000),
  /** How many discoveries deep a task may lie; tasks of the goal have depth 0. */
  depthMax: z.int().min(0).default(32),
  /** Tasks that may come from the discoveries of one task. */
  fanOutMax: z.int().min(0).default(1_000),
  /** Assignments within any second. */
  startsPerSecondMax: z.int().min(1).default(1_000),
  /** Longest time of one attempt. */
  timeoutMs: z.int().min(1).default(600_000),
  /** Longest time a ready task may wait for a slot. */
  queueWaitMs: z.int().min(1).default(3_600_000),
  /** Longest time of one planner call. */
  planTimeoutMs: z.int().min(1).default(300_000),
  /** Longest time of the run. */
  wallTimeMs: z.int().min(1).default(86_400_000),
  tokensMax: z.int().min(0).default(1_000_000),
  /** Millionths of the currency of the price table. */
  costMicrosMax: z.int().min(0).default(10_000_000),
  /** Slice of `tokensMax` reserved for an attempt of a worker with a model whose task states none. */
  attemptTokensMax: z.int().min(0).default(100_000),
  /** Likewise of `costMicrosMax`. */
  attemptCostMicrosMax: z.int().min(0).default(1_000_000),
  /**
   * Time of the manager and its planners per delegated task from which on reports call the manager the
   * bottleneck. It stops nothing.
   */
  managerMsPerTaskMax: z.int().min(0).default(5_000),
})
export type Limits = z.infer<typeof LimitsSchema>

export const RetryPolicySchema = z.strictObject({
  /** Attempts after the first that ended by their own doing. */
  retriesMax: z.int().min(0).max(100).default(2),
  backoffMs: z.int().min(0).default(200),
  backoffMaxMs: z.int().min(0).default(30_000),
})
export type RetryPolicy = z.infer<typeof RetryPolicySchema>

export const LeasePolicySchema = z.strictObject({
  /** Without a beat for this long, an attempt is lost. */
  leaseMs: z.int().min(1).default(15_000),
  /** How often a host beats. */
  heartbeatMs: z.int().min(1).default(2_000),
  /** Without reported progress for this long, an attempt is lost; 0 switches the clock off. */
  progressTimeoutMs: z.int().min(0).default(0),
  /** Time between the polite stop of a host and its kill. */
  killAfterMs: z.int().min(0).default(2_000),
})
export type LeasePolicy = z.infer<typeof LeasePolicySchema>

/**
 * When the kernel has a second slot begin what one takes far longer for than is usual: a twin of the task, with
 * the same idempotency key. Whichever succeeds first gives the task its result; the other is stopped and waived.
 * Only for workers whose effects are `none` or `keyed`, and only on slots that nothing else needs.
 */
export const HedgePolicySchema = z.strictObject({
  /** Twins that a run may have; 0 switches it off. */
  hedgesMax: z.int().min(0).default(0),
  /** How many times the median of its peers an attempt has to run. Peers are attempts of one task type and worker. */
  afterRatio: z.number().min(1).default(3),
  /** Peers that have to have succeeded before there is a median. */
  samplesMin: z.int().min(1).default(5),
  /** How long an attempt has to run in any case. */
  afterMsMin: z.int().min(0).default(1_000),
})
export type HedgePolicy = z.infer<typeof HedgePolicySchema>

export const RunPolicySchema = z.strictObject({
  /** `best-effort`: siblings go on. `fail-fast`: the first final failure cancels the rest. */
  failure: z.enum(['best-effort', 'fail-fast']).default('best-effort'),
  /** Outcomes that the manager itself may waive. */
  waive: z.array(OutcomeSchema).default([]),
  /** Rules of which each call needs one besides those of its worker, in their printed form. @defaultValue what the workers ask for */
  allow: z.array(z.string()).optional(),
  /** Rules that every grant is narrowed by, in their printed form; a denial beats every allowance. */
  deny: z.array(z.string()).default([]),
  /** Rules of which each call that one covers waits for a person, in their printed form. Denials come first. */
  ask: z.array(z.string()).default([]),
})
export type RunPolicy = z.infer<typeof RunPolicySchema>

/** The effective configuration of a run, as `run.started` records it. */
export const RunConfigSchema = z.strictObject({
  limits: LimitsSchema.prefault({}),
  retry: RetryPolicySchema.prefault({}),
  lease: LeasePolicySchema.prefault({}),
  policy: RunPolicySchema.prefault({}),
  hedge: HedgePolicySchema.prefault({}),
  /** Name of the strategy. */
  strategy: z.string().default('fifo'),
  isolation: z.enum(['process', 'inline']).default('process'),
  /** What hosts must be contained by; `namespace` refuses to run without bubblewrap. */
  containment: z.enum(['permissions', 'namespace']).default('permissions'),
  /** Seed of the policies' random draws. */
  seed: z.int().default(1),
})
export type RunConfig = z.infer<typeof RunConfigSchema>

/** What the kernel and the views know of a worker: plain data, no code. */
export const WorkerEntrySchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'a worker name has lower-case letters, digits and dashes'),
  handles: z.string().min(1).max(100),
  summary: z.string().max(2000).default(''),
  /** Attempts of this worker that run at the same time; absent: as many as the run allows. */
  slotsMax: z.int().min(1).optional(),
  skills: z.array(z.string()).default([]),
  /** Rules of the worker's tools, in their printed form. */
  tools: z.array(z.string()).default([]),
  model: z.string().optional(),
  /**
   * What repeating the work would do: nothing, nothing while the idempotency key is kept, or
   * something once. An attempt with `once` that is lost after its start is not retried by itself.
   */
  effects: z.enum(['none', 'keyed', 'once']).default('none'),
})
export type WorkerEntry = z.infer<typeof WorkerEntrySchema>
