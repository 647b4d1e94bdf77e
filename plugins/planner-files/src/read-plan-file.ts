import { BosunError, planHash, type Plan } from '@bosun/sdk'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { expandPlan, type ExpandedPlan } from './expand-plan.ts'
import { findFiles } from './find-files.ts'
import { parsePlan, planOf, type ParsedPlan } from './parse-plan.ts'
import { PLAN_BYTES_MAX } from './source-text.ts'

const PLAN_FILES = ['plan.yaml', 'plan.yml', 'plan.json'] as const

/** A plan with the means to say where in its file something is. */
export interface PlanFile {
  readonly plan: Plan
  /** Absolute. */
  readonly path: string
  /** What messages call it: `plan.yaml`. */
  readonly name: string
  /** Of a frozen plan: what it says of itself, which is true. */
  readonly hash?: string
  /**
   * The place in the file, `plan.yaml:12:5`, of what an error of the kernel names: a path as
   * `tasks[2].dependsOn[0]`, or the id of a task. `undefined` when it names nothing of this file.
   */
  locate(at: string): string | undefined
}

/**
 * Reads and expands a plan file.
 *
 * @param folder of the project; patterns of `for_each` start there
 * @param file relative to the folder; absent: the one of plan.yaml, plan.yml and plan.json that is there
 * @throws PLAN_INVALID, PLAN_EMPTY, FILE_UNREADABLE
 */
export async function readPlanFile(folder: string, file?: string): Promise<PlanFile> {
  const path = resolve(folder, file ?? (await onlyPlanIn(folder)))
  const name = file ?? basename(path)
  const parsed = parsePlan(await readBounded(path, name), name)
  const expanded = await expandPlan(parsed, (pattern, place) => findFiles(folder, pattern, place))
  const plan = planOf(parsed, expanded.tasks)
  if (parsed.hash !== undefined) checkHash(plan, parsed.hash)
  return {
    plan,
    path,
    name,
    ...(parsed.hash === undefined ? {} : { hash: parsed.hash.value }),
    locate: (at) => locateInPlan(parsed, expanded, at),
  }
}

/**
 * Where in the file of a plan something stands that an error of the kernel names: a path as
 * `tasks[2].dependsOn[0]` or `tasks[2] "build-index".dependsOn[0]`, an id, a cycle `a → b → a`, or
 * two ids as `"a" and "b"`, or `outputs of a`. Of several ids the last that the file holds is meant, which for a cycle
 * is where it closes.
 */
export function locateInPlan(parsed: ParsedPlan, expanded: ExpandedPlan, at: string): string | undefined {
  const path = /^tasks\[(\d+)\](?: "[^"]*")?(?:\.(.*))?$/.exec(at)
  if (path !== null) {
    const entry = expanded.entries[Number(path[1])]
    return entry === undefined ? undefined : parsed.places.place(entry, path[2])
  }
  const outputs = /^outputs of (.+)$/.exec(at)?.[1]
  if (outputs !== undefined) {
    const entry = expanded.entries[expanded.tasks.findIndex(({ id }) => id === outputs)]
    return entry === undefined ? undefined : parsed.places.place(entry, 'outputs')
  }
  const named = at.includes(' → ') ? at.split(' → ') : [...at.matchAll(/"([^"]+)"/g)].map(([, id]) => id)
  const ids = named.length === 0 ? [at] : named
  const entry = expanded.entries[expanded.tasks.findLastIndex(({ id }) => ids.includes(id))]
  return entry === undefined ? undefined : parsed.places.place(entry, at.includes(' → ') ? 'dependsOn' : 'id')
}

// ---------------------------------------------------------------------------------------------

function checkHash(plan: Plan, { value, place }: NonNullable<ParsedPlan['hash']>): void {
  const received = planHash(plan)
  if (received === value) return
  throw new BosunError('PLAN_INVALID', {
    at: place,
    summary: 'The plan is not the one that was saved',
    expected: value,
    received,
    fix: 'Save it again with `bosun plan --save`, or take the hash out to run it as it is.',
  })
}

async function onlyPlanIn(folder: string): Promise<string> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    throw new BosunError('FILE_UNREADABLE', { at: folder, cause: error })
  }
  const found = PLAN_FILES.filter((name) => names.includes(name))
  if (found.length > 1) {
    throw new BosunError('PLAN_INVALID', {
      at: folder,
      expected: 'one plan',
      received: found.join(' and '),
      fix: 'Keep one of them, or name one with --plan.',
    })
  }
  if (found[0] !== undefined) return found[0]
  throw new BosunError('FILE_UNREADABLE', {
    at: join(folder, PLAN_FILES[0]),
    summary: 'There is no plan in this folder',
    fix: 'Write a plan.yaml there, or name a file with --plan.',
  })
}

/** A regular file of bounded size; a pipe or a device would never end. */
async function readBounded(path: string, name: string): Promise<Uint8Array> {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await handle.stat()
    if (!stat.isFile()) {
      throw new BosunError('FILE_UNREADABLE', { at: name, expected: 'a file', received: 'something else' })
    }
    // One byte more than allowed is enough for the reader to refuse it.
    return stat.size > PLAN_BYTES_MAX ? new Uint8Array(PLAN_BYTES_MAX + 1) : await handle.readFile()
  } catch (error) {
    throw BosunError.from(error, 'FILE_UNREADABLE', { at: name })
  }
}
