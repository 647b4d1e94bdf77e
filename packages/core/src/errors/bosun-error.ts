import { ERROR_REGISTRY, type ErrorCode, type ErrorEntry } from './error-registry.ts'

const BRAND = Symbol.for('bosun.error')

/** What an error says beyond its code. */
export interface ErrorDetail {
  /** Where the fault is: `plan.yaml:12`, `tasks[3].dependsOn[0]`, a task id, a file. */
  readonly at?: string
  /** What would have been right. */
  readonly expected?: string
  /** What was there instead. */
  readonly received?: string
  /** One sentence in place of the registry's summary, when more can be said. */
  readonly summary?: string
  /** What to do, in place of the registry's advice. */
  readonly fix?: string
  readonly cause?: unknown
}

/**
 * The one error class of Bosun: a code of the registry, who is at fault, what was expected and
 * received, and what to do.
 *
 * Use `BosunError.is(error, 'TASK_CYCLE')` instead of `instanceof`: it also knows errors of another
 * copy of the package.
 *
 * @example
 * throw new BosunError('TASK_DEPENDENCY_UNKNOWN', { at: 'tasks[2].dependsOn[0]', received: '"marz"' })
 */
export class BosunError extends Error {
  readonly code: ErrorCode
  readonly at: string | undefined
  readonly expected: string | undefined
  readonly received: string | undefined
  readonly fix: string

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    const entry: ErrorEntry = ERROR_REGISTRY[code]
    const fix = detail.fix ?? entry.fix
    super(
      sentence(detail, detail.summary ?? entry.summary, fix),
      detail.cause === undefined ? undefined : { cause: detail.cause },
    )
    this.name = 'BosunError'
    this.code = code
    this.at = detail.at
    this.expected = detail.expected
    this.received = detail.received
    this.fix = fix
    Object.defineProperty(this, BRAND, { value: true })
  }

  get fault(): ErrorEntry['fault'] {
    return ERROR_REGISTRY[this.code].fault
  }

  get retryable(): boolean {
    return ERROR_REGISTRY[this.code].retryable
  }

  /** Whether a value is a Bosun error, optionally one with this code. */
  static is(value: unknown, code?: ErrorCode): value is BosunError {
    return (
      typeof value === 'object' &&
      value !== null &&
      BRAND in value &&
      (code === undefined || (value as { code?: unknown }).code === code)
    )
  }

  /** Any thrown value as a Bosun error; a foreign one becomes the cause of `code`. */
  static from(value: unknown, code: ErrorCode, detail: ErrorDetail = {}): BosunError {
    if (BosunError.is(value)) return value
    const message = value instanceof Error ? value.message : String(value)
    return new BosunError(code, { received: message, ...detail, cause: value })
  }
}

/** The plain-data form of an error: what facts, results and `--json` carry. */
export interface ErrorRecord {
  readonly code: ErrorCode
  readonly message: string
  readonly at?: string
}

/** Most characters of a text in a record: it is stored, and crosses from process to process. */
const TEXT_LENGTH_MAX = 8_000

/**
 * The record of an error that nobody throws: the same as `errorRecord(new BosunError(code, detail))`,
 * without the stack, which costs more than everything else about it.
 */
export function errorRecordOf(code: ErrorCode, detail: Omit<ErrorDetail, 'cause'> = {}): ErrorRecord {
  const { summary, fix }: ErrorEntry = ERROR_REGISTRY[code]
  const message = bounded(sentence(detail, detail.summary ?? summary, detail.fix ?? fix))
  return detail.at === undefined ? { code, message } : { code, message, at: bounded(detail.at) }
}

/** An error as plain data, without stack or cause; of a text that is too long, its beginning and its end. */
export function errorRecord(error: BosunError): ErrorRecord {
  const message = bounded(error.message)
  return error.at === undefined ? { code: error.code, message } : { code: error.code, message, at: bounded(error.at) }
}

function bounded(text: string): string {
  const half = TEXT_LENGTH_MAX / 2
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, half)} … ${text.slice(-half)}`
}

function sentence(detail: ErrorDetail, summary: string, fix: string): string {
  const place = detail.at === undefined ? '' : `${detail.at}: `
  const facts = [
    detail.expected === undefined ? undefined : `expected ${detail.expected}`,
    detail.received === undefined ? undefined : `received ${detail.received}`,
  ].filter((part) => part !== undefined)
  const middle = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  return `${place}${summary.replace(/\.$/, '')}${middle}. ${fix}`
}
