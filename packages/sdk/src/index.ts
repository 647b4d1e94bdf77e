export {
  BosunError,
  type ErrorCode,
  type Json,
  type Plan,
  type PlanRequest,
  type Task,
  type WorkerContext,
} from '@bosun/core'
export { definePlanner } from './plugins/define-planner.ts'
export { definePlugin, PLUGIN_API_VERSION, type AnyToolHandler, type Plugin } from './plugins/define-plugin.ts'
export {
  declareTool,
  defineTool,
  type Tool,
  type ToolDeclaration,
  type ToolHandler,
  type ToolIo,
} from './tools/define-tool.ts'
export { files } from './tools/files.ts'
export { pathGlob, type PathGlob } from './tools/path-glob.ts'
export { parseRule, printRule, type Rule } from './tools/rule.ts'
export { defineWorker, type WorkerOptions } from './workers/define-worker.ts'
export { idFrom } from './workers/id-from.ts'
