import type { ToolUses, WorkerEntry } from '@bosun/core'

/**
 * What repeating the work of a worker does that states nothing itself: `once` if any of its tools
 * reaches beyond the files of the attempt, else `none`.
 */
export function effectsOfTools(tools: ToolUses): WorkerEntry['effects'] {
  return Object.values(tools).some(({ access }) => access === 'effect') ? 'once' : 'none'
}
