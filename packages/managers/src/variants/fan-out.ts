import { BosunError, type Decision, type Json, type Manager, type RunView, type Task } from '@bosun/core'
import { delegate, fail, plan } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import type { GoalSchema } from '../define/goal-schema.ts'
import { listed, type Reducer } from '../reducers/reducer.ts'
import { failFast, progressOf, type ShowProgress } from './answer-outcome.ts'
import { conclude, type Gathered } from './gathered.ts'
import { Grouping, type GroupingOptions } from './grouping.ts'
import { Results } from './results.ts'

export interface FanOutOptions<G, T, A> extends GroupingOptions {
  readonly name: string
  readonly goal?: GoalSchema<G>
  /** The tasks of a goal. Absent: the planner is asked. */
  readonly start?: (goal: G, view: RunView) => readonly Task[]
  /**
   * Says that the planner is asked, which is so whenever `start` is absent, and for what.
   * @defaultValue for the goal
   */
  readonly plan?: true | ((goal: G, view: RunView) => unknown)
  /**
   * How results become one value.
   * @defaultValue a list of all results, in task order
   */
  readonly reduce?: Reducer<T, A>
  /**
   * Shows a partial result after every outcome; a function adds what it makes of the fold so far.
   * @defaultValue `false`
   */
  readonly progress?: ShowProgress<A>
}

/**
 * A manager that delegates all tasks at once, waits for every one of them and folds the results.
 *
 * Use it when the tasks are known from the goal or from a plan. When tasks are found by tasks, use
 * `dynamic`. It always finishes with what it has: the result names what is missing.
 *
 * @example
 * import { fanOut, ordered, task } from '@bosun/managers'
 * import { z } from 'zod'
 *
 * export default fanOut({
 *   name: 'pages',
 *   goal: z.object({ planets: z.array(z.string()) }),
 *   start: ({ planets }) => planets.map((planet) => task('generate_page', { planet }, { id: planet })),
 *   reduce: ordered((paths: string[], { path }: { path: string }) => [...paths, path], []),
 * })
 */
export function fanOut<G = Json, T = Json, A = T[]>(options: FanOutOptions<G, T, A>): Manager<G, Gathered<A>> {
  const { name, goal, start, failure, progress } = options
  if (start !== undefined && options.plan !== undefined) {
    throw new BosunError('PLUGIN_INVALID', {
      at: `manager ${name}`,
      expected: 'either start or plan',
      received: 'both',
      fix: 'Remove one of them: tasks come from start, or from the planner.',
    })
  }
  const reduce = options.reduce ?? (listed<T>() as unknown as Reducer<T, A>)
  const grouping = new Grouping(name, options)
  return foldManager<Results<T, A>, G, Gathered<A>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    initial: () => new Results(reduce),
    on: {
      goal(all, message, view) {
        if (start !== undefined) return [...grouping.open(), ...ask(all, grouping.put(start(message.goal, view)))]
        const { plan: asked } = options
        return plan(name, typeof asked === 'function' ? asked(message.goal, view) : view.goal)
      },
      plan: (all, { plan, tasks, groups }) => [
        ...grouping.open(),
        ...grouping.openPlanned(groups),
        ...ask(all, grouping.put(tasks), plan),
      ],
      planFailed: (_, { error }) => fail(`there is no plan: ${error.message}`),
      outcome(all, message, view) {
        all.take(message, view)
        const shown = progressOf(progress, all, message, view)
        const cancelled = failFast(failure, message, view)
        return shown.length === 0 ? cancelled : [...shown, ...cancelled]
      },
      refused: (all, message, view) => all.refuse(message, view),
      settled: (all, _, view) => conclude(all.value, all, failure, view),
    },
  })
}

function ask<T, A>(all: Results<T, A>, tasks: readonly Task[], plan?: string): Decision[] {
  if (tasks.length === 0 && plan === undefined) return []
  all.expect(tasks)
  return [delegate(tasks, plan === undefined ? {} : { plan })]
}
