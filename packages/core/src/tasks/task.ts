import { z } from 'zod'
import { JsonSchema } from '../json/json.ts'
import { GroupNameSchema } from './group.ts'

const ID_LENGTH_MAX = 200
const ID = /^[A-Za-z0-9_@%([+=,.][A-Za-z0-9_@%()[\]+=,.:-]*(\/[A-Za-z0-9_@%()[\]+=,.:-]+)*$/
/** Segments that a file system, or an object, would read as a step. */
const ID_STEP = /(?:^|\/)(?:\.\.?|__proto__)(?:\/|$)/
const TYPE_LENGTH_MAX = 100
const TYPE = /^[A-Za-z][A-Za-z0-9_.:-]*$/

/**
 * The form of ids: up to 200 characters in segments parted by `/`.
 *
 * `~` is kept for successors (`id~2`) and twins (`id~twin`), white space and control characters are refused, and so are
 * segments that a file system would read as a step (`.` and `..`). `idFrom` of the SDK turns any
 * text into an id.
 */
export const TaskIdSchema = z
  .string()
  .max(ID_LENGTH_MAX, `an id has at most ${ID_LENGTH_MAX} characters`)
  .regex(ID, 'an id has letters, digits and any of _ @ % ( ) [ ] + = , . : - in segments parted by /')
  .refine((id) => !ID_STEP.test(id), 'an id has no segment ".", ".." or "__proto__"')

/** Whether `TaskIdSchema` takes a value; for paths that are walked once per task. */
export function isTaskId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= ID_LENGTH_MAX && ID.test(value) && !ID_STEP.test(value)
}

/**
 * A resource that a task uses while it runs; any number may read it, or one may write it. The text after
 * `path:` is a path pattern (`path:src/**`) and narrows the grant of the task's attempts too: once a task
 * states one, its calls may name only such paths and its outputs, and write only where it says `write`.
 */
export const ResourceUseSchema = z.strictObject({
  resource: z.string().min(1).max(200),
  mode: z.enum(['read', 'write']).default('write'),
})

/** What one task may use up; what is absent takes the run's default. */
export const TaskLimitsSchema = z.strictObject({
  /** Attempts after the first that ended by their own doing. */
  retriesMax: z.int().min(0).max(100).optional(),
  /** Longest time of one attempt. */
  timeoutMs: z.int().min(1).optional(),
  /** Slice of the run's tokens reserved for one attempt. */
  tokensMax: z.int().min(0).optional(),
  /** Slice of the run's cost reserved for one attempt, in millionths of the currency. */
  costMicrosMax: z.int().min(0).optional(),
})

/** The plain data of a task: what has to be done, and what it needs. Equal after a trip through JSON. */
export const TaskSchema = z.strictObject({
  id: TaskIdSchema,
  type: z
    .string()
    .min(1)
    .max(TYPE_LENGTH_MAX)
    .regex(TYPE, 'a task type starts with a letter and has letters, digits and _ . : -'),
  body: JsonSchema.default(null),
  purpose: z.string().min(1).max(2000).optional(),
  dependsOn: z.array(TaskIdSchema).optional(),
  /** Files the task writes, relative to the workspace. */
  outputs: z.array(z.string().min(1).max(4096)).optional(),
  uses: z.array(ResourceUseSchema).optional(),
  /** Labels; two tasks with a label in common never run at the same time. */
  excludes: z.array(z.string().min(1).max(200)).optional(),
  skills: z.array(z.string().min(1).max(100)).optional(),
  group: GroupNameSchema.optional(),
  /** Orders and caps tasks that belong together; not an identity. */
  key: z.string().min(1).max(200).optional(),
  /** Higher goes first under the `priority` order. Default 0. */
  priority: z.int().optional(),
  /** `detached` tasks are joined when the run ends. Default `joined`. */
  wait: z.enum(['joined', 'detached']).optional(),
  limits: TaskLimitsSchema.optional(),
})

const RecordedIdSchema = z
  .string()
  .refine((id) => isTaskId(id.replace(/(?:~[1-9]\d*)?(?:~twin)?$/, '')), 'the id of a task')

/** A task as the log holds it: also one that stands in for another (`id~2`) or beside one (`id~twin`), which only the kernel makes. */
export const RecordedTaskSchema = TaskSchema.extend({
  id: RecordedIdSchema,
  dependsOn: z.array(RecordedIdSchema).optional(),
})

/** Whether `TaskSchema` takes a value as the type of a task. */
export function isTaskType(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TYPE_LENGTH_MAX && TYPE.test(value)
}

export type Task = z.infer<typeof TaskSchema>
export type ResourceUse = z.infer<typeof ResourceUseSchema>
export type TaskLimits = z.infer<typeof TaskLimitsSchema>
