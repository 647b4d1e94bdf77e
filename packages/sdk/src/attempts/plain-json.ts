import { BosunError, isDeeperThan, type ErrorCode, type Json } from '@bosun/core'

/**
 * Levels of a value that comes from outside: a goal, a body, what workers say. Managers put such values
 * into results of their own (56 levels), facts hold those, and exports, which hold facts, are read up
 * to 64.
 */
export const VALUE_DEPTH_MAX = 48
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
/** A text without any of these cannot hold a forbidden key, however it is escaped. */
const SUSPICIOUS = /__proto__|constructor|prototype|\\u/

/**
 * What keeps a value from being plain JSON, as a sentence: a function, a number that is none, a key
 * that reaches a prototype, too many levels. `undefined` when nothing does.
 */
export function jsonFault(root: unknown, depthMax = VALUE_DEPTH_MAX): string | undefined {
  if (typeof root !== 'object' || root === null) return scalarFault(root, '')
  const pending: { value: object; path: string; depth: number }[] = [{ value: root, path: '', depth: 1 }]
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, path, depth } = item
    if (depth > depthMax) return `more than ${depthMax} levels`
    const isList = Array.isArray(value)
    for (const key of Object.keys(value)) {
      if (!isList && FORBIDDEN_KEYS.has(key)) return `the reserved key ${key} at ${path === '' ? 'the top' : path}`
      const child = (value as Record<string, unknown>)[key]
      const below = isList ? `${path}[${key}]` : `${path}.${key}`
      if (typeof child === 'object' && child !== null) pending.push({ value: child, path: below, depth: depth + 1 })
      else {
        const fault = scalarFault(child, below)
        if (fault !== undefined) return fault
      }
    }
  }
  return undefined
}

/**
 * A copy of a value as JSON would carry it: nothing in it is shared with whoever made it, a member
 * that is `undefined` is left out, and so what stays in this process equals what crosses to another.
 *
 * @throws `code` for what is not JSON
 */
export function plainJson(value: unknown, code: ErrorCode, at: string): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  // A worker that returns nothing has the result null.
  if (value === undefined) return null
  let text: string | undefined
  try {
    text = JSON.stringify(value, refuseNonFinite)
  } catch (error) {
    throw new BosunError(code, { at, expected: 'plain JSON', received: reason(error), cause: error })
  }
  if (text === undefined) throw new BosunError(code, { at, expected: 'plain JSON', received: `a ${typeof value}` })
  const copy = JSON.parse(text) as Json
  const fault = hasDeepOrReservedKeys(text) ? jsonFault(copy) : undefined
  if (fault !== undefined) throw new BosunError(code, { at, expected: 'plain JSON', received: fault })
  return copy
}

/** A copy of what is JSON already, for a reader that must not change the original. */
export function copyJson<T extends Json | undefined>(value: T): T {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value
}

/** Whether a JSON text may hold a reserved key or too many levels; false is certain, true is not. */
export function hasDeepOrReservedKeys(text: string): boolean {
  return SUSPICIOUS.test(text) || isDeeperThan(text, VALUE_DEPTH_MAX)
}

function scalarFault(value: unknown, path: string): string | undefined {
  const kind = typeof value
  if (value === null || kind === 'string' || kind === 'boolean') return undefined
  if (kind === 'number')
    return Number.isFinite(value) ? undefined : `the number ${String(value)} at ${path || 'the top'}`
  return `a value of type ${kind} at ${path || 'the top'}`
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`the number ${value} at ${key}`)
  return value
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
