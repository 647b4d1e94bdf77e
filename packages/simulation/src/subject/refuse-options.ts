import {
  BosunError,
  HedgePolicySchema,
  LeasePolicySchema,
  LimitsSchema,
  RetryPolicySchema,
  RunPolicySchema,
} from '@bosun/core'
import { z } from 'zod'
import { FAULT_KINDS } from '../faults/fault-catalogue.ts'

const anything = z.unknown().optional()
const invariants = z.array(z.looseObject({ id: z.string() })).optional()
const workers = z.union(
  [z.custom((value) => typeof value === 'function'), z.looseObject({ kind: z.literal('worker') })],
  {
    error: 'expected a worker (defineWorker), or a function that says what a simulated one does',
  },
)

const OptionsSchema = z.strictObject({
  strategy: anything,
  manager: anything,
  planner: anything,
  goal: anything,
  workers: z.record(z.string(), workers).optional(),
  tools: z
    .record(
      z.string(),
      z.custom((value) => typeof value === 'function', 'expected a function'),
    )
    .optional(),
  comparesRuns: z.boolean().optional(),
  scope: z
    .strictObject({
      tasksMax: z.int().min(1).max(200).optional(),
      slotsMax: z.int().min(1).max(64).optional(),
      faultsMax: z.int().min(0).optional(),
      faults: z.array(z.enum(FAULT_KINDS)).optional(),
    })
    .optional(),
  limits: LimitsSchema.partial().optional(),
  lease: LeasePolicySchema.partial().optional(),
  retry: RetryPolicySchema.partial().optional(),
  policy: RunPolicySchema.partial().optional(),
  hedge: HedgePolicySchema.partial().optional(),
  invariants,
  ownInvariants: invariants,
})

/**
 * Refuses options that mean nothing: a slip of the pen would narrow or empty a check that then passes.
 * Throws SUBJECT_INVALID, which names the option.
 */
export function refuseOptions(options: unknown): void {
  const issue = OptionsSchema.safeParse(options).error?.issues[0]
  if (issue === undefined) return
  throw new BosunError('SUBJECT_INVALID', {
    at: ['check', ...issue.path].join('.'),
    summary: 'An option of the check is none that there is.',
    received: issue.message,
    fix: 'Correct the option; `CheckOptions` lists them all.',
  })
}
