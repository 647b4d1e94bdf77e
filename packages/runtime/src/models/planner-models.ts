import type { Clock, ModelCallRecord, ModelRegistry, Usage, WorkerModel } from '@bosun/core'
import { AttemptModel } from '@bosun/sdk'
import { redactedAsk } from '../secrets/redacted-ask.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { ModelAccount } from './model-account.ts'

export interface PlannerModelsOptions {
  /** On whose behalf: `run/plan-1`. */
  readonly id: string
  readonly registry: ModelRegistry
  /** What its calls may use together. */
  readonly slice: Usage
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly report: (call: ModelCallRecord) => void
  readonly redactor?: Redactor | undefined
}

/** The models of one planner call; all of them are paid from one slice. */
export class PlannerModels {
  readonly #options: PlannerModelsOptions
  readonly #account: ModelAccount

  constructor(options: PlannerModelsOptions) {
    this.#options = options
    this.#account = new ModelAccount(options)
  }

  /** @throws MODEL_UNKNOWN, MODEL_KEY_MISSING */
  model(name: string): WorkerModel {
    const { registry, signal, redactor } = this.#options
    const resolved = registry.resolve(name)
    const ask = redactedAsk((options, stop, onPart) => this.#account.call(resolved, options, stop, onPart), redactor)
    return new AttemptModel(name, ask, () => signal)
  }

  /** Takes what goes on off the wire; nothing more is asked. */
  close(): void {
    this.#account.close()
  }
}
