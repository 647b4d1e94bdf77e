import { BosunError } from '@bosun/core'
import { secretSpellings } from './secret-spellings.ts'

/** Shorter values are found in too much that is no secret. */
export const SECRET_LENGTH_MIN = 8
const REDACTED = '[redacted]'

/**
 * Takes secrets out of whatever is written, shown or sent to a model: as they are, escaped for JSON,
 * encoded for an address, in hexadecimal and in base64.
 *
 * It stands at the doors, before anything is recorded: the inputs of a run, what tools and models
 * answer, what models are asked, and what hosts print. So journal, log, studio and telemetry show the
 * same, and none of them has to think of it.
 *
 * @example
 * const redactor = Redactor.of(new Map([['API_KEY', 'sk-12345678']]))
 * redactor?.text('Authorization: sk-12345678') // 'Authorization: [redacted]'
 */
export class Redactor {
  readonly #pattern: RegExp
  readonly #spellings: readonly string[]

  private constructor(values: readonly string[]) {
    const spellings = new Set(values.flatMap((value) => secretSpellings(value)))
    // Longer ones first, so that no rest of them stays.
    this.#spellings = Array.from(spellings).sort((one, other) => other.length - one.length)
    this.#pattern = new RegExp(this.#spellings.map((spelling) => RegExp.escape(spelling)).join('|'), 'g')
  }

  /**
   * Made of values by the name of the variable that holds them; none without any.
   *
   * @throws CONFIG_INVALID naming the variable whose value is shorter than 8 characters
   */
  static of(values: ReadonlyMap<string, string>): Redactor | undefined {
    for (const [name, value] of values) {
      if (value.length >= SECRET_LENGTH_MIN) continue
      throw new BosunError('CONFIG_INVALID', {
        at: `the environment variable ${name}`,
        expected: `a secret of at least ${SECRET_LENGTH_MIN} characters`,
        received: `${value.length}`,
        fix: 'Set its whole value; a shorter text cannot be told from what is no secret.',
      })
    }
    return values.size === 0 ? undefined : new Redactor([...values.values()])
  }

  text(text: string): string {
    return text.replace(this.#pattern, REDACTED)
  }

  /** A value with every text and key in it redacted; the very same value when there is nothing to redact. */
  json<T>(value: T): T {
    return this.#walk(value) as T
  }

  /** An error whose message, place and stack are redacted. */
  error<E>(error: E): E {
    if (!(error instanceof Error)) return this.json(error)
    if (error.cause !== undefined) error.cause = this.error(error.cause)
    for (const name of ['message', 'stack', 'at', 'expected', 'received', 'fix'] as const) {
      const text: unknown = Reflect.get(error, name)
      if (typeof text !== 'string') continue
      const redacted = this.text(text)
      if (redacted !== text) Object.defineProperty(error, name, { value: redacted, configurable: true, writable: true })
    }
    return error
  }

  /** The same for a text that comes in chunks, wherever they are cut. */
  stream(): RedactedStream {
    return new RedactedStream(this.#pattern, this.#spellings)
  }

  // Private

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#walk(item))
      return items.every((item, index) => item === value[index]) ? value : items
    }
    let isChanged = false
    const entries = Object.entries(value).map(([key, member]): [string, unknown] => {
      const entry: [string, unknown] = [this.text(key), this.#walk(member)]
      isChanged ||= entry[0] !== key || entry[1] !== member
      return entry
    })
    return isChanged ? Object.fromEntries(entries) : value
  }
}

/** Redacts a text that comes in chunks; holds back only what may be the beginning of a secret. */
export class RedactedStream {
  readonly #pattern: RegExp
  readonly #spellings: readonly string[]
  readonly #lengthMax: number
  #held = ''

  constructor(pattern: RegExp, spellings: readonly string[]) {
    this.#pattern = pattern
    this.#spellings = spellings
    this.#lengthMax = spellings[0]?.length ?? 0
  }

  /** The text that is safe to show by now. */
  push(chunk: string): string {
    const text = this.#held + chunk
    let shown = ''
    let from = 0
    let held = this.#heldFrom(text, 0)
    for (const match of text.matchAll(this.#pattern)) {
      // It may be the beginning of a longer one.
      if (match.index >= held) break
      shown += text.slice(from, match.index) + REDACTED
      from = match.index + match[0].length
      if (from > held) held = this.#heldFrom(text, from)
    }
    this.#held = text.slice(held)
    return shown + text.slice(from, held)
  }

  /** What was held back, when nothing follows. */
  end(): string {
    const rest = this.#held.replace(this.#pattern, REDACTED)
    this.#held = ''
    return rest
  }

  // Private

  /** Where the end begins that a secret may begin with. */
  #heldFrom(text: string, from: number): number {
    for (let at = Math.max(from, text.length - this.#lengthMax + 1); at < text.length; at += 1) {
      const end = text.slice(at)
      if (this.#spellings.some((spelling) => spelling.length > end.length && spelling.startsWith(end))) return at
    }
    return text.length
  }
}
