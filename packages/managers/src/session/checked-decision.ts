import { BosunError, DecisionSchema, type Decision } from '@bosun/core'
import { NotPlainJson, plainJson } from './plain-json.ts'
import { quickDelegation } from './quick-delegation.ts'

const DECISION_TYPES = DecisionSchema.options.map((option) => option.shape.type.value).join(', ')

/**
 * What a program emitted, as a decision of plain data that the program no longer shares.
 *
 * @throws MANAGER_DECISION_INVALID, naming the field
 */
export function checkedDecision(emitted: unknown): Decision {
  const quick = quickDelegation(emitted)
  if (quick !== undefined) return quick
  const name = decisionName(emitted)
  let plain: unknown
  try {
    plain = plainJson(emitted)
  } catch (error) {
    if (!(error instanceof NotPlainJson)) throw error
    throw invalid(pathText(name, error.path), 'plain JSON', error.received)
  }
  const checked = DecisionSchema.safeParse(plain)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  if (issue === undefined || (issue.path.length === 0 && issue.code === 'invalid_type'))
    throw invalid(name, 'an object with a type', shown(plain))
  if (issue.path.length === 1 && issue.path[0] === 'type') {
    throw invalid(`${name}.type`, `one of ${DECISION_TYPES}`, shown(at(plain, ['type'])))
  }
  throw invalid(pathText(name, issue.path), issue.message, shown(at(plain, issue.path)))
}

function invalid(at: string, expected: string, received: string): BosunError {
  return new BosunError('MANAGER_DECISION_INVALID', { at, expected, received })
}

function decisionName(emitted: unknown): string {
  if (typeof emitted !== 'object' || emitted === null || !('type' in emitted)) return 'decision'
  return typeof emitted.type === 'string' && emitted.type !== '' ? emitted.type : 'decision'
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<PropertyKey, unknown>)[step]
  }
  return found
}

function pathText(name: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
    name,
  )
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
