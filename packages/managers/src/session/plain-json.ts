import type { Json } from '@bosun/core'

/**
 * Nesting that a decision may have. The reader of exported runs stops at 64 levels, and a decision
 * lies a few levels deep in its fact.
 */
const DEPTH_MAX = 56

const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/** Where a value is not plain JSON, and what is there. */
export class NotPlainJson extends Error {
  readonly path: readonly PropertyKey[]
  readonly received: string

  constructor(path: readonly PropertyKey[], received: string) {
    super(`not plain JSON: ${received}`)
    this.path = path
    this.received = received
  }
}

/**
 * A copy of a value that is plain JSON, so that whoever made the value can change it later without
 * changing what was decided.
 *
 * Members that are `undefined` are left out, as JSON does; everything else that JSON would drop or
 * bend (functions, class instances, dates, NaN, holes, cycles) is refused with its path.
 *
 * @param path where the value lies in the whole of which it is a part
 * @throws NotPlainJson
 */
export function plainJson(value: unknown, path: PropertyKey[] = []): Json {
  return copy(value, path)
}

/** `path` is one stack for the whole walk: its steps lead to `value`. */
function copy(value: unknown, path: PropertyKey[]): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (!Number.isFinite(value)) throw new NotPlainJson(path, String(value))
      // JSON knows no negative zero; keeping it would make a replayed value differ.
      return value === 0 ? 0 : value
    case 'object':
      if (value === null) return null
      if (path.length > DEPTH_MAX) throw new NotPlainJson(path, `more than ${DEPTH_MAX} levels, or a cycle`)
      return Array.isArray(value) ? copyArray(value, path) : copyObject(value, path)
    default:
      throw new NotPlainJson(path, value === undefined ? 'undefined' : `a ${typeof value}`)
  }
}

function copyArray(values: readonly unknown[], path: PropertyKey[]): Json {
  const copied: Json[] = []
  // Not `map`, which would step over holes.
  for (let index = 0; index < values.length; index += 1) {
    path.push(index)
    copied.push(copy(values[index], path))
    path.pop()
  }
  return copied
}

function copyObject(value: object, path: PropertyKey[]): Json {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && !isObjectPrototype(prototype)) {
    throw new NotPlainJson(path, `an instance of ${value.constructor?.name || 'a class'}`)
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new NotPlainJson(path, 'a member named by a symbol')
  const copied: Record<string, Json> = {}
  for (const key of Object.keys(value)) {
    path.push(key)
    if (RESERVED_KEYS.has(key)) throw new NotPlainJson(path, 'a reserved key')
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) copied[key] = copy(member, path)
    path.pop()
  }
  return copied
}

/** Also true for the `Object.prototype` of another realm: a sealed simulation, a test runner's context. */
function isObjectPrototype(prototype: unknown): boolean {
  return (
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  )
}
