import type { Fact } from '@bosun/core'
import { finding, type Finding } from '../invariant.ts'
import { compareStates, type StateClause } from './compare-states.ts'
import { defineCrossRun } from './cross-run-invariant.ts'
import { finalState } from './final-state.ts'

/** How one run was made out of the other. */
export interface Scaling {
  /** What all durations, delays and timeouts were multiplied by. */
  readonly factor: number
  /** How far the makespan may be off, in ms, where times were rounded. Default 0. */
  readonly slackMs?: number
}

export const scale = defineCrossRun({
  id: 'D4',
  title: 'scale',
  sentence: 'When all durations and timeouts are multiplied by a number, so is the makespan, and nothing else changes.',
  clauses: {
    task: 'A task has an outcome in one of the two runs only.',
    outcome: 'A task has another outcome in the scaled run.',
    result: 'A task has another result in the scaled run.',
    end: 'The scaled run ended otherwise.',
    makespan: 'The makespan is not the scaled one.',
  },
  judge(
    run: readonly Fact[],
    scaled: readonly Fact[],
    { factor, slackMs = 0 }: Scaling,
  ): Finding<StateClause | 'makespan'> | undefined {
    const found = compareStates(finalState(run), finalState(scaled), ['the run', 'the scaled one'])
    if (found !== undefined) return found
    const [plain, stretched] = [makespan(run), makespan(scaled)]
    if (Math.abs(stretched - plain * factor) <= slackMs) return undefined
    const sentence = `the scaled run took ${stretched} ms instead of ${factor} times ${plain} ms`
    return finding('makespan', sentence, scaled.at(-1)?.seq ?? 0)
  },
})

// ---------------------------------------------------------------------------------------------

/** From the start of the run to the last outcome of a task. */
function makespan(facts: readonly Fact[]): number {
  let [start, end] = [0, 0]
  for (const { type, at } of facts) {
    if (type === 'run.started') start = at
    if (OUTCOMES.has(type)) end = at
  }
  return Math.max(0, end - start)
}

const OUTCOMES = new Set<Fact['type']>(['task.succeeded', 'task.failed', 'task.lost', 'task.cancelled', 'task.skipped'])
