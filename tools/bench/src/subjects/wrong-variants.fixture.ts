import type { AnyManager, Json } from '@bosun/core'
import { delegate, fail, finish, foldManager, task } from '@bosun/managers'

/*
 * Of each built-in manager one that does the same and does it wrong, as somebody in a hurry would write it.
 */

const account = { refused: [], policy: 'best-effort' }

/** Folds in the order of arrival what has an order of its own. */
export const wrongFanOut: AnyManager = foldManager({
  name: 'wrong-fan-out',
  initial: () => ({ all: [] as Json[], contains: [] as string[], missing: [] as { task: string }[] }),
  on: {
    goal: (_, { goal }) =>
      delegate(Array.from({ length: Number(goal) }, (_, index) => task('step', index, { id: `s${index}` }))),
    outcome({ all, contains, missing }, { task: id, outcome, result = null }) {
      if (outcome !== 'succeeded') missing.push({ task: id })
      else {
        all.push(result)
        contains.push(id)
      }
    },
    settled: ({ all, contains, missing }) => finish({ result: all, contains, missing, ...account }),
  },
})

/** Forgets to say what is missing. */
export const wrongStreaming: AnyManager = foldManager({
  name: 'wrong-streaming',
  initial: () => ({ letters: new Map<string, string>() }),
  on: {
    goal: (_, { goal }) =>
      delegate(
        Array.from({ length: Number(goal) }, (_, index) =>
          task('step', String.fromCharCode(97 + index), { id: `s${index}` }),
        ),
      ),
    outcome({ letters }, { task: id, result }) {
      if (typeof result === 'string') letters.set(id, result)
    },
    settled({ letters }) {
      const contains = [...letters.keys()].toSorted()
      return finish({ result: contains.map((id) => letters.get(id)).join(''), contains, missing: [], ...account })
    },
  },
})

/** Counts what was found, and not what was done. */
export const wrongDynamic: AnyManager = foldManager({
  name: 'wrong-dynamic',
  initial: () => ({ sum: 0, known: new Set<Json>() }),
  on: {
    goal(state, { goal }) {
      state.known.add(goal)
      return delegate(task('visit', goal, { id: `n${goal}` }))
    },
    discovered(state, { item }) {
      state.sum += Number(item)
      if (state.known.has(item)) return []
      state.known.add(item)
      return delegate(task('visit', item, { id: `n${item}` }))
    },
    settled: ({ sum }) => finish(sum),
  },
})

/** Draws two items for each that ended, so that the queue grows. */
export const wrongWorkQueue: AnyManager = foldManager({
  name: 'wrong-work-queue',
  initial: () => ({ next: 1, count: 0, sum: 0, contains: [] as string[], missing: [] as { task: string }[] }),
  on: {
    goal(state, { goal }) {
      state.count = Number(goal)
      return drawn(state, 3)
    },
    outcome(state, { task: id, outcome, result }) {
      if (outcome === 'succeeded') {
        state.sum += Number(result)
        state.contains.push(id)
      } else state.missing.push({ task: id })
      return drawn(state, 2)
    },
    settled: ({ sum, contains, missing }) => finish({ result: sum, contains, missing, ...account }),
  },
})

/** Drops results and reduces them all the same. */
export const wrongMapReduce: AnyManager = foldManager({
  name: 'wrong-map-reduce',
  initial: () => ({
    known: new Set<Json>(),
    results: [] as number[],
    contains: [] as string[],
    missing: [] as { task: string }[],
  }),
  on: {
    goal: (state, { goal }) => visited(state.known, goal),
    discovered: (state, { item }) => visited(state.known, item),
    outcome({ results, contains, missing }, { task: id, outcome, result }) {
      if (outcome !== 'succeeded') missing.push({ task: id })
      else {
        results.push(Number(result))
        if (Number(result) % 3 !== 2) contains.push(id)
      }
    },
    settled: ({ results, contains, missing }) =>
      finish({ result: results.toSorted((a, b) => a - b), contains, missing, ...account }),
  },
})

/** Begins the second stage with the first result of the first. */
export const wrongPipeline: AnyManager = foldManager({
  name: 'wrong-pipeline',
  initial: () => ({ isBegun: false }),
  on: {
    goal: (_, { goal }) => delegate((goal as number[]).map((n, index) => task('step', n, { id: `step/s${index}` }))),
    outcome(state, { result = 0 }) {
      if (state.isBegun) return []
      state.isBegun = true
      return delegate(task('keep', result, { id: 'sum/it' }))
    },
    settled: () => finish(null),
  },
})

/** Takes the work as it is when the rounds are used up. */
export const wrongReview: AnyManager = foldManager({
  name: 'wrong-plan-execute-review',
  initial: () => ({ round: 0, work: '' }),
  on: {
    goal: (state, { goal }) => begun(state, goal),
    outcome(state, { taskType, result }) {
      if (taskType === 'double') {
        state.work = String(result)
        return delegate(task('review', state.work, { id: `review:${state.round}/verdict` }))
      }
      const verdict = result as { accepted: boolean } | undefined
      if (verdict === undefined) return fail('no verdict')
      if (verdict.accepted || state.round === 2) return finish({ result: { work: state.work, verdict } })
      return begun(state, state.work)
    },
    settled: () => finish(null),
  },
})

// ---------------------------------------------------------------------------------------------

function drawn(state: { next: number; readonly count: number }, atMost: number) {
  const tasks = []
  for (; tasks.length < atMost && state.next <= state.count; state.next += 1) {
    tasks.push(task('step', state.next, { id: `i${state.next}`, priority: state.next % 3 }))
  }
  return tasks.length === 0 ? [] : delegate(tasks)
}

function visited(known: Set<Json>, node: Json) {
  if (known.has(node)) return []
  known.add(node)
  return delegate(task('visit', node, { id: `n${node}` }))
}

function begun(state: { round: number }, text: Json) {
  state.round += 1
  return delegate(task('double', text, { id: `execute:${state.round}/it` }))
}
