import { delegate, fail, finish, foldManager, partial, task, type RunView, type Task } from 'bosun'

/** Rounds of writing and reviewing; who is not content then is a person's matter. */
const ROUNDS_MAX = 2

interface Review {
  readonly verdict: 'accepted' | 'rejected'
  readonly faults: readonly string[]
}

const pathOf = (module: string) => `out/${module.replace(/^.*\//, '').replace(/\.ts$/, '')}.md`

/** Writing and reviewing of one round. A later one knows the review before it; all of them know the outline. */
function round(module: string, number: number): readonly Task[] {
  const [path, write, review] = [pathOf(module), `write-${number}`, `review-${number}`]
  const known = number === 1 ? ['outline'] : ['outline', `review-${number - 1}`]
  const body = { module, path, round: number }
  return [
    task('write_guide', body, { id: write, dependsOn: known, skills: ['plain-guide'] }),
    task('review_guide', body, { id: review, dependsOn: ['outline', write] }),
  ]
}

/** The reviews there are, in the order of their rounds. */
function reviews(view: RunView): readonly Review[] {
  return Array.from({ length: ROUNDS_MAX }, (_, index) => view.task(`review-${index + 1}`)).flatMap((found) =>
    found?.status === 'succeeded' ? [found.result as unknown as Review] : [],
  )
}

/**
 * Plan, execute, review: an outline, then rounds of writing and reviewing until the reviewer accepts. Not
 * accepted after two rounds, the run fails with the faults that are left, for a person to look at.
 */
export const planExecuteReview = foldManager<null, string>({
  name: 'plan-execute-review',
  initial: () => null,
  on: {
    goal: (_, { goal }) => delegate([task('outline_guide', { module: goal }, { id: 'outline' }), ...round(goal, 1)]),
    outcome(_, { task: id, outcome }, view) {
      if (!id.startsWith('review-') || outcome !== 'succeeded') return []
      const all = reviews(view)
      const isOver = all.at(-1)?.verdict === 'accepted' || all.length === ROUNDS_MAX
      return isOver ? [] : delegate(round(String(view.goal), all.length + 1))
    },
    settled(_, __, view) {
      const all = reviews(view)
      const last = all.at(-1)
      const guide = pathOf(String(view.goal))
      if (last === undefined) return fail('there is no review: a task before it did not succeed')
      if (last.verdict === 'accepted') return finish({ guide, rounds: all.length })
      const faults = last.faults.join('; ')
      return [
        partial({ guide, rounds: all.length, faults: last.faults }),
        fail(`not accepted after ${all.length} rounds: ${faults}`),
      ]
    },
  },
})
