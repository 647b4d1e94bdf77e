import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import type { GraphShape } from './graph-shapes.ts'

/** The graphs of workflows that were really run; undefined where the corpus is not on this machine. */
export function realGraphs(): readonly GraphShape[] | undefined {
  const folder = corpusPath('workflows')
  if (folder === undefined) return undefined
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => shapeOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recorded))
}

// ---------------------------------------------------------------------------------------------

interface Recorded {
  readonly name: string
  readonly tasks: readonly { readonly id: string; readonly dependsOn: readonly string[] }[]
}

/** What a task depends on comes before it. */
function shapeOf({ name, tasks }: Recorded): GraphShape {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const indexes = new Map<string, number>()
  const dependsOn: (readonly number[])[] = []
  const add = (id: string): number => {
    const known = indexes.get(id)
    if (known !== undefined) return known
    const before = (byId.get(id)?.dependsOn ?? []).map(add)
    indexes.set(id, dependsOn.length)
    return dependsOn.push(before) - 1
  }
  for (const { id } of tasks) add(id)
  return { name, dependsOn }
}
