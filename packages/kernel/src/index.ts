export { adoptableResults } from './decide/adopt-result.ts'
export { decide, decideAt, Turn } from './decide/decide.ts'
export type { Input, InputOf, UntimedInput } from './decide/input.ts'
export { patchContext } from './decide/manager-inputs.ts'
export { MODEL_PROVIDER } from './decide/model-provider.ts'
export { seededRandom } from './decide/seeded-random.ts'
export { deadline } from './deadline.ts'
export { effects, outstandingEffects, type Effect } from './effects.ts'
export { forecast, type Estimate, type Forecast } from './forecast/forecast.ts'
export { RunHistory, type Spread, type TypeHistory } from './forecast/run-history.ts'
export { checkPatch, type PatchContext } from './graph/check-patch.ts'
export { planShape, type PlanShape } from './graph/plan-shape.ts'
export { createKernel, foldKernel, settleKernel, type Kernel } from './kernel.ts'
export { evolve } from './state/evolve.ts'
export { KernelState } from './state/kernel-state.ts'
export { TASK_TRANSITIONS } from './state/transitions.ts'
export {
  BUILT_IN_STRATEGIES,
  composeStrategy,
  exponentialBackoff,
  firstFit,
  leastLoaded,
  threeClocks,
} from './strategies/compose-strategy.ts'
export { criticalPath, fifo, priority } from './strategies/orders.ts'
export { nextMessage, type NextMessage } from './views/messages.ts'
export { runView, tallyOf } from './views/run-view.ts'
export { why, type Reason } from './why.ts'
