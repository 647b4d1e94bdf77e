import { pipeline, task } from 'bosun'
import type { CheckOptions } from 'bosun/testing'

/** Has summaries summarised in pairs, round after round, until one is left: a tree of work, not of functions. */
export default pipeline<string[], string>({
  name: 'tournament',
  stages: [
    {
      name: 'round',
      run: (texts: string[]) =>
        pairs(texts).map((pair, at) => task('summarise', { texts: pair }, { id: `pair-${at}` })),
      repeat: { roundsMax: 10, input: (texts: string[]) => (texts.length > 1 ? texts : undefined) },
    },
  ],
  finish: ({ round }) => (round as string[])[0] ?? '',
})

function pairs(texts: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(texts.length / 2) }, (_, at) => texts.slice(2 * at, 2 * at + 2))
}

export const check: CheckOptions = {
  goal: (random) => Array.from({ length: Math.floor(random() * 6) }, (_, at) => `text ${at}`),
  workers: { summarise: (body) => ({ result: (body as { texts: string[] }).texts.join(', ') }) },
}
