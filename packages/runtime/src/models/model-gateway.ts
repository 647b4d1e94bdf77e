/**
 * The door that every model call of an attempt passes.
 *
 * Theory of operation. An attempt opens with its model and the slice of the budget that the kernel
 * reserved for it. A call first reserves the most that it can use; it begins only if what is spent,
 * what is reserved and its own ceiling fit the slice together. When it has ended, what it used takes
 * the place of what it reserved. Each call is reported, those that failed included, so that the sum
 * of an attempt's reports is its usage.
 *
 * Rules: spent and reserved never exceed the slice, whatever runs in parallel; no call starts without
 * a reservation; a dead attempt is refused, before and after the model's work, and its end takes its
 * calls off the wire. What such a call has used nobody can say, so it counts as its ceiling.
 */
import {
  attemptId,
  BosunError,
  errorRecord,
  type AttemptKey,
  type Clock,
  type Json,
  type ModelAnswer,
  type ModelCallRecord,
  type ModelOptions,
  type ModelRegistry,
  type Report,
  type ResolvedModel,
  type Usage,
} from '@bosun/core'
import { AttemptTable } from '../broker/attempt-table.ts'
import { fitOutput } from './fit-output.ts'

/** What an attempt may ask, fixed at its assignment. */
export interface ModelGrant {
  readonly attempt: AttemptKey
  /** As the worker names it. Absent: it has none. */
  readonly model: string | undefined
  /** Absent: no call at all. */
  readonly slice: Usage | undefined
}

export interface ModelGatewayOptions {
  readonly registry: ModelRegistry
  readonly clock: Clock
  /** Where calls are told. */
  readonly report: (report: Report) => void
}

/** Calls of one attempt, refused ones included; a worker beyond has lost its way, and fills no journal. */
const CALLS_PER_ATTEMPT_MAX = 10_000

interface Call {
  readonly model: string
  /** The most that it can use. */
  readonly ceiling: Usage
  /** The part of its ceiling that is input. */
  readonly inputTokens: () => number
  readonly fromMs: number
  readonly controller: AbortController
  /** Parts of an answer have come, so that it has cost something. */
  hasBegun: boolean
}

interface OpenGrant {
  readonly key: AttemptKey
  readonly grant: ModelGrant
  readonly calls: Set<Call>
  spent: Usage
  reserved: Usage
  callsCount: number
  next: OpenGrant | undefined
}

const NOTHING: Usage = Object.freeze({ tokens: 0, costMicros: 0 })

export class ModelGateway {
  readonly #options: ModelGatewayOptions
  readonly #grants = new AttemptTable<OpenGrant>()

  constructor(options: ModelGatewayOptions) {
    this.#options = options
  }

  open(grant: ModelGrant): void {
    this.close(grant.attempt)
    this.#grants.add({
      key: grant.attempt,
      grant,
      calls: new Set(),
      spent: NOTHING,
      reserved: NOTHING,
      callsCount: 0,
      next: undefined,
    })
  }

  /**
   * Makes one call. A caller that states no `maxOutputTokens` gets what is left, at most 4,096.
   *
   * @throws ATTEMPT_DEAD, MODEL_MISSING, MODEL_CALL_INVALID, BUDGET_EXCEEDED, and what registry and model throw
   */
  async call(
    attempt: AttemptKey,
    options: ModelOptions,
    signal: AbortSignal,
    onPart?: (part: Json) => void,
  ): Promise<Json> {
    const open = this.#grants.get(attempt)
    if (open === undefined) throw dead(attempt)
    const { model: name, slice } = open.grant
    if (name === undefined || slice === undefined) throw new BosunError('MODEL_MISSING', { at: idOf(attempt) })
    open.callsCount += 1
    if (open.callsCount > CALLS_PER_ATTEMPT_MAX) {
      const expected = `at most ${CALLS_PER_ATTEMPT_MAX} calls of an attempt`
      throw new BosunError('MODEL_CALL_INVALID', { at: idOf(attempt), expected })
    }
    const model = this.#options.registry.resolve(name)
    const { call, fitted } = this.#reserve(open, model, slice, options)
    // Aborted before it begins, it has used nothing.
    if (signal.aborted) throw this.#settle(open, call, NOTHING, signal.reason)
    return this.#make(open, call, model, fitted, signal, onPart)
  }

  /** Ends the grant and takes its calls off the wire. Returns what the attempt has used in all. */
  close(attempt: AttemptKey): Usage {
    const open = this.#grants.get(attempt)
    if (open === undefined) return NOTHING
    this.#grants.delete(open)
    const reason = dead(attempt)
    for (const call of open.calls) {
      this.#settle(open, call, call.ceiling, reason)
      call.controller.abort(reason)
    }
    return open.spent
  }

  // Private

  #reserve(open: OpenGrant, model: ResolvedModel, slice: Usage, options: ModelOptions) {
    const left = minus(slice, plus(open.spent, open.reserved))
    const fit = fitOutput(model, options, left)
    const call: Call = {
      model: model.name,
      ceiling: fit.ceiling,
      inputTokens: () => model.ceiling({ ...options, maxOutputTokens: 0 }).tokens,
      fromMs: this.#options.clock.now(),
      controller: new AbortController(),
      hasBegun: false,
    }
    if (fit.options === undefined) {
      const error = new BosunError('BUDGET_EXCEEDED', {
        at: idOf(open.key),
        expected: `at most ${inWords(left)} of the ${inWords(slice)} of the attempt`,
        received: `a call to ${model.name} that may use ${inWords(fit.ceiling)}`,
      })
      this.#report(open.key, call, { inputTokens: 0, outputTokens: 0, costMicros: 0 }, error)
      throw error
    }
    open.reserved = plus(open.reserved, fit.ceiling)
    open.calls.add(call)
    return { call, fitted: fit.options }
  }

  async #make(
    open: OpenGrant,
    call: Call,
    model: ResolvedModel,
    options: ModelOptions,
    signal: AbortSignal,
    onPart: ((part: Json) => void) | undefined,
  ): Promise<Json> {
    const wire = AbortSignal.any([signal, call.controller.signal])
    const tell = (part: Json) => {
      call.hasBegun = true
      if (open.calls.has(call)) onPart?.(part)
    }
    let answered: ModelAnswer
    try {
      const how = { signal: wire, attempt: idOf(open.key), ...(onPart === undefined ? {} : { onPart: tell }) }
      const answer = await model.call(options, how)
      call.hasBegun = true
      answered = checkedAnswer(answer, model.name)
    } catch (error) {
      // What was on the wire, or had begun to answer, may have used anything up to its ceiling.
      const used = wire.aborted || call.hasBegun ? call.ceiling : NOTHING
      throw this.#settle(open, call, used, wire.aborted ? wire.reason : error)
    }
    if (!open.calls.has(call)) throw dead(open.key)
    this.#free(open, call, { tokens: answered.inputTokens + answered.outputTokens, costMicros: answered.costMicros })
    this.#report(open.key, call, answered)
    return answered.answer
  }

  /** Ends a call that failed, unless it has ended before. Returns the error that its caller gets. */
  #settle(open: OpenGrant, call: Call, used: Usage, cause: unknown): BosunError {
    if (!open.calls.has(call)) return dead(open.key)
    const error = BosunError.from(cause, 'MODEL_FAILED', { at: call.model })
    this.#free(open, call, used)
    const inputTokens = used.tokens === 0 ? 0 : Math.min(call.inputTokens(), used.tokens)
    this.#report(
      open.key,
      call,
      { inputTokens, outputTokens: used.tokens - inputTokens, costMicros: used.costMicros },
      error,
    )
    return error
  }

  #free(open: OpenGrant, call: Call, used: Usage): void {
    open.calls.delete(call)
    open.reserved = minus(open.reserved, call.ceiling)
    open.spent = plus(open.spent, used)
  }

  #report(
    { run, task, epoch }: AttemptKey,
    { model, fromMs }: Call,
    { inputTokens, outputTokens, costMicros }: Pick<ModelCallRecord, 'inputTokens' | 'outputTokens' | 'costMicros'>,
    error?: BosunError,
  ): void {
    const { clock, report } = this.#options
    const ms = Math.max(0, Math.round(clock.now() - fromMs))
    const record = { model, inputTokens, outputTokens, costMicros, ms }
    report({
      run,
      task,
      epoch,
      type: 'modelCalled',
      ...record,
      ...(error === undefined ? {} : { error: errorRecord(error) }),
    })
  }
}

// ---------------------------------------------------------------------------------------------

function plus(one: Usage, other: Usage): Usage {
  return { tokens: one.tokens + other.tokens, costMicros: one.costMicros + other.costMicros }
}

function minus(one: Usage, other: Usage): Usage {
  return { tokens: one.tokens - other.tokens, costMicros: one.costMicros - other.costMicros }
}

function inWords({ tokens, costMicros }: Usage): string {
  return `${tokens} tokens and ${costMicros} cost micros`
}

/** What a model says it used goes into a sum that bounds a budget. @throws MODEL_FAILED */
function checkedAnswer(answer: ModelAnswer, model: string): ModelAnswer {
  const { inputTokens, outputTokens, costMicros } = answer
  if ([inputTokens, outputTokens, costMicros].every((count) => Number.isSafeInteger(count) && count >= 0)) return answer
  const received = [inputTokens, outputTokens, costMicros].join(', ')
  throw new BosunError('MODEL_FAILED', { at: model, expected: 'counts of tokens and cost', received })
}

function dead(attempt: AttemptKey): BosunError {
  return new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) })
}

function idOf({ run, task, epoch }: AttemptKey): string {
  return attemptId(run, task, epoch)
}
