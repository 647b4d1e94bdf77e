import { isTaskId, isTaskType, type Decision, type Json, type Task } from '@bosun/core'
import { NotPlainJson, plainJson } from './plain-json.ts'

type Delegation = Extract<Decision, { type: 'delegate' }>
type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** As in the schema. */
const PURPOSE_LENGTH_MAX = 2_000
const GROUP_LENGTH_MAX = 200

/**
 * The delegations that most managers emit, checked and copied in one pass. `undefined` for any other
 * value, which says nothing about it: then the schema has the word.
 *
 * What comes back equals what the schema makes of the plain copy of the same value. A manager may
 * delegate a hundred thousand tasks at once, and the general way costs more than running them.
 */
export function quickDelegation(emitted: unknown): Delegation | undefined {
  if (!isPlainObject(emitted)) return undefined
  // Should `Object.prototype` have members that show, the loops below would see them.
  for (const _ in {}) return undefined
  let type: unknown, tasks: unknown, plan: unknown, parent: unknown
  for (const key in emitted) {
    if (key === 'type') type = emitted[key]
    else if (key === 'tasks') tasks = emitted[key]
    else if (key === 'plan') plan = emitted[key]
    else if (key === 'parent') parent = emitted[key]
    else return undefined
  }
  if (type !== 'delegate' || !Array.isArray(tasks) || !isOptionalText(plan) || !isOptionalText(parent)) return undefined
  const checked: Task[] = []
  for (let index = 0; index < tasks.length; index += 1) {
    const task = quickTask(tasks[index], index)
    if (task === undefined) return undefined
    checked.push(task)
  }
  const delegation: Writable<Delegation> = { type, tasks: checked }
  if (plan !== undefined) delegation.plan = plan
  if (parent !== undefined) delegation.parent = parent
  return delegation
}

/** A task of an id, a type, a body, a purpose, dependencies and a group at most. */
function quickTask(value: unknown, index: number): Task | undefined {
  if (!isPlainObject(value)) return undefined
  let id: unknown, type: unknown, body: unknown, purpose: unknown, dependsOn: unknown, group: unknown
  for (const key in value) {
    if (key === 'id') id = value[key]
    else if (key === 'type') type = value[key]
    else if (key === 'body') body = value[key]
    else if (key === 'purpose') purpose = value[key]
    else if (key === 'dependsOn') dependsOn = value[key]
    else if (key === 'group') group = value[key]
    else return undefined
  }
  if (!isTaskId(id) || !isTaskType(type)) return undefined
  const copied = quickBody(body, index)
  if (copied === undefined) return undefined
  if (!isOptionalText(purpose) || (purpose !== undefined && purpose.length > PURPOSE_LENGTH_MAX)) return undefined
  if (!isOptionalText(group) || (group !== undefined && group.length > GROUP_LENGTH_MAX)) return undefined
  const ids = dependsOn === undefined ? undefined : quickIds(dependsOn)
  if (dependsOn !== undefined && ids === undefined) return undefined
  // Made in one go: a member that is added later lies in a place of its own.
  if (group === undefined) {
    if (ids === undefined)
      return purpose === undefined ? { id, type, body: copied } : { id, type, body: copied, purpose }
    return purpose === undefined
      ? { id, type, body: copied, dependsOn: ids }
      : { id, type, body: copied, purpose, dependsOn: ids }
  }
  if (ids === undefined)
    return purpose === undefined ? { id, type, body: copied, group } : { id, type, body: copied, purpose, group }
  return purpose === undefined
    ? { id, type, body: copied, dependsOn: ids, group }
    : { id, type, body: copied, purpose, dependsOn: ids, group }
}

function quickBody(body: unknown, index: number): Json | undefined {
  if (body === null || body === undefined) return null
  if (typeof body === 'string' || typeof body === 'boolean') return body
  try {
    return plainJson(body, ['tasks', index, 'body'])
  } catch (error) {
    if (error instanceof NotPlainJson) return undefined
    throw error
  }
}

function quickIds(values: unknown): string[] | undefined {
  if (!Array.isArray(values)) return undefined
  const ids: string[] = []
  for (let index = 0; index < values.length; index += 1) {
    const id: unknown = values[index]
    if (!isTaskId(id)) return undefined
    ids.push(id)
  }
  return ids
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '')
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(value).length === 0
}
