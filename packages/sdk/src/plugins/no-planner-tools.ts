import { BosunError, type PlannerTools } from '@bosun/core'

/** Stands where planners have nothing to look at. */
export const noPlannerTools: PlannerTools = {
  list: [],
  call: (name) =>
    Promise.reject(new BosunError('TOOL_DENIED', { at: name, expected: 'no tool at all, since none is at hand' })),
}
