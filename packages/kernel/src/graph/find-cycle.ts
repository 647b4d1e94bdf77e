import type { Task } from '@bosun/core'

/**
 * A cycle among tasks of which each depends on another of them, as ids from a task back to itself.
 * Follows any dependency within the set until an id comes twice, which it must.
 */
export function findCycle(tasks: readonly Task[]): readonly string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const path: string[] = []
  const place = new Map<string, number>()
  let id: string | undefined = tasks[0]?.id
  while (id !== undefined && !place.has(id)) {
    place.set(id, path.length)
    path.push(id)
    id = byId.get(id)?.dependsOn?.find((dependency) => byId.has(dependency))
  }
  return id === undefined ? path : [...path.slice(place.get(id)), id]
}
