import { BosunError, idFrom, TaskIdSchema, type Json, type Plan, type Task } from '@bosun/sdk'
import { FileSchema, type Entry } from './plan-shape.ts'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import { nearest, shapeError } from './shape-error.ts'
import { SourceText, type ReadData } from './source-text.ts'

/** A task of a plan file, or the template of many. */
export interface PlanEntry {
  /** With placeholders in it where `forEach` is set. */
  readonly task: Task
  /** The pattern whose files make one task each. */
  readonly forEach: string | undefined
  /** Whether the file gives a body; a template without one hands each task its file. */
  readonly hasBody: boolean
}

/** Names places of a plan file. */
export interface PlanPlaces {
  /** What messages call the file: `plan.yaml`. */
  readonly file: string
  /** Line of an entry, or of one of its fields: `line(2, 'dependsOn[0]')`. */
  line(entry: number, field?: string): number
  /** The same as `plan.yaml:12:5`. */
  place(entry: number, field?: string): string
}

export interface ParsedPlan {
  readonly title: string | undefined
  readonly groups: Plan['groups']
  /** What the file says of itself, and where. Absent: it is not frozen. */
  readonly hash?: { readonly value: string; readonly place: string }
  readonly entries: readonly PlanEntry[]
  readonly places: PlanPlaces
}

/**
 * Reads the text of a plan: `tasks: [{ id, type, body, depends_on, … }]`, or the bare list, and
 * `groups: [{ name, title, kind, … }]`, its levels.
 *
 * A name that ends in `.json` is read as JSON, anything else as YAML, which includes JSON. What is
 * wrong with a single task is refused here, with line and column; what is wrong between tasks
 * (repeated and unknown ids, cycles) is for the kernel to find, and for `locateInPlan` to place.
 *
 * @param at what messages call the text, usually the file's name
 * @throws PLAN_INVALID, PLAN_EMPTY
 * @example
 * parsePlan('- { id: generate-mars-page, type: generate_page, body: Mars }', 'plan.yaml').entries.length // 1
 */
export function parsePlan(text: Uint8Array | string, at: string): ParsedPlan {
  const source = new SourceText(text, at)
  const data = at.endsWith('.json') ? readJson(source) : readYaml(source)
  const isList = Array.isArray(data.value)
  const parsed = FileSchema.safeParse(isList ? { tasks: data.value } : (data.value ?? {}))
  if (!parsed.success) throw shapeError(data, parsed.error.issues, isList)
  const places = placesOf(data, isList)
  if (parsed.data.tasks.length === 0) throw new BosunError('PLAN_EMPTY', { at: source.place(0) })
  const entries = parsed.data.tasks.map((entry, index) => entryOf(entry, index, places))
  const { title, groups, hash } = parsed.data
  if (hash === undefined) return { title, groups, entries, places }
  return { title, groups, hash: { value: hash, place: source.place(nearest(data, ['hash'])) }, entries, places }
}

/** A parsed plan without templates as the plan it is; `expandPlan` does it for any. */
export function planOf({ title, groups }: Pick<ParsedPlan, 'title' | 'groups'>, tasks: readonly Task[]): Plan {
  return {
    ...(title === undefined ? {} : { title }),
    ...(groups === undefined ? {} : { groups }),
    tasks: [...tasks],
  }
}

/**
 * Refuses what cannot be an id, and says which id would be close to it.
 *
 * @throws PLAN_INVALID
 */
export function checkId(id: string, place: string): void {
  if (TaskIdSchema.safeParse(id).success) return
  const instead = idFrom(id)
  throw new BosunError('PLAN_INVALID', {
    at: place,
    expected: 'an id of letters, digits and any of _ @ % ( ) [ ] + = , . : - in segments parted by /',
    received: JSON.stringify(id),
    fix: instead.length <= 200 ? `Write ${JSON.stringify(instead)}, or another id.` : 'Write a shorter id.',
  })
}

// ---------------------------------------------------------------------------------------------

function entryOf(entry: Entry, index: number, places: PlanPlaces): PlanEntry {
  if (entry.dependsOn !== undefined && entry.depends_on !== undefined) {
    throw new BosunError('PLAN_INVALID', {
      at: places.place(index, 'dependsOn'),
      received: 'both dependsOn and depends_on',
      fix: 'Keep one of the two.',
    })
  }
  const { depends_on: alias, for_each: forEach, body, dependsOn = alias, ...rest } = entry
  if (forEach === undefined) checkId(entry.id, places.place(index, 'id'))
  return {
    task: {
      ...rest,
      body: (body ?? null) as Json,
      ...(dependsOn === undefined ? {} : { dependsOn }),
    } as Task,
    forEach,
    hasBody: body !== undefined,
  }
}

function placesOf(data: ReadData, isList: boolean): PlanPlaces {
  const offset = (entry: number, field = ''): number => {
    const root: PropertyKey[] = isList ? [entry] : ['tasks', entry]
    const parts = [...field.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part))
    const found = nearest(data, [...root, ...parts])
    if (parts[0] !== 'dependsOn') return found
    // The file may spell it otherwise.
    return Math.max(found, nearest(data, [...root, 'depends_on', ...parts.slice(1)]))
  }
  return {
    file: data.source.at,
    line: (entry, field) => data.source.lineAndColumn(offset(entry, field)).line,
    place: (entry, field) => data.source.place(offset(entry, field)),
  }
}
