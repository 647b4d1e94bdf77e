import { BosunError, type CarryOut, type ErrorRecord, type Json } from '@bosun/core'
import type { AttemptSinks } from '@bosun/runtime'
import type { AskModel } from '@bosun/sdk'

/** What befalls an attempt: at its start (0) or at one of its calls, from 1. */
export interface Disturbance {
  readonly moment: number
  /** `stop`: the call is held until the attempt is told to stop. `kill`: it is carried out, and its answer never arrives. */
  readonly kind: 'stop' | 'kill'
  strike(attempt: ObservedAttempt): void
}

export type AttemptHow = 'result' | 'error' | 'lost' | 'abandoned'

/** Stands between an attempt and where it reports, sees all that it does, and disturbs it at one moment. */
export class ObservedAttempt implements AttemptSinks {
  readonly ask: AskModel
  /** Settles with how it ended. */
  readonly ended: Promise<AttemptHow>
  host = ''
  /** Why it has no result. */
  fault: ErrorRecord | undefined
  /** Calls of tools and of the model so far. */
  callsCount = 0
  /** What it called, in order. */
  readonly calls: string[] = []
  longestSilenceMs = 0
  #heardAt = performance.now()
  readonly #inner: AttemptSinks
  readonly #disturbance: Disturbance | undefined
  readonly #end = Promise.withResolvers<AttemptHow>()
  readonly #stop = Promise.withResolvers<never>()

  constructor(inner: AttemptSinks, disturbance: Disturbance | undefined) {
    this.#inner = inner
    this.#disturbance = disturbance
    this.ended = this.#end.promise
    this.#stop.promise.catch(() => {})
    this.ask = (options, signal, onPart) => this.#around('the model', () => inner.ask(options, signal, onPart))
  }

  /** It is told to stop: what is held goes on, with the answer that a dead attempt gets. */
  stopped(): void {
    this.#stop.reject(new BosunError('ATTEMPT_DEAD', { at: 'the attempt was stopped' }))
  }

  started(host: string): void {
    this.host = host
    this.#heardAt = performance.now()
    this.#inner.started(host)
    if (this.#disturbance?.moment === 0) this.#disturbance.strike(this)
  }

  result(result: Json): void {
    this.#settle('result')
    this.#inner.result(result)
  }

  error(error: ErrorRecord): void {
    this.fault = error
    this.#settle('error')
    this.#inner.error(error)
  }

  lost(error: ErrorRecord): void {
    this.fault = error
    this.#settle('lost')
    this.#inner.lost(error)
  }

  abandoned(): void {
    this.#settle('abandoned')
    this.#inner.abandoned()
  }

  discovered(item: Json): void {
    this.#inner.discovered(item)
  }

  emitted(value: Json): void {
    this.#inner.emitted(value)
  }

  violation(error: ErrorRecord): void {
    this.#inner.violation(error)
  }

  beat(): void {
    this.#inner.beat()
  }

  progress(note: string, count: { readonly done: number; readonly total: number } | undefined): void {
    this.#hear()
    this.#inner.progress(note, count)
  }

  call(name: string, input: Json, signal: AbortSignal, carryOut?: CarryOut): Promise<Json> {
    return this.#around(name, () => this.#inner.call(name, input, signal, carryOut))
  }

  // Private

  async #around(name: string, carryOut: () => Promise<Json>): Promise<Json> {
    this.callsCount += 1
    this.calls.push(name)
    const disturbance = this.#disturbance?.moment === this.callsCount ? this.#disturbance : undefined
    if (disturbance?.kind === 'stop') {
      disturbance.strike(this)
      return this.#stop.promise
    }
    const answer = await carryOut()
    disturbance?.strike(this)
    return answer
  }

  #hear(): void {
    const now = performance.now()
    this.longestSilenceMs = Math.max(this.longestSilenceMs, now - this.#heardAt)
    this.#heardAt = now
  }

  #settle(how: AttemptHow): void {
    this.#hear()
    this.#end.resolve(how)
  }
}
