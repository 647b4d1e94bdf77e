import type { Task } from '@bosun/core'
import type { KernelState } from './kernel-state.ts'

/** The name under which tasks wait for budget that others have reserved. */
export const BUDGET = 'budget'

/** Takes or gives back (`change` -1) what a task uses and excludes. */
export function holdResources(state: KernelState, spec: Task, change: 1 | -1): void {
  if (spec.uses === undefined && spec.excludes === undefined) return
  for (const { resource, mode } of resourcesOf(spec)) {
    const hold = state.resources.get(resource) ?? { readers: 0, writers: 0 }
    if (mode === 'read') hold.readers += change
    else hold.writers += change
    if (hold.readers === 0 && hold.writers === 0) state.resources.delete(resource)
    else state.resources.set(resource, hold)
    if (change === -1) state.released.push(resource)
  }
}

/** What a task holds while it runs; an exclusion is a resource that is written. */
export function resourcesOf(spec: Task): { readonly resource: string; readonly mode: 'read' | 'write' }[] {
  const excluded = (spec.excludes ?? []).map((label) => ({ resource: `exclude:${label}`, mode: 'write' as const }))
  const used = (spec.uses ?? []).map(({ resource, mode }) => ({ resource: `use:${resource}`, mode }))
  return [...used, ...excluded]
}
