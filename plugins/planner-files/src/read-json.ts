import { BosunError, parseJson } from '@bosun/sdk'
import { below, PLAN_DEPTH_MAX, type ReadData, type SourceText } from './source-text.ts'

/**
 * Reads a plan in JSON as every door of Bosun does, then once more for the place of every value.
 *
 * @throws PLAN_INVALID with line and column
 */
export function readJson(source: SourceText): ReadData {
  try {
    const value = parseJson(source.text, source.at, { depthMax: PLAN_DEPTH_MAX })
    return { source, value, offsets: new Places(source).read() }
  } catch (error) {
    if (!BosunError.is(error) || error.code === 'PLAN_INVALID') throw error
    throw new BosunError('PLAN_INVALID', {
      at: error.at ?? source.at,
      expected: error.expected ?? 'JSON',
      received: error.received ?? 'something else',
      fix: 'Correct it there.',
      cause: error,
    })
  }
}

// ---------------------------------------------------------------------------------------------

/** Walks a text that is known to be JSON and notes where each value begins. */
class Places {
  readonly #source: SourceText
  readonly #offsets = new Map<string, number>()
  #index = 0

  constructor(source: SourceText) {
    this.#source = source
  }

  read(): ReadonlyMap<string, number> {
    this.#value('')
    return this.#offsets
  }

  #value(path: string): void {
    this.#space()
    this.#offsets.set(path, this.#index)
    const char = this.#source.text[this.#index]
    if (char === '{') this.#object(path)
    else if (char === '[') this.#list(path)
    else if (char === '"') this.#text()
    else this.#literal()
  }

  #object(path: string): void {
    this.#index += 1
    for (this.#space(); this.#source.text[this.#index] !== '}'; this.#space()) {
      if (this.#source.text[this.#index] === ',') {
        this.#index += 1
        this.#space()
      }
      const key = this.#text()
      this.#space()
      this.#index += 1 // the colon
      this.#value(below(path, key))
    }
    this.#index += 1
  }

  #list(path: string): void {
    this.#index += 1
    let item = 0
    for (this.#space(); this.#source.text[this.#index] !== ']'; this.#space()) {
      if (this.#source.text[this.#index] === ',') this.#index += 1
      this.#value(below(path, item))
      item += 1
    }
    this.#index += 1
  }

  #literal(): void {
    const start = this.#index
    this.#skip(/[^\s,\]}]*/y)
    const literal = this.#source.text.slice(start, this.#index)
    // 1e999 is JSON, but becomes Infinity, which JSON cannot write again.
    if (/^-?\d/.test(literal) && !Number.isFinite(Number(literal))) {
      throw this.#source.refuse(start, { expected: 'a number that can be held', received: literal.slice(0, 40) })
    }
  }

  #text(): string {
    const start = this.#index
    this.#skip(/"(?:[^"\\]|\\.)*"/sy)
    return JSON.parse(this.#source.text.slice(start, this.#index)) as string
  }

  #space(): void {
    this.#skip(/[ \t\r\n]*/y)
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#index
    this.#index += pattern.exec(this.#source.text)?.[0].length ?? 0
  }
}
