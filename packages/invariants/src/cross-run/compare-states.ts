import { finding, type Finding } from '../invariant.ts'
import type { FinalState } from './final-state.ts'

/** In what two final states differ. */
export type StateClause = 'task' | 'outcome' | 'result' | 'end'

const TEXT_LENGTH_MAX = 60
/** What is shown on each side of a difference that lies further back. */
const CONTEXT_LENGTH = 24

/**
 * The first difference between the final states of two runs, in the order of the first one's tasks.
 *
 * @param names what to call the two runs in the sentence
 */
export function compareStates(
  one: FinalState,
  other: FinalState,
  names: readonly [one: string, other: string],
): Finding<StateClause> | undefined {
  const [name, otherName] = names
  for (const [id, task] of one.tasks) {
    const twin = other.tasks.get(id)
    if (twin === undefined) {
      return finding('task', `${id} is ${task.outcome} in ${name} and has no outcome in ${otherName}`)
    }
    if (twin.outcome !== task.outcome) {
      return finding('outcome', `${id} is ${task.outcome} in ${name} and ${twin.outcome} in ${otherName}`, twin.seq)
    }
    if (twin.result === task.result) continue
    const [result, twinResult] = briefly(task.result, twin.result)
    const sentence = `${id} resulted in ${result} in ${name} and in ${twinResult} in ${otherName}`
    return finding('result', sentence, twin.seq)
  }
  for (const [id, task] of other.tasks) {
    if (one.tasks.has(id)) continue
    return finding('task', `${id} is ${task.outcome} in ${otherName} and has no outcome in ${name}`, task.seq)
  }
  const [ended, otherEnded] = [endText(one), endText(other)]
  if (ended === otherEnded) return undefined
  const [text, otherText] = briefly(ended, otherEnded)
  return finding('end', `${name} ${text} and ${otherName} ${otherText}`, other.end?.seq ?? 0)
}

// ---------------------------------------------------------------------------------------------

function endText({ end }: FinalState): string {
  if (end === undefined) return 'did not end'
  return `${end.how}${end.causeCode === '' ? '' : ` by ${end.causeCode}`} with ${end.result}`
}

/** Both in short, with the place at which they differ. */
function briefly(one = 'nothing', other = 'nothing'): readonly [string, string] {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return [brief(one, at), brief(other, at)]
}

function brief(text: string, at: number): string {
  if (text.length <= TEXT_LENGTH_MAX) return text
  if (at < TEXT_LENGTH_MAX - CONTEXT_LENGTH) return `${text.slice(0, TEXT_LENGTH_MAX)}…`
  const from = at - CONTEXT_LENGTH
  const to = at + CONTEXT_LENGTH
  return `${text.slice(0, CONTEXT_LENGTH)}…${text.slice(from, to)}${to < text.length ? '…' : ''}`
}
