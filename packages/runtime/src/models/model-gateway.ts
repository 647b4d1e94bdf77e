import {
  attemptId,
  BosunError,
  type AttemptKey,
  type Clock,
  type Json,
  type ModelOptions,
  type ModelRegistry,
  type Report,
  type Usage,
} from '@bosun/core'
import { AttemptTable } from '../broker/attempt-table.ts'
import { ModelAccount } from './model-account.ts'

/** What an attempt may ask, fixed at its assignment. */
export interface ModelGrant {
  readonly attempt: AttemptKey
  /** As the worker names it. Absent: it has none. */
  readonly model: string | undefined
  /** What the kernel reserved for it. Absent: no call at all. */
  readonly slice: Usage | undefined
}

export interface ModelGatewayOptions {
  readonly registry: ModelRegistry
  readonly clock: Clock
  /** Where calls are told. */
  readonly report: (report: Report) => void
}

interface OpenGrant {
  readonly key: AttemptKey
  /** Its model and what pays for it; absent where it has neither. */
  readonly paid: { readonly model: string; readonly account: ModelAccount } | undefined
  next: OpenGrant | undefined
}

/**
 * The door that every model call of an attempt passes: checked against the slice of the attempt,
 * reported as `modelCalled`, refused when the attempt is dead.
 */
export class ModelGateway {
  readonly #options: ModelGatewayOptions
  readonly #grants = new AttemptTable<OpenGrant>()

  constructor(options: ModelGatewayOptions) {
    this.#options = options
  }

  open({ attempt, model, slice }: ModelGrant): void {
    this.close(attempt)
    const paid =
      model === undefined || slice === undefined ? undefined : { model, account: this.#account(attempt, slice) }
    this.#grants.add({ key: attempt, paid, next: undefined })
  }

  /** @throws ATTEMPT_DEAD, MODEL_MISSING, MODEL_UNKNOWN, MODEL_CALL_INVALID, BUDGET_EXCEEDED, and what the model throws */
  async call(
    attempt: AttemptKey,
    options: ModelOptions,
    signal: AbortSignal,
    onPart?: (part: Json) => void,
  ): Promise<Json> {
    const open = this.#grants.get(attempt)
    if (open === undefined) throw new BosunError('ATTEMPT_DEAD', { at: idOf(attempt) })
    if (open.paid === undefined) throw new BosunError('MODEL_MISSING', { at: idOf(attempt) })
    const { model, account } = open.paid
    return account.call(this.#options.registry.resolve(model), options, signal, onPart)
  }

  /** Ends the grant and takes its calls off the wire. Returns what the attempt has used in all. */
  close(attempt: AttemptKey): Usage {
    const open = this.#grants.get(attempt)
    if (open !== undefined) this.#grants.delete(open)
    return open?.paid?.account.close() ?? { tokens: 0, costMicros: 0 }
  }

  // Private

  #account(attempt: AttemptKey, slice: Usage): ModelAccount {
    const { run, task, epoch } = attempt
    const { clock, report } = this.#options
    return new ModelAccount({
      id: idOf(attempt),
      slice,
      clock,
      report: (call) => report({ run, task, epoch, type: 'modelCalled', ...call }),
    })
  }
}

function idOf({ run, task, epoch }: AttemptKey): string {
  return attemptId(run, task, epoch)
}
