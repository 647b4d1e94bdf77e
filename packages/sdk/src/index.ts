export {
  always,
  BosunError,
  GroupSchema,
  parseJson,
  PlanSchema,
  reachable,
  sometimes,
  TaskIdSchema,
  TaskSchema,
  Telemetry,
  type ErrorCode,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Group,
  type Json,
  type Plan,
  type Planner,
  type PlannerTool,
  type PlannerTools,
  type PlanRequest,
  type Task,
  type ToolUse,
  type ToolUses,
  type Worker,
  type WorkerContext,
} from '@bosun/core'
export { definePlanner } from './plugins/define-planner.ts'
export { planHash } from './plugins/plan-hash.ts'
export {
  checkApiVersion,
  definePlugin,
  PLUGIN_API_VERSION,
  type AnyToolHandler,
  type ConfigurablePlugin,
  type Plugin,
  type PluginParts,
} from './plugins/define-plugin.ts'
export { importedFiles, resolveOwnImports } from './plugins/resolve-own-imports.ts'
export {
  declareTool,
  defineTool,
  type OwnTool,
  type SpecifierMatcher,
  type Tool,
  type ToolDeclaration,
  type ToolHandler,
  type ToolIo,
  type ToolOptions,
} from './tools/define-tool.ts'
export { callTool } from './tools/call-tool.ts'
export { canonicalUrl } from './tools/canonical-url.ts'
export { command } from './tools/command.ts'
export { files } from './tools/files.ts'
export { git } from './tools/git.ts'
export { http } from './tools/http.ts'
export { mcp, mcpToolName, type McpOutput } from './tools/mcp.ts'
export { patchPaths } from './tools/patch-paths.ts'
export { pathGlob, type PathGlob } from './tools/path-glob.ts'
export { parseRule, printRule, type Rule } from './tools/rule.ts'
export { asZod, type Schema } from './schemas/as-zod.ts'
export { defineWorker, type WorkerOptions } from './workers/define-worker.ts'
export { idFrom } from './workers/id-from.ts'
export {
  AttemptContext,
  type AttemptOutlets,
  type ContextClock,
  type OwnOfContext,
} from './attempts/attempt-context.ts'
export { copyJson, hasDeepOrReservedKeys, jsonFault, plainJson, VALUE_DEPTH_MAX } from './attempts/plain-json.ts'
export { parseBody, runWorker, type AttemptEnd } from './attempts/run-worker.ts'
export { shapeFault } from './attempts/shape-fault.ts'
export { READ_BYTES_DEFAULT } from './contained-files/byte-limit.ts'
export { deleteFile as deleteContainedFile } from './contained-files/delete-file.ts'
export { editFile as editContainedFile } from './contained-files/edit-file.ts'
export { digestFiles as digestContainedFiles } from './contained-files/digest-files.ts'
export { FileError, type FileErrorCode } from './contained-files/file-error.ts'
export { listFolder as listContainedFolder } from './contained-files/list-folder.ts'
export { moveFile as moveContainedFile } from './contained-files/move-file.ts'
export { publish as publishStagedFiles } from './contained-files/publish.ts'
export { isProtectedName, PROTECTED_NAMES } from './contained-files/protected-names.ts'
export { readFile as readContainedFile } from './contained-files/read-file.ts'
export { Roots } from './contained-files/roots.ts'
export { stagedFiles, type StagedFile, type StagedFiles } from './contained-files/staged-files.ts'
export { writeFile as writeContainedFile } from './contained-files/write-file.ts'
export { AttemptModel, type AskModel } from './models/attempt-model.ts'
export { noModel } from './models/no-model.ts'
export { noPlannerTools } from './plugins/no-planner-tools.ts'
export { withoutFence } from './models/without-fence.ts'
export { partsOfAnswer } from './models/parts-of-answer.ts'
export {
  AttemptWorktree,
  attemptWorktree,
  findAttemptWorktree,
  worktreeRecordFolder,
  type PatchedFile,
  type WorktreeChange,
  type WorktreeRecord,
} from './git/attempt-worktree.ts'
export { copyIndex } from './git/copy-index.ts'
export { runGit, type GitAnswer, type GitOptions } from './git/run-git.ts'
export { forgetGroup, signalGroup, watchGroup } from './processes/process-groups.ts'
