export {
  always,
  BosunError,
  reachable,
  sometimes,
  type Fact,
  type Json,
  type RunView,
  type Task,
  type TaskView,
} from '@bosun/core'
export { defineGoal, defineInvariant, finding, type Invariant } from '@bosun/invariants'
export {
  composeStrategy,
  /** Makes a strategy, as the other `define` functions make what a plugin brings. */
  composeStrategy as defineStrategy,
  criticalPath,
  fifo,
  leastLoaded,
  priority,
} from '@bosun/kernel'
export {
  commutative,
  decide,
  defineManager,
  delegate,
  dynamic,
  fail,
  fanOut,
  finish,
  foldManager,
  ordered,
  partial,
  plan,
  task,
  waive,
  wake,
} from '@bosun/managers'
export {
  Bosun,
  createContainer,
  defineConfig,
  embedded,
  plugins,
  type BosunConfig,
  type RunHandle,
  type RunOptions,
  type RunOutcome,
} from '@bosun/runtime'
export {
  command,
  definePlanner,
  definePlugin,
  declareTool,
  defineTool,
  defineWorker,
  files,
  git,
  http,
  idFrom,
  mcp,
} from '@bosun/sdk'
