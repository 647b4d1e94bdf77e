import { expect, it } from 'vitest'
import * as kernel from './index.ts'

it('exports what its readers use, and nothing by accident', () => {
  expect(Object.keys(kernel).toSorted()).toEqual([
    'BUILT_IN_STRATEGIES',
    'KernelState',
    'MODEL_PROVIDER',
    'TASK_TRANSITIONS',
    'Turn',
    'adoptableResults',
    'checkPatch',
    'composeStrategy',
    'createKernel',
    'criticalPath',
    'deadline',
    'decide',
    'decideAt',
    'effects',
    'evolve',
    'exponentialBackoff',
    'fifo',
    'firstFit',
    'foldKernel',
    'leastLoaded',
    'nextMessage',
    'outstandingEffects',
    'patchContext',
    'planShape',
    'priority',
    'runView',
    'seededRandom',
    'settleKernel',
    'tallyOf',
    'threeClocks',
    'why',
  ])
})
