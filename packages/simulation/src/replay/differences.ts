import { canonicalJson } from '@bosun/core'
import type { RecordedRun } from './recorded-run.ts'

/**
 * In what two runs of the same work ended differently: a sentence for each task with another outcome
 * and for another end or result of the run. Empty when they came to the same, in whatever order.
 */
export function differences(one: RecordedRun, other: RecordedRun): readonly string[] {
  const found: string[] = []
  for (const id of new Set([...one.tasks.keys(), ...other.tasks.keys()])) {
    const was = outcomeOf(one, id)
    const is = outcomeOf(other, id)
    if (was !== is) found.push(`${id} ${is} and not ${was}`)
  }
  const was = endOf(one)
  const is = endOf(other)
  if (was !== is) found.push(`the run ended ${is} and not ${was}`)
  return found
}

function outcomeOf({ tasks }: RecordedRun, id: string): string {
  const task = tasks.get(id)
  return task === undefined ? 'was never added' : (task.outcome ?? 'was left open')
}

/** Type, cause and result: what does not hang on time. */
function endOf({ end }: RecordedRun): string {
  if (end === undefined) return 'open'
  const causeCode = 'causeCode' in end ? [end.causeCode] : []
  const result = 'result' in end ? ['with', canonicalJson(end.result)] : []
  return [end.type.slice('run.'.length), ...causeCode, ...result].join(' ')
}
