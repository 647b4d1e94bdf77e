import { BosunError, type ModelOptions, type ResolvedModel, type Usage } from '@bosun/core'

/** Longest answer of a call whose caller states none. */
const OUTPUT_TOKENS_DEFAULT = 4_096

/** A call as it fits what is left. */
export interface Fit {
  /** Absent: it does not fit. */
  readonly options?: ModelOptions
  /** The most that it can use. */
  readonly ceiling: Usage
}

/**
 * Fits a call into what is left of a budget. A length that the caller states stands as it is; where
 * none is stated, it is the longest that fits, at most 4,096 tokens.
 *
 * @throws MODEL_CALL_INVALID
 */
export function fitOutput(model: ResolvedModel, options: ModelOptions, left: Usage): Fit {
  const ofLength = (maxOutputTokens: number) => ({ ...options, maxOutputTokens })
  const stated = options['maxOutputTokens'] ?? undefined
  if (stated !== undefined) {
    // Less than one would make the ceiling lower than the call.
    if (!Number.isSafeInteger(stated) || (stated as number) < 1) {
      const received = `maxOutputTokens ${JSON.stringify(stated)}`
      throw new BosunError('MODEL_CALL_INVALID', { at: model.name, expected: 'a positive whole number', received })
    }
    const ceiling = model.ceiling(options)
    return isWithin(ceiling, left) ? { options, ceiling } : { ceiling }
  }
  // Looked at first, and once: a prompt that fits nothing may be as large as a message can be.
  const least = model.ceiling(ofLength(1))
  if (!isWithin(least, left)) return { ceiling: least }
  const length = longest((tokens) => isWithin(model.ceiling(ofLength(tokens)), left))
  return { options: ofLength(length), ceiling: model.ceiling(ofLength(length)) }
}

// ---------------------------------------------------------------------------------------------

/** The largest length that fits, where one does: a longer answer never costs less, so halving finds it. */
function longest(fits: (tokens: number) => boolean): number {
  if (fits(OUTPUT_TOKENS_DEFAULT)) return OUTPUT_TOKENS_DEFAULT
  let [fitting, exceeding] = [1, OUTPUT_TOKENS_DEFAULT]
  while (exceeding - fitting > 1) {
    const middle = (fitting + exceeding) >> 1
    if (fits(middle)) fitting = middle
    else exceeding = middle
  }
  return fitting
}

/** False as well for what is no number, which no budget can bound. */
export function isWithin(ceiling: Usage, left: Usage): boolean {
  return ceiling.tokens <= left.tokens && ceiling.costMicros <= left.costMicros
}
