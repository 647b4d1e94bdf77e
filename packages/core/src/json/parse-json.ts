import { BosunError } from '../errors/bosun-error.ts'
import { isDeeperThan } from './is-deeper-than.ts'
import { jsonFault } from './json-fault.ts'
import type { Json } from './json.ts'

/** Bounds of what Bosun reads as JSON. */
export interface JsonBounds {
  /** Default 16 MiB. */
  readonly bytesMax?: number
  /** Nesting depth. Default 64. */
  readonly depthMax?: number
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads a JSON text from a stranger: strict UTF-8, bounded size and depth, no keys that could reach
 * an object's prototype.
 *
 * Use it at every door (plan, config, goal, import, message). A byte order mark is refused: no
 * writer of ours makes one.
 *
 * @param source bytes or text
 * @param at what the text is, for the message: a path or a name
 * @throws JSON_INVALID with line and column, JSON_TOO_LARGE
 */
export function parseJson(source: Uint8Array | string, at: string, bounds: JsonBounds = {}): Json {
  const bytesMax = bounds.bytesMax ?? 16 * 1024 * 1024
  const depthMax = bounds.depthMax ?? 64
  const size = typeof source === 'string' ? source.length : source.byteLength
  if (size > bytesMax) {
    throw new BosunError('JSON_TOO_LARGE', {
      at,
      expected: `at most ${bytesMax} bytes`,
      received: `${size}`,
    })
  }
  const text = typeof source === 'string' ? source : decode(source, at)
  checkDepth(text, depthMax, at)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BosunError('JSON_INVALID', { at: place(at, text), received: found(text) })
  }
  checkKeys(value, at)
  return value as Json
}

function decode(bytes: Uint8Array, at: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BosunError('JSON_INVALID', {
      at,
      expected: 'UTF-8',
      received: 'bytes that are not UTF-8',
    })
  }
}

function checkDepth(text: string, depthMax: number, at: string): void {
  if (!isDeeperThan(text, depthMax)) return
  throw new BosunError('JSON_TOO_LARGE', { at, expected: `at most ${depthMax} levels`, received: 'more' })
}

function checkKeys(root: unknown, at: string): void {
  const pending: { value: unknown; path: string }[] = [{ value: root, path: '' }]
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, path } = item
    refuseInfinite(value, at, path)
    if (typeof value !== 'object' || value === null) continue
    for (const key of Object.keys(value)) {
      const below = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`
      if (!Array.isArray(value) && FORBIDDEN_KEYS.has(key)) {
        throw new BosunError('JSON_INVALID', {
          at: `${at}${below}`,
          received: `the reserved key ${key}`,
        })
      }
      const child = (value as Record<string, unknown>)[key]
      if ((typeof child === 'object' && child !== null) || typeof child === 'number')
        pending.push({ value: child, path: below })
    }
  }
}

/** `1e999` reads as infinity, which would be written as `null`: what goes in would not come out. */
function refuseInfinite(value: unknown, at: string, path: string): void {
  if (typeof value !== 'number' || Number.isFinite(value)) return
  throw new BosunError('JSON_INVALID', {
    at: `${at}${path}`,
    expected: 'a number that a double can hold',
    received: 'a larger one',
  })
}

function place(at: string, text: string): string {
  const before = text.slice(0, jsonFault(text)).split('\n')
  return `${at}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

/** What stands where the text stops being JSON. */
function found(text: string): string {
  const rest = text.slice(jsonFault(text))
  if (rest === '') return 'the end of the text'
  const shown = rest.slice(0, 20).split('\n')[0] ?? ''
  return `"${shown.toWellFormed().replace(/\p{C}/gu, '?')}"`
}
