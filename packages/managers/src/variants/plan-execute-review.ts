import { BosunError, type Json, type Manager, type RunView, type Task } from '@bosun/core'
import type { GoalSchema } from '../define/goal-schema.ts'
import type { Reducer } from '../reducers/reducer.ts'
import { fanOut } from './fan-out.ts'
import { pipeline, type Piped } from './pipeline.ts'

export interface PlanExecuteReviewOptions<G, T, A> {
  readonly name: string
  readonly goal?: GoalSchema<G>
  /**
   * The tasks of a round; `feedback` is what the last review said, absent in the first round.
   *
   * Absent: the planner is asked, for the goal in the first round and for `{ goal, feedback }` after that.
   */
  readonly plan?: (goal: G, feedback: Json | undefined, view: RunView) => readonly Task[]
  /**
   * How the results of a round become one value.
   * @defaultValue a list of all results, in task order
   */
  readonly reduce?: Reducer<T, A>
  /** The task of the reviewer, whose result is a `Verdict`. */
  readonly review: (work: A, goal: G, view: RunView) => Task
  /**
   * Rounds in all. When the last one is not accepted, the run fails and says what was asked for.
   * @defaultValue 3
   */
  readonly roundsMax?: number
}

/** What a reviewer returns. */
export interface Verdict {
  readonly accepted: boolean
  /** What has to be better; handed to whoever plans the next round. */
  readonly feedback?: Json
}

/** What was accepted. */
export interface Reviewed<A> {
  readonly work: A
  /** Null if somebody has waived the review. */
  readonly verdict: Verdict | null
}

/** What a round begins with. */
interface Round<G> {
  readonly goal: G
  readonly feedback?: Json
}

/** What was done in a round. */
interface Done<G, A> {
  readonly goal: G
  readonly work: A
}

/** What the review came to; empty if somebody has waived it. */
interface Judged<G, A> extends Done<G, A> {
  readonly verdicts: readonly Verdict[]
}

/**
 * A manager that plans, has the plan executed and the work reviewed, and begins again with what the review
 * said, until it is accepted.
 *
 * The reviewer is a worker like any other; this manager judges nothing. Tasks of the first round are named
 * `execute/id` and `review/id`, those of the second `execute:2/id` and so on.
 *
 * @example
 * import { planExecuteReview, task } from '@bosun/managers'
 *
 * export default planExecuteReview({
 *   name: 'careful-translation',
 *   plan: (text: string, feedback) => [task('translate', { text, feedback }, { id: 'text' })],
 *   review: ([translation], text) => task('review', { text, translation }, { id: 'verdict' }),
 * })
 */
export function planExecuteReview<G = Json, T = Json, A = T[]>(
  options: PlanExecuteReviewOptions<G, T, A>,
): Manager<G, Piped<Reviewed<A>>> {
  const { name, goal, plan, reduce, review, roundsMax = 3 } = options
  const execute = fanOut<Round<G>, T, A>({
    name: 'execute',
    ...(plan === undefined
      ? { plan: ({ goal, feedback }) => (feedback === undefined ? goal : { goal, feedback }) }
      : { start: ({ goal, feedback }, view) => plan(goal, feedback, view) }),
    ...(reduce === undefined ? {} : { reduce }),
  })
  return pipeline<G, Reviewed<A>>({
    name,
    ...(goal === undefined ? {} : { goal }),
    input: (goal): Round<G> => ({ goal }),
    stages: [
      { name: 'execute', run: execute, output: (work: A, { goal }: Round<G>): Done<G, A> => ({ goal, work }) },
      {
        name: 'review',
        run: ({ work, goal }: Done<G, A>, view: RunView) => [review(work, goal, view)],
        output: (verdicts: Verdict[], { goal, work }: Done<G, A>): Judged<G, A> => ({ goal, work, verdicts }),
        repeat: { from: 'execute', roundsMax, input: nextRound },
      },
    ],
    finish({ review: last }) {
      const { work, verdicts } = last as unknown as Judged<G, A>
      return { work, verdict: verdicts[0] ?? null }
    },
  })
}

function nextRound<G>({ goal, verdicts }: Judged<G, unknown>): Round<G> | undefined {
  for (const verdict of verdicts) {
    const { accepted, feedback = null } = verdict ?? ({} as Partial<Verdict>)
    if (accepted === false) return { goal, feedback }
    if (accepted === true) continue
    throw new BosunError('MANAGER_FAILED', {
      at: 'the verdict of the review',
      expected: '{ accepted: true } or { accepted: false, feedback }',
      received: JSON.stringify(verdict),
    })
  }
  return undefined
}
