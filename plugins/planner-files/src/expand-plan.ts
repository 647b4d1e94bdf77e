import { BosunError, idFrom, type Json, type Task } from '@bosun/sdk'
import { posix } from 'node:path'
import { checkId, type ParsedPlan, type PlanEntry } from './parse-plan.ts'

/** The tasks of a plan after its templates were filled in, with the entry that each came from. */
export interface ExpandedPlan {
  readonly tasks: readonly Task[]
  /** Index of the entry in the file, by index of the task. */
  readonly entries: readonly number[]
}

/**
 * Fills in templates: one task per file, `{file}` its path and `{name}` its name without extension,
 * in `id`, `dependsOn`, `outputs`, `purpose`, `key` and in the texts of `body`; in an id they are
 * encoded as ids are. Without a body each task gets the path.
 *
 * A task without `for_each` that depends on a template's id, as it is written, depends on all tasks
 * that the template made.
 *
 * @param find the files of a pattern, in order; `findFiles` for a folder
 * @throws PLAN_INVALID
 */
export async function expandPlan(
  plan: ParsedPlan,
  find: (pattern: string, place: string) => Promise<readonly string[]> | readonly string[],
): Promise<ExpandedPlan> {
  const made: { task: Task; entry: number }[] = []
  const madeBy = new Map<string, string[]>()
  for (const [index, entry] of plan.entries.entries()) {
    if (entry.forEach === undefined) {
      made.push({ task: entry.task, entry: index })
      continue
    }
    const files = await filesOf(plan, index, entry.forEach, find)
    const tasks = files.map((file) => fillIn(entry, file))
    for (const task of tasks) checkId(task.id, plan.places.place(index, 'id'))
    madeBy.set(
      entry.task.id,
      tasks.map((task) => task.id),
    )
    made.push(...tasks.map((task) => ({ task, entry: index })))
  }
  return {
    tasks: made.map(({ task }) => withAll(task, madeBy)),
    entries: made.map(({ entry }) => entry),
  }
}

// ---------------------------------------------------------------------------------------------

async function filesOf(
  plan: ParsedPlan,
  index: number,
  pattern: string,
  find: (pattern: string, place: string) => Promise<readonly string[]> | readonly string[],
): Promise<readonly string[]> {
  const place = plan.places.place(index, 'for_each')
  const id = plan.entries[index]?.task.id ?? ''
  if (!/\{(?:file|name)\}/.test(id)) {
    throw new BosunError('PLAN_INVALID', {
      at: plan.places.place(index, 'id'),
      expected: 'an id with {file} or {name} in it, so that each task has its own',
      received: JSON.stringify(id),
      fix: `Write ${JSON.stringify(`${id}-{name}`)}.`,
    })
  }
  let files: readonly string[]
  try {
    files = await find(pattern, place)
  } catch (error) {
    if (!BosunError.is(error, 'RULE_MALFORMED')) throw error
    throw new BosunError('PLAN_INVALID', {
      at: place,
      expected: 'a relative pattern such as src/**/*.ts',
      received: error.received ?? JSON.stringify(pattern),
      fix: 'Correct the pattern.',
      cause: error,
    })
  }
  if (files.length > 0) return files
  throw new BosunError('PLAN_INVALID', {
    at: place,
    expected: 'at least one file',
    received: `none for ${JSON.stringify(pattern)}`,
    fix: 'Correct the pattern, or take the task out.',
  })
}

function fillIn({ task, hasBody }: PlanEntry, file: string): Task {
  const name = posix.basename(file, posix.extname(file))
  const fill = (text: string) => text.replaceAll(/\{(file|name)\}/g, (_, which) => (which === 'file' ? file : name))
  const fillId = (text: string) =>
    text.replaceAll(/\{(file|name)\}/g, (_, which) => idFrom(which === 'file' ? file : name))
  return {
    ...task,
    id: fillId(task.id),
    body: hasBody ? inTexts(task.body, fill) : file,
    ...(task.dependsOn === undefined ? {} : { dependsOn: task.dependsOn.map(fillId) }),
    ...(task.outputs === undefined ? {} : { outputs: task.outputs.map(fill) }),
    ...(task.purpose === undefined ? {} : { purpose: fill(task.purpose) }),
    ...(task.key === undefined ? {} : { key: fill(task.key) }),
  }
}

function inTexts(value: Json, fill: (text: string) => string): Json {
  if (typeof value === 'string') return fill(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: Json) => inTexts(item, fill))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inTexts(member, fill)]))
}

function withAll(task: Task, madeBy: ReadonlyMap<string, readonly string[]>): Task {
  if (task.dependsOn === undefined || !task.dependsOn.some((id) => madeBy.has(id))) return task
  return { ...task, dependsOn: task.dependsOn.flatMap((id) => madeBy.get(id) ?? [id]) }
}
