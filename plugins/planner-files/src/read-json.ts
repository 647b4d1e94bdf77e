import { below, type ReadData, type SourceText } from './source-text.ts'

/**
 * Reads a plan in JSON: strictly, as `JSON.parse` does, then once more for the place of every value.
 *
 * @throws PLAN_INVALID with line and column
 */
export function readJson(source: SourceText): ReadData {
  checkDepth(source)
  let value: unknown
  try {
    value = JSON.parse(source.text)
  } catch (error) {
    throw source.refuse(positionOf(error, source.text), {
      expected: 'JSON',
      received: reasonOf(error),
      cause: error,
    })
  }
  return { source, value, offsets: new Places(source).read() }
}

// ---------------------------------------------------------------------------------------------

/** Before the parser sees it: brackets outside of texts, so that no depth can exhaust the stack. */
function checkDepth(source: SourceText): void {
  let depth = 0
  let inText = false
  for (let index = 0; index < source.text.length; index += 1) {
    const char = source.text[index]
    if (inText) {
      if (char === '\\') index += 1
      else if (char === '"') inText = false
    } else if (char === '"') inText = true
    else if (char === '{' || char === '[') source.checkDepth((depth += 1), index)
    else if (char === '}' || char === ']') depth -= 1
  }
}

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
      const start = this.#index
      const key = this.#text()
      this.#source.checkKey(key, start)
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

function positionOf(error: unknown, text: string): number {
  const found = /position (\d+)/.exec(error instanceof Error ? error.message : '')
  return found === null ? text.length : Number(found[1])
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split(' in JSON')[0] ?? '').split(', "')[0]?.replace(/\p{C}/gu, '?') ?? ''
}
