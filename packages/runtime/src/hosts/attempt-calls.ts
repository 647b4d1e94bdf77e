import { BosunError, errorRecord, type CarryOut, type ErrorCode, type ErrorRecord, type Json } from '@bosun/core'
import type { AttemptSinks } from './executor.ts'
import { MESSAGE_LENGTH_MAX, type HostCommand, type HostMessage } from './host-protocol.ts'

/** Calls of one attempt that may wait for their answers. */
const CALLS_MAX = 256

type MessageOf<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>

/** How calls answer, and what becomes of a host that makes them as no honest one does. */
export interface AttemptCallsHome {
  /** Sends a command, given as its JSON text. */
  send(json: string): void
  kill(reason: string): void
  violation(received: string): void
}

/** What the code of one attempt asks of the broker from its host: tools and its model. Nothing is answered after its end. */
export class AttemptCalls {
  readonly #attempt: string
  readonly #sinks: AttemptSinks
  readonly #home: AttemptCallsHome
  readonly #pending = new Map<number, AbortController>()
  /** Calls that the host carries out itself. */
  readonly #carried = new Map<number, PromiseWithResolvers<void>>()
  #hasEnded = false

  constructor(attempt: string, sinks: AttemptSinks, home: AttemptCallsHome) {
    this.#attempt = attempt
    this.#sinks = sinks
    this.#home = home
  }

  call({ call, name, input }: MessageOf<'call'>): void {
    const controller = this.#begin(call)
    if (controller === undefined) return
    const carryOut: CarryOut = (signal) => this.#carryOut(call, signal)
    this.#answer(call, this.#sinks.call(name, input, controller.signal, carryOut), 'TOOL_FAILED', name)
  }

  /** A tool of the host's own has done its work, or failed. */
  done({ call, error }: MessageOf<'done'>): void {
    const carried = this.#carried.get(call)
    if (carried === undefined) {
      this.#home.violation(`the end of call ${call} of ${this.#attempt}, which is not its to carry out`)
      return
    }
    this.#carried.delete(call)
    if (error === undefined) carried.resolve()
    else carried.reject(said(error))
  }

  ask({ call, options, streams }: MessageOf<'ask'>): void {
    const controller = this.#begin(call)
    if (controller === undefined) return
    const attempt = this.#attempt
    let length = 0
    const onPart = (part: Json) => {
      if (!this.#pending.has(call)) return
      const json = textOf({ type: 'part', attempt, call, part })
      length += json.length
      if (length > MESSAGE_LENGTH_MAX) controller.abort(tooLong(attempt, 'MODEL_FAILED', length))
      else this.#home.send(json)
    }
    this.#answer(
      call,
      this.#sinks.ask(options, controller.signal, streams ? onPart : undefined),
      'MODEL_FAILED',
      attempt,
    )
  }

  /** Whoever asked waits no longer. The answer may be on its way already. */
  hangUp({ call }: MessageOf<'hangUp'>): void {
    this.#pending.get(call)?.abort(new BosunError('MODEL_FAILED', { at: this.#attempt, received: 'it was hung up' }))
  }

  end(): void {
    this.#hasEnded = true
    const reason = new BosunError('ATTEMPT_DEAD', { at: this.#attempt })
    for (const controller of this.#pending.values()) controller.abort(reason)
    this.#pending.clear()
  }

  // Private

  #begin(call: number): AbortController | undefined {
    if (this.#pending.has(call)) {
      this.#home.violation(`call ${call} of ${this.#attempt}, which is under way`)
      return undefined
    }
    if (this.#pending.size >= CALLS_MAX) {
      this.#home.kill(`attempt ${this.#attempt} has more than ${CALLS_MAX} calls under way`)
      return undefined
    }
    const controller = new AbortController()
    this.#pending.set(call, controller)
    return controller
  }

  #carryOut(call: number, signal: AbortSignal): Promise<void> {
    const carried = Promise.withResolvers<void>()
    const { promise, reject } = carried
    this.#carried.set(call, carried)
    // Its end may still come; it must find its call, or it would pass for a forgery.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    this.#home.send(textOf({ type: 'carryOut', attempt: this.#attempt, call }))
    return promise
  }

  #answer(call: number, answer: Promise<Json>, code: ErrorCode, at: string): void {
    const attempt = this.#attempt
    const settle = (json: string) => {
      if (this.#hasEnded) return
      this.#pending.delete(call)
      this.#home.send(json)
    }
    const refuse = (error: unknown) =>
      settle(textOf({ type: 'refusal', attempt, call, error: errorRecord(BosunError.from(error, code, { at })) }))
    const accept = (output: Json) => {
      const json = textOf({ type: 'answer', attempt, call, output })
      if (json.length > MESSAGE_LENGTH_MAX) refuse(tooLong(at, code, json.length))
      else settle(json)
    }
    answer.then(accept, refuse)
  }
}

/** What a host says of its own tool, as an error of that tool and no other. */
function said({ code, message }: ErrorRecord): BosunError {
  const known = OF_OWN_TOOLS.has(code) ? code : 'TOOL_FAILED'
  return Object.assign(new BosunError(known), { message })
}

const OF_OWN_TOOLS: ReadonlySet<ErrorCode> = new Set(['TOOL_INPUT_INVALID', 'TOOL_FAILED'])

function textOf(command: HostCommand): string {
  return JSON.stringify(command)
}

function tooLong(at: string, code: ErrorCode, length: number): BosunError {
  return new BosunError(code, {
    at,
    expected: `an answer of at most ${MESSAGE_LENGTH_MAX} characters; large data belongs into files`,
    received: `${length} characters`,
  })
}
