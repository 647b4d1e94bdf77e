import type { Fact } from '@bosun/core'
import { finalState, type FinalState } from '@bosun/invariants'

/**
 * In what two runs of the same work ended differently: a sentence for each task with another outcome
 * or result, and for another end of the run. Empty when they came to the same, in whatever order.
 */
export function differences(one: Iterable<Fact>, other: Iterable<Fact>): readonly string[] {
  const before = finalState(one)
  const after = finalState(other)
  const found: string[] = []
  for (const id of new Set([...before.tasks.keys(), ...after.tasks.keys()])) {
    const was = taskOf(before, id)
    const is = taskOf(after, id)
    if (was !== is) found.push(`${id} ${is} and not ${was}`)
  }
  const was = endOf(before)
  const is = endOf(after)
  if (was !== is) found.push(`the run ended ${is} and not ${was}`)
  return found
}

function taskOf({ tasks }: FinalState, id: string): string {
  const task = tasks.get(id)
  if (task === undefined) return 'has no outcome'
  return task.result === undefined ? task.outcome : `${task.outcome} with ${task.result}`
}

function endOf({ end }: FinalState): string {
  if (end === undefined) return 'open'
  return [end.how, end.causeCode, 'with', end.result].filter((part) => part !== '').join(' ')
}
