import type { z } from 'zod'
import type { PriceSchema } from './provider-config.ts'

/** Of a million tokens, in millionths of the currency. */
export type Price = z.infer<typeof PriceSchema>

/** What tokens cost, rounded up; a model without a price costs nothing. */
export function costOf(price: Price | undefined, used: { inputTokens: number; outputTokens: number }): number {
  if (price === undefined) return 0
  return Math.ceil((used.inputTokens * price.inputMicros + used.outputTokens * price.outputMicros) / 1_000_000)
}
