import type { Json } from '@bosun/core'
import { defineInvariant, finding, type Invariant } from '@bosun/invariants'

/**
 * What the built-in managers claim of their result: it contains every task that succeeded, names every
 * other one, and its value is what the bodies of the tasks in it come to.
 *
 * @param valueOf the value that belongs to the bodies, in the order in which the tasks were added
 * @param isFolded which tasks the value is made of; default all
 */
export function wholeResult(
  valueOf: (bodies: readonly Json[]) => Json,
  isFolded: (task: { readonly id: string; readonly body: Json }) => boolean = () => true,
): Invariant {
  return defineInvariant({
    id: 'T34',
    title: 'whole result',
    sentence: 'A result contains every task that succeeded, names every other, and is made of those it contains.',
    clauses: {
      account: 'A task is in the result and has not succeeded, or the other way round.',
      value: 'The value is not that of the tasks it contains.',
    },
    watches: ['run.completed'],
    initial: () => ({}),
    onFact(_state, { result, seq }, ledger) {
      const { contains, missing, result: value } = result as unknown as Gathered
      const tasks = Array.from(ledger.tasks.values()).filter(({ superseded }) => !superseded)
      const inIt = new Set(contains)
      const lacking = new Set(missing.map(({ task }) => task))
      for (const { id, status, spec } of tasks) {
        const isRight = status === 'succeeded' ? inIt.has(id) === isFolded(spec) : lacking.has(id)
        if (!isRight) return finding('account', `${id} has ${status}, and the result says otherwise`, seq)
      }
      const bodies = tasks.flatMap(({ id, spec }) => (inIt.has(id) ? [spec.body] : []))
      const due = JSON.stringify(valueOf(bodies))
      if (JSON.stringify(value) === due) return undefined
      return finding('value', `the result is ${JSON.stringify(value)}, and what it contains makes ${due}`, seq)
    },
  }) as unknown as Invariant
}

interface Gathered {
  readonly result: Json
  readonly contains: readonly string[]
  readonly missing: readonly { readonly task: string }[]
}
