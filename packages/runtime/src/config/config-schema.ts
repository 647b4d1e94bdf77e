import {
  HedgePolicySchema,
  LeasePolicySchema,
  LimitsSchema,
  RetryPolicySchema,
  RunConfigSchema,
  RunPolicySchema,
  withoutDefaults,
  type Json,
  type HedgePolicy,
  type LeasePolicy,
  type Limits,
  type Manager,
  type Planner,
  type RetryPolicy,
  type RunConfig,
  type RunPolicy,
} from '@bosun/core'
import type { Plugin } from '@bosun/sdk'
import { z } from 'zod'
import { RuleEntrySchema, type RuleEntry } from '../tools/rule-entry.ts'
import { ModelsConfigSchema, type ModelsConfigInput } from '../models/provider-config.ts'

// Managers of any goal and result are listed side by side.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyManager = Manager<any, any>

/** The goal of the project is a folder: it is mounted read-only, and the manager gets the mount's name. */
export interface FolderGoal {
  readonly kind: 'folder'
  /** First segment of the paths that reach the folder. */
  readonly mount: string
  /** Taken when none is named on the command line, relative to the project. */
  readonly default?: string
}

/** A plugin by specifier; `trusted` lets its code run in the process of the run. */
export interface PluginUse {
  readonly use: string
  readonly trusted?: boolean
  /** Checked by the schema that the plugin states. @defaultValue none */
  readonly options?: Json
}

/** The content of `bosun.config.ts`. What is absent takes the documented default. */
export interface BosunConfig {
  /**
   * Specifiers: `./plugins/site`, `@acme/bosun-git`. A plugin as a value only where workers run in the
   * process of the run (`isolation: 'inline'`), since functions cannot be sent to another.
   */
  readonly plugins: readonly (string | PluginUse | Plugin)[]
  /** The name of a built-in manager or of one that a plugin brings, or the manager itself. */
  readonly manager: string | AnyManager
  /** Likewise for the planner; needed only by managers that ask for a plan. */
  readonly planner?: string | Planner
  /** Name of the strategy. @defaultValue `fifo` */
  readonly strategy?: string
  /** The folder that workers read and publish to, relative to the project. @defaultValue `.` */
  readonly workspace?: string
  /** Further folders to read, by the first segment of the paths that reach them. */
  readonly mounts?: Readonly<Record<string, string>>
  /** The goal when the command line names none, or the statement that the goal is a folder. */
  readonly goal?: Json | FolderGoal
  readonly limits?: Partial<Limits>
  readonly retry?: Partial<RetryPolicy>
  readonly lease?: Partial<LeasePolicy>
  /** Twins of attempts that take far longer than their peers. @defaultValue none */
  readonly hedge?: Partial<HedgePolicy>
  readonly policy?: Partial<Omit<RunPolicy, 'allow' | 'deny' | 'ask'>> & {
    /** Rules of which each call needs one besides those of its worker. @defaultValue what the workers ask for */
    readonly allow?: readonly RuleEntry[]
    /** Rules that every grant is narrowed by. @defaultValue none */
    readonly deny?: readonly RuleEntry[]
    /** Rules of which each call that one covers waits for `bosun approve` or `bosun deny`. @defaultValue none */
    readonly ask?: readonly RuleEntry[]
  }
  readonly isolation?: RunConfig['isolation']
  /** Attempts that share a host process, its memory and its event loop. @defaultValue 1 */
  readonly attemptsPerHost?: number
  /** Seed of the policies' random draws. @defaultValue 1 */
  readonly seed?: number
  /** Where runs are journaled, relative to the project. @defaultValue `.bosun` */
  readonly stateDir?: string
  /**
   * Runs of the state folder that go on at the same time, over all processes: from 1 to 1,000. Others wait
   * their turn, first come, first served. @defaultValue 8
   */
  readonly runsMax?: number
  /** `provider:model` by alias. */
  readonly models?: ModelsConfigInput['models']
  /** Providers of models by the name that stands before the colon. @defaultValue `openai`, `anthropic` and `google`, each with its usual key */
  readonly providers?: ModelsConfigInput['providers']
  /** Prices by `provider:model`, in millionths of the currency per million tokens. @defaultValue nothing costs */
  readonly prices?: ModelsConfigInput['prices']
  /** Environment variables whose values are kept out of everything that is written. Keys of providers are without mention. */
  readonly secrets?: readonly string[]
  /**
   * Folders of skills, relative to the project: each is a skill, or holds skills. A task names those it
   * needs, a worker those it has. @defaultValue none
   */
  readonly skills?: readonly string[]
  /** What hosts must be contained by; `namespace` refuses to run without bubblewrap. @defaultValue `permissions` */
  readonly containment?: RunConfig['containment']
}

/** One segment of a path, so that `MOUNT/file` has one reading. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/
const segment = z.string().regex(SEGMENT, 'one path segment of letters, digits and . _ -')

const text = z.string().min(1, 'a text that is not empty')
const path = text.refine((value) => !value.includes('\0'), 'a path without a NUL character')

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'plugin'
const isManager = (value: unknown): value is AnyManager => hasFunction(value, 'program')
const isPlanner = (value: unknown): value is Planner => hasFunction(value, 'plan')

const FolderGoalSchema = z.strictObject({ kind: z.literal('folder'), mount: segment, default: path.optional() })

/** Only an object with `kind: 'folder'` is read as a folder goal, and then strictly. */
const GoalSchema = z.unknown().transform((value, context): Json | FolderGoal => {
  if (isFolderGoal(value)) {
    const parsed = FolderGoalSchema.safeParse(value)
    if (parsed.success) return value
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never)
    return z.NEVER
  }
  if (isJson(value)) return value
  context.addIssue({ code: 'custom', message: 'plain JSON data', input: value })
  return z.NEVER
})

const PolicySchema = RunPolicySchema.extend({
  allow: z.array(RuleEntrySchema).optional(),
  deny: z.array(RuleEntrySchema),
  ask: z.array(RuleEntrySchema),
})

/** The strict schema of a config: an unknown key is an error, because it is a misspelt known one. */
export const ConfigSchema = z.strictObject({
  plugins: z.array(
    z.union(
      [
        text,
        z.strictObject({ use: text, trusted: z.boolean().optional(), options: z.json().optional() }),
        z.custom<Plugin>(isPlugin),
      ],
      { error: 'a specifier, or { use, trusted, options }' },
    ),
  ),
  manager: z.union([text, z.custom<AnyManager>(isManager)], { error: 'the name of a manager, or a manager' }),
  planner: z.union([text, z.custom<Planner>(isPlanner)], { error: 'the name of a planner, or a planner' }).optional(),
  strategy: text.optional(),
  workspace: path.optional(),
  mounts: z.record(segment, path).optional(),
  goal: GoalSchema.optional(),
  limits: withoutDefaults(LimitsSchema).optional(),
  retry: withoutDefaults(RetryPolicySchema).optional(),
  lease: withoutDefaults(LeasePolicySchema).optional(),
  hedge: withoutDefaults(HedgePolicySchema).optional(),
  policy: withoutDefaults(PolicySchema).optional(),
  isolation: RunConfigSchema.shape.isolation.unwrap().optional(),
  attemptsPerHost: z.int().min(1).max(1_000).optional(),
  seed: RunConfigSchema.shape.seed.unwrap().optional(),
  stateDir: path.optional(),
  runsMax: z.int().min(1).max(1_000).optional(),
  models: z.record(text, text).optional(),
  providers: ModelsConfigSchema.shape.providers.unwrap().optional(),
  prices: ModelsConfigSchema.shape.prices.unwrap().optional(),
  secrets: z.array(text).optional(),
  skills: z.array(path).optional(),
  containment: RunConfigSchema.shape.containment.unwrap().optional(),
})

const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(ConfigSchema.shape),
  goal: Object.keys(FolderGoalSchema.shape),
  limits: Object.keys(LimitsSchema.shape),
  retry: Object.keys(RetryPolicySchema.shape),
  lease: Object.keys(LeasePolicySchema.shape),
  hedge: Object.keys(HedgePolicySchema.shape),
  policy: Object.keys(RunPolicySchema.shape),
}

/** The keys that a section of the config may hold, for the advice of an error. */
export function keysOfSection(path: string): readonly string[] {
  return SECTIONS[path] ?? []
}

/** Whether a goal says that it is a folder. */
export function isFolderGoal(goal: unknown): goal is FolderGoal {
  return typeof goal === 'object' && goal !== null && 'kind' in goal && goal.kind === 'folder'
}

// ---------------------------------------------------------------------------------------------

function hasFunction(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  const member: unknown = Reflect.get(value, name)
  return typeof member === 'function' && typeof Reflect.get(value, 'name') === 'string'
}

/** Whether a value is plain data that JSON can write and read again. */
export function isJson(value: unknown, depth = 0): value is Json {
  if (depth > 64) return false
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).every((item) => isJson(item, depth + 1))
}
