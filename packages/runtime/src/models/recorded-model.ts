import type { ModelAnswer, ModelCallHow, ModelOptions, ResolvedModel, Usage } from '@bosun/core'
import { callOptionsOf } from './call-options.ts'
import { costOf, type Price } from './price-of-call.ts'
import { readRecording, recordingMissing, writeRecording, type RecordedRequest } from './recordings.ts'
import { ceilingOf } from './token-ceiling.ts'

export interface RecordedModelOptions {
  readonly name: string
  /** `provider:model` that is recorded; equal requests to it have one recording. */
  readonly records: string
  /** The price of what is recorded, so that a replay costs what the call did. */
  readonly price: Price | undefined
  readonly folder: string
  /** Absent: only what was recorded is answered, and nothing is called. */
  readonly behind: ResolvedModel | undefined
}

/**
 * A model that answers what it was asked before from files, and, where there is a model behind it,
 * calls it for the rest and keeps the answers. To record anew, delete the file.
 */
export class RecordedModel implements ResolvedModel {
  readonly name: string
  readonly #options: RecordedModelOptions

  constructor(options: RecordedModelOptions) {
    this.name = options.name
    this.#options = options
  }

  ceiling(options: ModelOptions): Usage {
    return ceilingOf(callOptionsOf(options, this.name), this.#options.price)
  }

  async call(options: ModelOptions, how: ModelCallHow): Promise<ModelAnswer> {
    how.signal.throwIfAborted()
    callOptionsOf(options, this.name)
    const { folder, records, behind, price } = this.#options
    const request: RecordedRequest = { model: records, options }
    const recorded = await readRecording(folder, request)
    how.signal.throwIfAborted()
    if (recorded !== undefined) return { ...recorded, costMicros: costOf(price, recorded) }
    if (behind === undefined) throw await recordingMissing(folder, request)
    const answer = await behind.call(options, how)
    await writeRecording(folder, request, answer)
    return answer
  }
}
