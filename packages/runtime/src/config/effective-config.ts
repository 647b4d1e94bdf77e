import { BosunError, RunConfigSchema, type RunConfig } from '@bosun/core'
import { z } from 'zod'
import { ruleOf, type RuleEntry } from '../tools/rule-entry.ts'
import type { LoadedConfig } from './load-config.ts'

/** What the command line may set beyond the config. */
export interface ConfigFlags {
  readonly concurrency?: number
  readonly retries?: number
  readonly timeoutMs?: number
  readonly wallTimeMs?: number
  readonly tasksMax?: number
  readonly strategy?: string
  readonly isolation?: string
  readonly seed?: number
  readonly failFast?: boolean
}

interface FlagTarget {
  /** As the user wrote it, for origins and errors. */
  readonly flag: string
  readonly path: string
  readonly value?: (given: unknown) => unknown
}

/** Which configured value each flag sets. */
export const CONFIG_FLAGS: Readonly<Record<keyof ConfigFlags, FlagTarget>> = {
  concurrency: { flag: '--concurrency', path: 'limits.slotsMax' },
  retries: { flag: '--retries', path: 'retry.retriesMax' },
  timeoutMs: { flag: '--timeout', path: 'limits.timeoutMs' },
  wallTimeMs: { flag: '--wall-time', path: 'limits.wallTimeMs' },
  tasksMax: { flag: '--tasks-max', path: 'limits.tasksMax' },
  strategy: { flag: '--strategy', path: 'strategy' },
  isolation: { flag: '--isolation', path: 'isolation' },
  seed: { flag: '--seed', path: 'seed' },
  failFast: { flag: '--fail-fast', path: 'policy.failure', value: (on) => (on === true ? 'fail-fast' : undefined) },
}

/** The configuration of a run, and where each of its values came from. */
export interface EffectiveConfig {
  readonly config: RunConfig
  /** By path: `limits.slotsMax` → `flag --concurrency`, `bosun.config.ts limits.slotsMax` or `default`. */
  readonly origins: Readonly<Record<string, string>>
}

/** A value that a manager proposes for itself, between the config and the documented default. */
export interface ManagerDefaults {
  readonly name: string
  /** By path: `limits.slotsMax` → 8. */
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * Decides every value of a run: flag, then config, then the manager's default, then the documented
 * default.
 *
 * @throws USAGE that names the flag, or CONFIG_INVALID that names the path
 */
export function resolveEffectiveConfig(
  loaded: Pick<LoadedConfig, 'config' | 'file'>,
  flags: ConfigFlags = {},
  manager?: ManagerDefaults,
): EffectiveConfig {
  const chosen = new Map<string, { value: unknown; origin: string }>()
  for (const path of runConfigPaths()) {
    const choice = fromFlag(flags, path) ?? fromConfig(loaded, path) ?? fromManager(manager, path)
    if (choice !== undefined) chosen.set(path, choice)
  }
  const parsed = RunConfigSchema.safeParse(nested(chosen))
  if (!parsed.success) throw refused(parsed.error.issues, chosen)
  const origins = runConfigPaths().map((path) => [path, chosen.get(path)?.origin ?? 'default'])
  return { config: parsed.data, origins: Object.fromEntries(origins) }
}

// ---------------------------------------------------------------------------------------------

/** All paths of a run's configuration, from its schema: `limits.slotsMax`, `strategy`, … */
function runConfigPaths(): string[] {
  return Object.entries(RunConfigSchema.shape).flatMap(([section, schema]) => {
    const inner = schema.unwrap()
    return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((key) => `${section}.${key}`) : [section]
  })
}

function fromFlag(flags: ConfigFlags, path: string) {
  for (const [name, target] of Object.entries(CONFIG_FLAGS)) {
    if (target.path !== path) continue
    const given = flags[name as keyof ConfigFlags]
    const value = target.value === undefined ? given : target.value(given)
    if (value !== undefined) return { value, origin: `flag ${target.flag}` }
  }
  return undefined
}

const RULE_LISTS: ReadonlySet<string> = new Set(['policy.allow', 'policy.deny', 'policy.ask'])

function fromConfig({ config, file }: Pick<LoadedConfig, 'config' | 'file'>, path: string) {
  const [section = '', key] = path.split('.')
  const own: unknown = Reflect.get(config, section)
  const value: unknown =
    key === undefined ? own : typeof own === 'object' && own !== null ? Reflect.get(own, key) : undefined
  if (value === undefined) return undefined
  // The examples of rules have been checked; a run records the rules.
  const rules = RULE_LISTS.has(path) ? (value as readonly RuleEntry[]).map(ruleOf) : value
  return { value: rules, origin: `${file} ${path}` }
}

function fromManager(manager: ManagerDefaults | undefined, path: string) {
  const value = manager?.values[path]
  return value === undefined ? undefined : { value, origin: `manager ${manager?.name ?? ''}` }
}

/** Paths have one or two parts and come from the schema, so no key of a stranger is used. */
function nested(chosen: ReadonlyMap<string, { value: unknown }>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const sections: Record<string, Record<string, unknown>> = {}
  for (const [path, { value }] of chosen) {
    const [section = '', key] = path.split('.')
    if (key === undefined) result[section] = value
    else (sections[section] ??= {})[key] = value
  }
  return { ...result, ...sections }
}

function refused(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  chosen: ReadonlyMap<string, { value: unknown; origin: string }>,
): BosunError {
  const [issue] = issues
  const path = issue?.path.slice(0, 2).join('.') ?? ''
  const choice = chosen.get(path)
  const at = choice?.origin.replace(/^flag /, '') ?? path
  const isFlag = choice?.origin.startsWith('flag ') ?? false
  return new BosunError(isFlag ? 'USAGE' : 'CONFIG_INVALID', {
    at,
    expected: (issue?.message ?? 'another value').replace(/^.*expected /, '').replace('number to be ', ''),
    received: JSON.stringify(choice?.value) ?? 'nothing',
  })
}
