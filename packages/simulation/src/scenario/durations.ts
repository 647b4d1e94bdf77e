/** How long work takes: a rule that turns a number from 0 up to 1 into ms. */
export interface DurationModel {
  readonly name: 'constant' | 'heavy-tailed' | 'model-like'
  /** 0 is the plainest: 1,000 ms in every model. */
  durationMs(fraction: number): number
}

const PLAIN_MS = 1_000
const LONGEST_MS = 120_000

/**
 * - `constant`: every attempt takes a second, so that ties are many;
 * - `heavy-tailed`: a Pareto law of shape 1.2: most are short, a few are a hundred times as long;
 * - `model-like`: a time to the first token, then tokens at a steady pace, as language models answer.
 */
export const DURATION_MODELS: readonly DurationModel[] = [
  { name: 'constant', durationMs: () => PLAIN_MS },
  {
    name: 'heavy-tailed',
    durationMs: (fraction) => Math.min(LONGEST_MS, Math.round(PLAIN_MS / (1 - fraction) ** (1 / 1.2))),
  },
  { name: 'model-like', durationMs: (fraction) => PLAIN_MS + Math.round(fraction * fraction * 19_000) },
]
