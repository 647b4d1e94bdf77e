/**
 * The calls that one slice of a budget pays for: those of an attempt, or of a planner.
 *
 * Theory of operation. A call first reserves the most that it can use; it begins only if what is
 * spent, what is reserved and its own ceiling fit the slice together. When it has ended, what it used
 * takes the place of what it reserved. Each call is reported, those that failed included, so that the
 * sum of the reports is the usage.
 *
 * Rules: spent and reserved never exceed the slice, whatever runs in parallel; no call starts without
 * a reservation; closing takes calls off the wire. What such a call has used nobody can say, nor what
 * one has used whose answer broke off or never came: they count as their ceiling. Where such a call is tried
 * again, what was lost is spent, and the next try reserves anew.
 */
import {
  BosunError,
  errorRecord,
  type Clock,
  type Json,
  type ModelAnswer,
  type ModelCallRecord,
  type ModelOptions,
  type ResolvedModel,
  type Usage,
} from '@bosun/core'
import { fitOutput, isWithin } from './fit-output.ts'

/** Calls of one account, refused ones included; whoever makes more has lost its way, and fills no journal. */
const CALLS_MAX = 10_000

interface Call {
  readonly model: string
  /** The most that it can use. */
  readonly ceiling: Usage
  /** The part of its ceiling that is input. */
  readonly inputTokens: () => number
  readonly fromMs: number
  readonly controller: AbortController
  /** Something of an answer has come or may have been worked on, so that it has cost something. */
  hasBegun: boolean
}

export interface ModelAccountOptions {
  /** On whose behalf: `run/task@2`. */
  readonly id: string
  readonly slice: Usage
  readonly clock: Clock
  readonly report: (call: ModelCallRecord) => void
}

const NOTHING: Usage = Object.freeze({ tokens: 0, costMicros: 0 })

export class ModelAccount {
  readonly #options: ModelAccountOptions
  readonly #calls = new Set<Call>()
  #spent = NOTHING
  #reserved = NOTHING
  #callsCount = 0
  #isClosed = false

  constructor(options: ModelAccountOptions) {
    this.#options = options
  }

  /**
   * Makes one call. A caller that states no `maxOutputTokens` gets what is left, at most 4,096.
   *
   * @throws ATTEMPT_DEAD, MODEL_CALL_INVALID, BUDGET_EXCEEDED, and what the model throws
   */
  async call(
    model: ResolvedModel,
    options: ModelOptions,
    signal: AbortSignal,
    onPart?: (part: Json) => void,
  ): Promise<Json> {
    if (this.#isClosed) throw this.#dead()
    this.#callsCount += 1
    if (this.#callsCount > CALLS_MAX) {
      throw new BosunError('MODEL_CALL_INVALID', { at: this.#options.id, expected: `at most ${CALLS_MAX} calls` })
    }
    const { call, fitted } = this.#reserve(model, options)
    // Aborted before it begins, it has used nothing.
    if (signal.aborted) throw this.#fail(call, NOTHING, signal.reason)
    const wire = AbortSignal.any([signal, call.controller.signal])
    const answer = await this.#make(call, model, fitted, wire, onPart)
    if (!this.#calls.has(call)) throw this.#dead()
    const { inputTokens, outputTokens, costMicros } = answer
    this.#free(call, { tokens: inputTokens + outputTokens, costMicros })
    this.#report(call, { inputTokens, outputTokens, costMicros })
    return answer.answer
  }

  /** Takes what goes on off the wire. Returns what was used in all. */
  close(): Usage {
    this.#isClosed = true
    const reason = this.#dead()
    for (const call of this.#calls) {
      this.#fail(call, call.ceiling, reason)
      call.controller.abort(reason)
    }
    return this.#spent
  }

  // Private

  #reserve(model: ResolvedModel, options: ModelOptions): { call: Call; fitted: ModelOptions } {
    const { clock } = this.#options
    const left = this.#left()
    const { ceiling, options: fitted } = fitOutput(model, options, left)
    const call: Call = {
      model: model.name,
      ceiling,
      inputTokens: () => model.ceiling({ ...options, maxOutputTokens: 1 }).tokens - 1,
      fromMs: clock.now(),
      controller: new AbortController(),
      hasBegun: false,
    }
    if (fitted === undefined) {
      const error = this.#exceeded(call, left)
      this.#report(call, { inputTokens: 0, outputTokens: 0, costMicros: 0 }, error)
      throw error
    }
    this.#reserved = plus(this.#reserved, ceiling)
    this.#calls.add(call)
    return { call, fitted }
  }

  async #make(
    call: Call,
    model: ResolvedModel,
    options: ModelOptions,
    signal: AbortSignal,
    onPart: ((part: Json) => void) | undefined,
  ): Promise<ModelAnswer> {
    const tell = (part: Json) => {
      call.hasBegun = true
      if (this.#calls.has(call)) onPart?.(part)
    }
    try {
      const onLost = () => {
        call.hasBegun = true
      }
      const onAgain = () => this.#payAgain(call)
      const how = { signal, attempt: this.#options.id, onLost, onAgain, ...(onPart && { onPart: tell }) }
      const answer = await model.call(options, how)
      call.hasBegun = true
      return checkedAnswer(answer, model.name)
    } catch (error) {
      const used = signal.aborted || call.hasBegun ? call.ceiling : NOTHING
      throw this.#fail(call, used, signal.aborted ? signal.reason : error)
    }
  }

  /** What a try may have used is spent; what is reserved is for the next one. @throws BUDGET_EXCEEDED */
  #payAgain(call: Call): void {
    if (!call.hasBegun || !this.#calls.has(call)) return
    const left = this.#left()
    if (!isWithin(call.ceiling, left)) throw this.#exceeded(call, left)
    this.#spent = plus(this.#spent, call.ceiling)
    const received = 'no whole answer; it is tried again'
    this.#reportFailed(call, call.ceiling, new BosunError('MODEL_FAILED', { at: call.model, received }))
    call.hasBegun = false
  }

  #left(): Usage {
    return minus(this.#options.slice, plus(this.#spent, this.#reserved))
  }

  #exceeded({ model, ceiling }: Call, left: Usage): BosunError {
    const { id, slice } = this.#options
    return new BosunError('BUDGET_EXCEEDED', {
      at: id,
      expected: `at most ${inWords(left)}, which are left of ${inWords(slice)}`,
      received: `a call to ${model} that may use ${inWords(ceiling)}`,
    })
  }

  /** Ends a call that failed, unless it has ended before. Returns the error that its caller gets. */
  #fail(call: Call, used: Usage, cause: unknown): BosunError {
    if (!this.#calls.has(call)) return this.#dead()
    const error = BosunError.from(cause, 'MODEL_FAILED', { at: call.model })
    this.#free(call, used)
    this.#reportFailed(call, used, error)
    return error
  }

  #reportFailed(call: Call, used: Usage, error: BosunError): void {
    const inputTokens = used.tokens === 0 ? 0 : Math.min(call.inputTokens(), used.tokens)
    this.#report(call, { inputTokens, outputTokens: used.tokens - inputTokens, costMicros: used.costMicros }, error)
  }

  #free(call: Call, used: Usage): void {
    this.#calls.delete(call)
    this.#reserved = minus(this.#reserved, call.ceiling)
    this.#spent = plus(this.#spent, used)
  }

  #report(
    { model, fromMs }: Call,
    used: Pick<ModelCallRecord, 'inputTokens' | 'outputTokens' | 'costMicros'>,
    error?: BosunError,
  ): void {
    const ms = this.#options.clock.now() - fromMs
    this.#options.report({ model, ...used, ms, ...(error === undefined ? {} : { error: errorRecord(error) }) })
  }

  #dead(): BosunError {
    return new BosunError('ATTEMPT_DEAD', { at: this.#options.id })
  }
}

// ---------------------------------------------------------------------------------------------

/** What a model says it used goes into a sum that bounds a budget. @throws MODEL_FAILED */
function checkedAnswer(answer: ModelAnswer, model: string): ModelAnswer {
  const counts = [answer.inputTokens, answer.outputTokens, answer.costMicros]
  if (counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return answer
  const expected = 'whole numbers of tokens and cost'
  throw new BosunError('MODEL_FAILED', { at: model, expected, received: counts.join(', ') })
}

function plus(one: Usage, other: Usage): Usage {
  return { tokens: one.tokens + other.tokens, costMicros: one.costMicros + other.costMicros }
}

function minus(one: Usage, other: Usage): Usage {
  return { tokens: one.tokens - other.tokens, costMicros: one.costMicros - other.costMicros }
}

function inWords({ tokens, costMicros }: Usage): string {
  return `${tokens} tokens and ${costMicros} cost micros`
}
