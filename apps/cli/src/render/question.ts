import type { ApprovalView, FactOf } from '@bosun/core'
import { printable, quoted } from './printable.ts'
import { shellWord } from './shell-word.ts'

/** Characters of a question that are shown: all of a call, as it was recorded. */
const QUESTION_MAX = 1_100

/** A question as a view or a fact tells of it. */
export type Question = ApprovalView | FactOf<'approval.requested' | 'manager.asked'>

/** A question to a person in a line: who asks for what, and under which rule. */
export function questionText(asked: Question): string {
  const { question } = asked
  const { task, call } = 'task' in asked ? asked : { task: undefined, call: undefined }
  const who = task === undefined ? 'the manager asks' : `${printable(task)} wants`
  const rule = call === undefined ? '' : ` (policy.ask: ${printable(call.rule)})`
  return `${who}: ${quoted(question, QUESTION_MAX)}${rule}`
}

/** How to answer it, as a person would type it; `flags` say where the run is. */
export function answerLine(run: string, approval: string, flags: readonly string[] = []): string {
  const words = [printable(run), approval, ...flags].map(shellWord).join(' ')
  return `bosun approve ${words}   or   bosun deny ${words}`
}
