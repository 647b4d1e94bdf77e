import type { ErrorRecord, Fact } from '@bosun/core'
import type { TrialAbout, TrialEnd } from '@bosun/runtime'
import { counted, duration } from './duration.ts'
import { fitPainted } from './fit.ts'
import type { Paint } from './paint.ts'
import { beginningOf, printable, printableJson, quoted } from './printable.ts'

/** Characters of a body or result that are shown. */
const VALUE_MAX = 2_000
/** Lines of a file that are shown. */
const LINES_MAX = 12

/** What is tried. */
export function trialHead({ worker, example, task, model }: TrialAbout, paint: Paint): string[] {
  const which =
    example === undefined
      ? ''
      : ` · example ${example.number} of ${example.count}${example.name === undefined ? '' : `, ${printable(example.name)}`}`
  return [
    `${paint.bold(printable(worker.name))}${paint.dim(which)}`,
    `  ${paint.dim('task')}   ${printable(task.type)} ${valueText(task.body)}`,
    ...(model === undefined ? [] : [`  ${paint.dim('model')}  ${printable(model)}`]),
  ]
}

/** A call of a tool or model on one line; nothing for what is no call of the trial. */
export function callLine(fact: Fact, task: string | undefined, paint: Paint): string | undefined {
  if (!('task' in fact) || fact.task !== task) return undefined
  switch (fact.type) {
    case 'tool.called':
      return called('tool', `${fact.name} (${fact.tool})`, `${duration(fact.ms)}`, fact.error, paint)
    case 'model.called': {
      const tokens = `${fact.inputTokens} + ${fact.outputTokens} tokens, ${duration(fact.ms)}`
      return called('model', fact.model, tokens, fact.error, paint)
    }
    case 'tool.denied':
      return `  ${paint.bad('denied')} ${printable(fact.tool)} by ${printable(fact.rule)}: ${quoted(fact.detail)}`
    case 'attempt.progressed':
      return `  ${paint.dim('…')}      ${quoted(fact.note)}`
    case 'task.discovered':
      return `  ${paint.dim('found')}  ${valueText(fact.item)}`
    case 'attempt.emitted':
      return `  ${paint.dim('emits')}  ${valueText(fact.value)}`
    default:
      return undefined
  }
}

/** A line that the worker printed. */
export function outputLine(line: string, paint: Paint): string {
  return `  ${paint.dim('prints')} ${quoted(line)}`
}

/** What came of it. */
export function trialEnd(end: TrialEnd, paint: Paint, columns: number): string[] {
  const mark = end.ok ? paint.good('✓') : paint.bad('✗')
  const time = paint.dim(duration(end.ms))
  return [
    ...end.files.flatMap(({ path, bytes, head }) => [
      `  ${paint.dim('file')}   ${printable(path)} ${paint.dim(counted(bytes, 'byte'))}`,
      ...(head === undefined ? [] : headLines(head, bytes, paint, columns)),
    ]),
    ...end.removed.map((path) => `  ${paint.dim('gone')}   ${printable(path)}`),
    ...(end.result === undefined ? [] : [`  ${paint.dim('result')} ${valueText(end.result)}`]),
    ...(end.expected === undefined ? [] : [`  ${paint.bad('not')}    ${valueText(end.expected)}, as the example says`]),
    end.error === undefined
      ? `${mark} ${end.ok ? 'as it should be' : 'not what the example says'} ${time}`
      : `${mark} ${end.error.code}: ${quoted(end.error.message, VALUE_MAX)} ${time}`,
  ]
}

// ---------------------------------------------------------------------------------------------

function called(kind: string, name: string, detail: string, error: ErrorRecord | undefined, paint: Paint): string {
  const fault = error === undefined ? '' : ` ${paint.bad(error.code)} ${quoted(error.message)}`
  return `  ${paint.dim(kind.padEnd(6))} ${printable(name)} ${paint.dim(detail)}${fault}`
}

function valueText(value: unknown): string {
  const text = printableJson(value)
  return text.length <= VALUE_MAX ? text : `${beginningOf(text, VALUE_MAX)}… (${text.length} characters)`
}

function headLines(head: string, bytes: number, paint: Paint, columns: number): string[] {
  const lines = head.replace(/\n$/, '').split('\n')
  const shown = lines.slice(0, LINES_MAX)
  const isWhole = shown.length === lines.length && Buffer.byteLength(head) >= bytes
  return [...shown, ...(isWhole ? [] : ['…'])].map((line) =>
    fitPainted(`         ${paint.dim('│')} ${printable(line)}`, columns),
  )
}
