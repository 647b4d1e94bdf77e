import { BosunError } from '@bosun/sdk'

/** Largest plan file; larger data belongs into files that tasks read. */
export const PLAN_BYTES_MAX = 4 * 1024 * 1024
/** Deepest nesting of a plan, bodies included. */
export const PLAN_DEPTH_MAX = 64

/** Keys that could reach an object's prototype. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** A plan as text, with what is needed to name a place in it. */
export class SourceText {
  readonly text: string
  /** What messages call it: `plan.yaml`. */
  readonly at: string
  readonly #lineStarts: number[] = [0]

  constructor(source: Uint8Array | string, at: string) {
    this.at = at
    const size = typeof source === 'string' ? source.length : source.byteLength
    if (size > PLAN_BYTES_MAX) {
      throw new BosunError('PLAN_INVALID', {
        at,
        expected: `at most ${PLAN_BYTES_MAX} bytes`,
        received: `${size}`,
        fix: 'Move large data into files that the tasks read.',
      })
    }
    this.text = typeof source === 'string' ? source : decode(source, at)
    if (this.text.startsWith('\uFEFF')) {
      throw new BosunError('PLAN_INVALID', {
        at: `${at}:1:1`,
        expected: 'UTF-8 without a byte order mark',
        received: 'a byte order mark',
        fix: 'Save the file as plain UTF-8.',
      })
    }
    for (let index = this.text.indexOf('\n'); index >= 0; index = this.text.indexOf('\n', index + 1)) {
      this.#lineStarts.push(index + 1)
    }
  }

  /** `plan.yaml:12:5` for an offset into the text. */
  place(offset: number): string {
    const { line, column } = this.lineAndColumn(offset)
    return `${this.at}:${line}:${column}`
  }

  lineAndColumn(offset: number): { readonly line: number; readonly column: number } {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 }
  }

  /** An error at an offset. */
  refuse(offset: number, detail: { received?: string; expected?: string; fix?: string; cause?: unknown }): BosunError {
    return new BosunError('PLAN_INVALID', { at: this.place(offset), fix: 'Correct it there.', ...detail })
  }

  /** Refuses a key that no plain data needs. */
  checkKey(key: string, offset: number): void {
    if (!RESERVED_KEYS.has(key)) return
    throw this.refuse(offset, { received: `the reserved key ${key}`, fix: 'Give the key another name.' })
  }

  /** Refuses what lies deeper than plans go. */
  checkDepth(depth: number, offset: number): void {
    if (depth <= PLAN_DEPTH_MAX) return
    throw this.refuse(offset, { expected: `at most ${PLAN_DEPTH_MAX} levels`, received: 'more', fix: 'Nest less.' })
  }
}

/** Data read from a text, with the offset of every value by its path: `tasks[2].depends_on[0]`. */
export interface ReadData {
  readonly source: SourceText
  readonly value: unknown
  readonly offsets: ReadonlyMap<string, number>
}

/** The path of a member or an item below a path. */
export function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

// ---------------------------------------------------------------------------------------------

function decode(bytes: Uint8Array, at: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new BosunError('PLAN_INVALID', {
      at,
      expected: 'UTF-8',
      received: 'bytes that are not UTF-8',
      fix: 'Save the file as UTF-8.',
      cause: error,
    })
  }
}
