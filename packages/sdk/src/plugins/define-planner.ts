import type { Plan, Planner, PlanRequest } from '@bosun/core'

/**
 * Defines a planner: turns a goal into a task graph and executes nothing. What it returns is checked
 * by the kernel before any worker starts.
 *
 * @example
 * definePlanner('two-steps', () => ({ tasks: [
 *   { id: 'draft', type: 'write', body: null }, { id: 'check', type: 'review', body: null, dependsOn: ['draft'] } ] }))
 */
export function definePlanner(name: string, plan: (request: PlanRequest) => Promise<Plan> | Plan): Planner {
  return { name, plan }
}
