import { defineInvariant, finding, type Invariant } from '@bosun/invariants'
import { ordered, planExecuteReview, task } from '@bosun/managers'
import type { CheckOptions } from '@bosun/simulation'

const ROUNDS_MAX = 2

/** A text that is to become long enough. */
export default planExecuteReview({
  name: 'plan-execute-review',
  plan: (text: string, feedback) => [
    task('double', feedback ?? text, { id: 'first' }),
    task('double', feedback ?? text, { id: 'second', dependsOn: ['first'] }),
  ],
  reduce: ordered((all: string, one: string) => all + one, ''),
  review: (work) => task('review', work, { id: 'verdict' }),
  roundsMax: ROUNDS_MAX,
})

const LENGTH = 12

/** What is finished with was accepted, in one of the rounds that there are. */
export const acceptedInTime = defineInvariant({
  id: 'PR1',
  title: 'accepted in time',
  sentence: `A run is completed with work that was accepted within ${ROUNDS_MAX} rounds.`,
  clauses: { rounds: 'Another round was begun after the last one.', unaccepted: 'The work was not accepted.' },
  watches: ['task.added', 'run.completed'],
  initial: () => ({}),
  onFact(_state, fact) {
    if (fact.type === 'task.added') {
      const isOver = Number(fact.task.id.split('/')[0]?.split(':')[1] ?? 1) > ROUNDS_MAX
      return isOver ? finding('rounds', `${fact.task.id} was added`, fact.seq) : undefined
    }
    const { result } = fact.result as unknown as {
      result: { work: string; verdict: { accepted: boolean } | null } | null
    }
    // Without a verdict, people have waived the review.
    if (result === null || result.verdict === null) return undefined
    if (result.verdict.accepted && result.work.length >= LENGTH) return undefined
    return finding('unaccepted', `the run was completed with ${JSON.stringify(result)}`, fact.seq)
  },
}) as unknown as Invariant

export const check: CheckOptions = {
  goal: (random) => 'ab'.repeat(1 + Math.floor(random() * 2)),
  workers: {
    double: (body, random) => ({ result: `${body}${body}`, ...(random() < 0.05 ? { throws: 'It broke.' } : {}) }),
    review: (body) => {
      const isLong = String(body).length >= LENGTH
      return { result: isLong ? { accepted: true, feedback: null } : { accepted: false, feedback: body } }
    },
  },
  ownInvariants: [acceptedInTime],
}
