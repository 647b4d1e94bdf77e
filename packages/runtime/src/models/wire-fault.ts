import { BosunError } from '@bosun/core'
import type { WireFault } from './provider-gate.ts'
import { retryAfterMs } from './retry-after.ts'

/** Longest quotation of what a provider said. */
const SAID_LENGTH_MAX = 500

/** What providers say when only money or a new month helps; a rate limit uses other words. */
const SPENT = /insufficient_quota|billing_hard_limit_reached|billing_not_active|billing_error|credit balance is too low/

/** Errors of the AI SDK that blame the call, by name. */
const INVALID_CALLS: ReadonlySet<string> = new Set([
  'AI_InvalidArgumentError',
  'AI_InvalidPromptError',
  'AI_UnsupportedFunctionalityError',
])

/** Faults of the network that pass, and that the AI SDK does not know as such. */
const PASSING: ReadonlySet<unknown> = new Set(['EAI_AGAIN', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH'])

/** What errors of the AI SDK, and errors inside a stream, carry. All of it is optional. */
interface Thrown {
  readonly name?: unknown
  readonly message?: unknown
  readonly statusCode?: unknown
  /** That of a network fault; inside a stream some providers put the status here. */
  readonly code?: unknown
  readonly isRetryable?: unknown
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseBody?: unknown
  readonly data?: unknown
  readonly cause?: unknown
}

export interface FaultPlace {
  /** The model that was called. */
  readonly at: string
  /** Kept out of every message, also where a server repeats it. */
  readonly key: string | undefined
  /** The calendar's now. */
  readonly date: number
}

/** A stream that ended before its answer did. */
export class StreamCut extends Error {
  override readonly name = 'StreamCut'
  readonly isRetryable = true
}

/** Reads why a wire call failed, whoever threw it and whatever it is. */
export function wireFaultOf(thrown: unknown, place: FaultPlace): WireFault {
  const own = ownErrorIn(thrown)
  if (own !== undefined) return { kind: 'final', error: own }
  const error: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : { message: thrown }
  const status = [error.statusCode, error.code].find((one) => typeof one === 'number')
  const detail = { at: place.at, received: said(error, status, place.key) }
  const text = `${bodyOf(error)} ${String(error.message)}`
  const rest = retryAfterMs(error.responseHeaders ?? {}, place.date) ?? restInBody(text)
  const fault = { error: new BosunError('MODEL_FAILED', detail), ...(rest === undefined ? {} : { retryAfterMs: rest }) }

  if (status === 402 || SPENT.test(text)) return { kind: 'spent', ...fault }
  if (status === 429) return { kind: 'rate', ...fault }
  if (error.isRetryable === true || PASSING.has(error.code) || isCut(error)) return { kind: 'again', ...fault }
  if (INVALID_CALLS.has(String(error.name)))
    return { kind: 'final', error: new BosunError('MODEL_CALL_INVALID', detail) }
  if (status !== undefined && status >= 300 && status < 500) {
    return { kind: 'final', error: new BosunError('MODEL_REFUSED', detail) }
  }
  return { kind: 'final', ...fault }
}

// ---------------------------------------------------------------------------------------------

/** An error of ours, also where the AI SDK has wrapped it. */
function ownErrorIn(thrown: unknown): BosunError | undefined {
  for (let error = thrown, depth = 0; depth < 8; error = (error as Thrown).cause, depth += 1) {
    if (typeof error !== 'object' || error === null) return undefined
    if (BosunError.is(error)) return error
  }
  return undefined
}

/** Chat completions that end without a reason are told by the package as an answer that holds nothing. */
function isCut({ name, data }: Thrown): boolean {
  return name === 'AI_InvalidResponseDataError' && data === undefined
}

/** All that the server said, as it said it: the body of a refusal, or an error inside a stream. */
function bodyOf(error: Thrown): string {
  if (typeof error.responseBody === 'string') return error.responseBody
  return error instanceof Error ? '' : JSON.stringify(error)
}

/** Google says it in the body: `"retryDelay": "34s"`. */
function restInBody(text: string): number | undefined {
  const seconds = /"retryDelay":\s*"(\d{1,6}(?:\.\d{1,9})?)s"/.exec(text)?.[1]
  return seconds === undefined ? undefined : retryAfterMs({ 'retry-after': seconds }, 0)
}

function said(error: Thrown, status: number | undefined, key: string | undefined): string {
  const { message, cause, responseBody, data } = error
  // Where the body is not what the package expects, the message is no more than the name of the status.
  const body = data === undefined && typeof responseBody === 'string' ? responseBody : undefined
  const whole = [status, message, cause instanceof Error ? cause.message : undefined, body]
  const text = [...new Set(whole.filter((part) => part !== undefined && part !== '').map(String))].join(' ')
  const line = text.replace(/\s+/g, ' ').trim()
  const safe = key === undefined || key === '' ? line : line.replaceAll(key, '[key]')
  return safe.length <= SAID_LENGTH_MAX ? safe : `${safe.slice(0, SAID_LENGTH_MAX)} …`
}
