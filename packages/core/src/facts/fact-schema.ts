import { z } from 'zod'
import { ERROR_REGISTRY, type ErrorCode } from '../errors/error-registry.ts'
import { JsonSchema } from '../json/json.ts'
import { withoutDefaults } from '../runs/without-defaults.ts'
import { RunConfigSchema, WorkerEntrySchema, LimitsSchema } from '../runs/run-config.ts'
import { OutcomeSchema, OUTCOMES } from '../tasks/outcome.ts'
import { GroupNameSchema, GroupSchema } from '../tasks/group.ts'
import { RecordedTaskSchema, TaskSchema } from '../tasks/task.ts'

/** Version of the facts that this Bosun writes and reads. */
export const FACT_VERSION = 1

const id = z.string().min(1)
const at = z.int().min(0)
const count = z.int().min(0)
const epoch = z.int().min(1)

export const ErrorRecordSchema = z.strictObject({
  code: z.custom<ErrorCode>(
    (code) => typeof code === 'string' && Object.hasOwn(ERROR_REGISTRY, code),
    'a code of the error registry',
  ),
  message: z.string(),
  at: z.string().optional(),
})

export const UsageSchema = z.strictObject({ tokens: count, costMicros: count })
export type Usage = z.infer<typeof UsageSchema>

/** What a call of a model came to; the price is that of the config. */
export const ModelCallRecordSchema = z.strictObject({
  /** `provider:model`, never an alias. */
  model: id,
  inputTokens: count,
  outputTokens: count,
  costMicros: count,
  ms: count,
  /** Absent: it was answered. */
  error: ErrorRecordSchema.optional(),
})
export type ModelCallRecord = z.infer<typeof ModelCallRecordSchema>

/** A tool call that waits for a person. */
export const HeldCallSchema = z.strictObject({
  /** What tells it from any other call: a hash of tool and input. */
  key: id,
  tool: id,
  /** The rule of the policy that makes it wait. */
  rule: z.string(),
  /** The beginning of its input, as JSON. */
  input: z.string(),
})
export type HeldCall = z.infer<typeof HeldCallSchema>

/** `deleted`: the file is gone, and size and hash are those of no bytes. */
export const PublishedFileSchema = z.strictObject({
  path: z.string(),
  hash: z.string(),
  bytes: count,
  deleted: z.literal(true).optional(),
})
export type PublishedFile = z.infer<typeof PublishedFileSchema>

export const TallySchema = z.strictObject({
  total: count,
  ...(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count])) as Record<
    (typeof OUTCOMES)[number],
    typeof count
  >),
  unresolved: count,
  refused: count,
})

/** Absolute folders: the project, what workers read and publish to, and what else they may read, by first path segment. */
export const PlaceSchema = z.strictObject({
  folder: z.string().min(1),
  workspace: z.string().min(1),
  mounts: z.record(z.string(), z.string()),
})
export type Place = z.infer<typeof PlaceSchema>

/** Who did something: the manager, the policy of the run, the kernel itself, or a person by name. */
const by = z.string().min(1)

/** `seq` counts durable facts without a gap from 1; `cause` is the number of the input behind the fact. */
const durable = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ seq: z.int().min(1), at, cause: count, type: z.literal(type), ...shape })

/** Volatile facts are evolved, published and traced, never stored; their `seq` is 0. */
const volatile = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ seq: z.literal(0), at, cause: count, type: z.literal(type), ...shape })

const attempt = { task: id, epoch }

export const CancelScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run') }),
  z.strictObject({ kind: z.literal('task'), task: id }),
  /** The task, what depends on it and what its discoveries led to. */
  z.strictObject({ kind: z.literal('subtree'), task: id }),
  /** The tasks of a group and of the groups inside of it. */
  z.strictObject({ kind: z.literal('group'), group: GroupNameSchema }),
])
export type CancelScope = z.infer<typeof CancelScopeSchema>

export const DecisionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('plan'), request: id, goal: JsonSchema }),
  z.strictObject({ type: z.literal('group'), group: GroupSchema }),
  z.strictObject({
    type: z.literal('delegate'),
    tasks: z.array(TaskSchema),
    plan: id.optional(),
    parent: id.optional(),
  }),
  z.strictObject({
    type: z.literal('amend'),
    replace: z.array(TaskSchema).optional(),
    withdraw: z.array(id).optional(),
  }),
  z.strictObject({ type: z.literal('cancel'), scope: CancelScopeSchema, reason: z.string() }),
  z.strictObject({ type: z.literal('partial'), value: JsonSchema }),
  z.strictObject({ type: z.literal('wake'), wake: id, at }),
  z.strictObject({ type: z.literal('waive'), tasks: z.array(id), reason: z.string() }),
  z.strictObject({ type: z.literal('ask'), request: id, question: z.string().min(1) }),
  z.strictObject({ type: z.literal('finish'), result: JsonSchema }),
  z.strictObject({ type: z.literal('fail'), reason: z.string(), result: JsonSchema.optional() }),
])
export type Decision = z.infer<typeof DecisionSchema>

export const FACT_SCHEMAS = {
  // The run
  'run.started': durable('run.started', {
    version: z.literal(FACT_VERSION),
    run: id,
    goal: JsonSchema,
    manager: id,
    config: RunConfigSchema,
    /** Where each configured value came from, by path: `limits.slotsMax` → `flag --concurrency`. */
    origins: z.record(z.string(), z.string()),
    workers: z.array(WorkerEntrySchema),
    /** The folders of the run, so that any process can take it up again. */
    place: PlaceSchema.optional(),
  }),
  'run.paused': durable('run.paused', { by, reason: z.string() }),
  'run.resumed': durable('run.resumed', { by, reason: z.string().optional() }),
  'run.completed': durable('run.completed', { result: JsonSchema, tally: TallySchema, waived: z.array(id) }),
  'run.failed': durable('run.failed', {
    causeCode: id,
    error: ErrorRecordSchema.optional(),
    result: JsonSchema,
    tally: TallySchema,
    missing: z.array(id),
  }),
  'run.exhausted': durable('run.exhausted', {
    causeCode: id,
    result: JsonSchema,
    tally: TallySchema,
    missing: z.array(id),
  }),
  'run.cancelled': durable('run.cancelled', { causeCode: id, by, reason: z.string(), tally: TallySchema }),
  'run.reopened': durable('run.reopened', { by, reason: z.string() }),
  // Planning and the graph
  'plan.received': durable('plan.received', {
    request: id,
    tasks: z.array(TaskSchema),
    groups: z.array(GroupSchema).optional(),
    /** Of the plan as it was received, so that equal plans are known as such. */
    hash: id.optional(),
  }),
  /** The planner asked a model. */
  'planner.called': durable('planner.called', { request: id, ...ModelCallRecordSchema.shape }),
  'plan.accepted': durable('plan.accepted', { plan: id, tasks: count }),
  /** The planner could not ask its model, since the quota is spent: it is asked again when the run is resumed. */
  'plan.deferred': durable('plan.deferred', { plan: id, error: ErrorRecordSchema }),
  /** The planner is asked again for what was deferred. */
  'plan.requested': durable('plan.requested', { plan: id, goal: JsonSchema }),
  'plan.rejected': durable('plan.rejected', { plan: id, error: ErrorRecordSchema }),
  'group.opened': durable('group.opened', { group: GroupSchema, by }),
  /** Its policy has ended it: nothing is added to it any more. `waives`: what did not succeed is waived. */
  'group.closed': durable('group.closed', {
    group: GroupNameSchema,
    reason: z.enum(['quorum', 'deadline', 'fail-fast']),
    waives: z.boolean(),
  }),
  'task.added': durable('task.added', { task: RecordedTaskSchema, depth: count, parent: id.optional(), by }),
  'task.amended': durable('task.amended', { task: RecordedTaskSchema }),
  /** It is to be done by this slot as soon as the slot is free; nobody holds a lease on it yet. */
  'task.placed': durable('task.placed', {
    task: id,
    slot: id,
    /** How many may be placed on a slot, and whether idle slots take them, by the strategy that chose. */
    ahead: z.int().min(1),
    steal: z.boolean(),
  }),
  'task.assigned': durable('task.assigned', {
    ...attempt,
    worker: id,
    slot: id,
    /** Which policies chose: `fifo/first-fit`; `fifo/first-fit/steal` for a task that was placed on another slot. */
    rule: z.string(),
    /** Retries counted before this attempt. */
    retry: count,
    /** End of the lease unless a beat extends it. */
    deadline: at,
    /** Reserved for this attempt. */
    slice: UsageSchema.optional(),
  }),
  /** It takes far longer than its peers, so a twin of it is added, which may end it. */
  'task.hedged': durable('task.hedged', {
    ...attempt,
    twin: id,
    /** How long the attempt has run, and the median of its peers. */
    runningMs: count,
    typicalMs: count,
  }),
  /** It has no attempt, and waits for what comes of its twin: `outcome` is its own if that comes to nothing. */
  'task.yielded': durable('task.yielded', { ...attempt, twin: id, outcome: z.enum(['failed', 'lost']).optional() }),
  'task.retried': durable('task.retried', {
    ...attempt,
    counted: z.boolean(),
    retry: count,
    notBefore: at,
    reason: ErrorRecordSchema,
  }),
  'task.succeeded': durable('task.succeeded', { ...attempt }),
  'task.failed': durable('task.failed', { task: id, error: ErrorRecordSchema }),
  'task.lost': durable('task.lost', { task: id, error: ErrorRecordSchema }),
  'task.cancelled': durable('task.cancelled', { task: id, by, reason: z.string() }),
  'task.skipped': durable('task.skipped', { task: id, because: id, outcome: OutcomeSchema }),
  'task.discovered': durable('task.discovered', { ...attempt, item: JsonSchema }),
  'spawn.refused': durable('spawn.refused', { task: id, parent: id.optional(), error: ErrorRecordSchema }),
  // Attempts
  'attempt.started': durable('attempt.started', { ...attempt, host: z.string() }),
  'attempt.succeeded': durable('attempt.succeeded', {
    ...attempt,
    result: JsonSchema,
    outputs: z.array(z.string()),
    usage: UsageSchema.optional(),
  }),
  'attempt.failed': durable('attempt.failed', { ...attempt, error: ErrorRecordSchema, usage: UsageSchema.optional() }),
  'attempt.lost': durable('attempt.lost', {
    ...attempt,
    error: ErrorRecordSchema,
    /** Whether the attempt had started its work. */
    started: z.boolean(),
    /** Last sign of life, the deadline that passed, and which of the clocks ran out. */
    evidence: z.strictObject({
      lastBeat: at,
      deadline: at,
      clock: z.enum(['beat', 'progress', 'timeout', 'host', 'restart', 'drain']),
    }),
  }),
  'attempt.revoked': durable('attempt.revoked', { ...attempt, reason: z.string() }),
  'attempt.emitted': durable('attempt.emitted', { ...attempt, value: JsonSchema }),
  'result.quarantined': durable('result.quarantined', {
    ...attempt,
    kind: z.enum(['result', 'error', 'discovered', 'emitted', 'started']),
    value: JsonSchema,
    /** Files that a late result says it wrote. */
    outputs: z.array(z.string()).optional(),
    error: ErrorRecordSchema,
  }),
  /** Some person takes a late result for the result of its task; its outputs are to be published. */
  'result.adopted': durable('result.adopted', {
    ...attempt,
    /** The task whose attempt it was, where `task` is a successor that stands in for it. */
    predecessor: id.optional(),
    quarantined: z.int().min(1),
    by,
    reason: z.string().optional(),
    outputs: z.array(z.string()).optional(),
  }),
  /** Its twin was faster: the result, and the files that were published, are those of the twin's attempt. */
  'result.handed': durable('result.handed', { ...attempt, twin: id, twinEpoch: epoch }),
  'outputs.published': durable('outputs.published', { ...attempt, files: z.array(PublishedFileSchema) }),
  // Workers and hosts
  'worker.joined': durable('worker.joined', { slot: id, worker: id }),
  'worker.left': durable('worker.left', { slot: id, reason: z.string() }),
  'host.started': durable('host.started', {
    host: id,
    pid: count,
    group: count,
    bootId: z.string(),
    startTime: z.string(),
    sandbox: z.string(),
  }),
  'model.called': durable('model.called', { ...attempt, ...ModelCallRecordSchema.shape }),
  'tool.denied': durable('tool.denied', { ...attempt, tool: z.string(), rule: z.string(), detail: z.string() }),
  'violation.recorded': durable('violation.recorded', { by, error: ErrorRecordSchema }),
  // Limits
  'budget.reserved': durable('budget.reserved', { ...attempt, ...UsageSchema.shape }),
  'budget.settled': durable('budget.settled', { ...attempt, ...UsageSchema.shape }),
  'limits.changed': durable('limits.changed', {
    limits: withoutDefaults(LimitsSchema),
    by,
    reason: z.string().optional(),
  }),
  'limit.reached': durable('limit.reached', { error: ErrorRecordSchema }),
  // People
  /**
   * A call of an attempt waits for a person. Told again, under the same id, for each further attempt of the
   * task that waits with the same call.
   */
  'approval.requested': durable('approval.requested', {
    ...attempt,
    approval: id,
    question: z.string(),
    call: HeldCallSchema,
  }),
  /** The answer, once. It holds for the question: whichever attempt of the task asks it. */
  'approval.given': durable('approval.given', { approval: id, granted: z.boolean(), by, reason: z.string() }),
  /** The recorded answer reached the call of an attempt: that goes on, or is denied. */
  'approval.applied': durable('approval.applied', { ...attempt, approval: id, granted: z.boolean() }),
  'waiver.given': durable('waiver.given', { tasks: z.array(id), by, reason: z.string() }),
  'steer.received': durable('steer.received', { text: z.string(), by, reason: z.string().optional() }),
  // The manager
  'message.delivered': durable('message.delivered', {
    kind: z.enum([
      'goal',
      'plan',
      'planFailed',
      'outcome',
      'discovered',
      'emitted',
      'steer',
      'woke',
      'refused',
      'answered',
      'settled',
    ]),
    /** The fact that the message tells of; 0 for `woke` and `settled`, which time and counting bring. */
    ref: count,
    wake: id.optional(),
    /** Time in the manager's program, where the clock saw any. */
    ms: z.int().min(1).optional(),
  }),
  'manager.decided': durable('manager.decided', { message: z.int().min(1), decisions: z.array(DecisionSchema) }),
  'manager.refused': durable('manager.refused', { decision: z.string(), error: ErrorRecordSchema }),
  'manager.diverged': durable('manager.diverged', {
    message: z.int().min(1),
    expected: z.string(),
    received: z.string(),
  }),
  'manager.recovered': durable('manager.recovered', { managerEpoch: epoch, owner: z.string() }),
  /** It asks a person; the answer is an `approval.given`. */
  'manager.asked': durable('manager.asked', { approval: id, request: id, question: z.string() }),
  'wake.set': durable('wake.set', { wake: id, wakeAt: at }),
  // Volatile
  'attempt.beat': volatile('attempt.beat', attempt),
  'attempt.progressed': volatile('attempt.progressed', {
    ...attempt,
    note: z.string(),
    done: z.number().optional(),
    total: z.number().optional(),
  }),
  /** A tool was called and answered, or failed. */
  'tool.called': volatile('tool.called', {
    ...attempt,
    tool: z.string(),
    /** What the worker calls it. */
    name: z.string(),
    ms: count,
    error: ErrorRecordSchema.optional(),
    /** The answer of a person that let it pass. */
    approval: id.optional(),
  }),
  'manager.stalled': volatile('manager.stalled', { gapMs: count }),
} as const

export type FactType = keyof typeof FACT_SCHEMAS

/** Checks one fact from a stranger (import, audit of a file). */
export const FactSchema = z.discriminatedUnion(
  'type',
  Object.values(FACT_SCHEMAS) as unknown as [(typeof FACT_SCHEMAS)[FactType], ...(typeof FACT_SCHEMAS)[FactType][]],
)
