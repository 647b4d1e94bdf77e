import { BosunError, type Fact, type RunView, type Strategy } from '@bosun/core'
import { DispatchIndex } from './dispatch/dispatch-index.ts'
import { LeaseTimers } from './dispatch/lease-timers.ts'
import { evolve } from './state/evolve.ts'
import { KernelState } from './state/kernel-state.ts'
import { runView } from './views/run-view.ts'

/**
 * A run as the deterministic scheduler holds it: the state, and what a strategy derives from it.
 * Pure in the sense that matters: the same facts and inputs in, the same facts out.
 */
export interface Kernel {
  readonly state: KernelState
  readonly view: RunView
  readonly strategy: Strategy
  readonly index: DispatchIndex
  readonly timers: LeaseTimers
}

/**
 * A kernel for a new run.
 *
 * @throws PLUGIN_INVALID for a strategy that places ahead what is no number of tasks, or steals what none places
 */
export function createKernel(strategy: Strategy): Kernel {
  const { ahead, steal } = strategy.dispatch
  if (!Number.isSafeInteger(ahead) || ahead < 0 || (steal && ahead === 0)) {
    throw new BosunError('PLUGIN_INVALID', {
      at: `strategy "${strategy.name}".dispatch`,
      expected: 'a whole number of tasks to place ahead, from 1 where idle slots steal them',
      received: `{ ahead: ${ahead}, steal: ${steal} }`,
      fix: 'Leave dispatch out for a queue from which free slots pull, or say { ahead: 2, steal: true }.',
    })
  }
  const state = new KernelState()
  const view = runView(state)
  return { state, view, strategy, index: new DispatchIndex(state, strategy, view), timers: new LeaseTimers(state) }
}

/** A kernel for a run that has a past: folds its facts, then builds what the strategy derives. */
export function foldKernel(strategy: Strategy, facts: Iterable<Fact>): Kernel {
  const kernel = createKernel(strategy)
  for (const fact of facts) evolve(kernel.state, fact)
  settleKernel(kernel)
  return kernel
}

/** After a fold by `evolve` alone: builds order and timers anew from the state. */
export function settleKernel(kernel: Kernel): void {
  // Each input's facts are whole in a journal, so what they doomed has been skipped by the last of them.
  kernel.state.doomed.length = 0
  kernel.state.lateDoomed.length = 0
  kernel.state.groupsDue.length = 0
  kernel.state.waivable.length = 0
  kernel.state.pairsDue.length = 0
  kernel.index.rebuild(kernel.state.at)
  kernel.timers.rebuild()
}
