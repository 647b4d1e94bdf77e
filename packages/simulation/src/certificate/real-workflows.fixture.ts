import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import type { TimedTask } from './timed-task.ts'

/** A workflow that somebody really ran: its graph, and how long each task took. */
export interface Workflow {
  readonly name: string
  readonly tasks: readonly TimedTask[]
}

/** What a file of the corpus holds. */
interface RecordedWorkflow {
  readonly name: string
  readonly tasks: readonly { readonly id: string; readonly runtimeMs: number; readonly dependsOn: readonly string[] }[]
}

/** The workflows of the corpus; undefined where it is not on this machine. */
export function realWorkflows(): readonly Workflow[] | undefined {
  const folder = corpusPath('workflows')
  if (folder === undefined) return undefined
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RecordedWorkflow)
    .map(({ name, tasks }) => ({ name, tasks: inOrder(tasks) }))
}

/** What each task depends on comes before it. */
function inOrder(recorded: RecordedWorkflow['tasks']): readonly TimedTask[] {
  const byId = new Map(recorded.map((task) => [task.id, task]))
  const ordered = new Map<string, TimedTask>()
  const add = (id: string): void => {
    if (ordered.has(id)) return
    const { runtimeMs, dependsOn } = byId.get(id) as RecordedWorkflow['tasks'][number]
    for (const one of dependsOn) add(one)
    ordered.set(id, { id, durationMs: runtimeMs, dependsOn })
  }
  for (const { id } of recorded) add(id)
  return [...ordered.values()]
}
