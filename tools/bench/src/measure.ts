/** How long each contender took in one round, in ms. */
export type Round = Readonly<Record<string, number>>

/** What came of the rounds. */
export interface Measured {
  /** Median of each contender, in ms. */
  readonly ms: Round
  /** Median of each contender's time relative to the first contender, taken within the rounds. */
  readonly ratios: Round
}

export interface MeasureOptions {
  /** @defaultValue 5 */
  readonly roundsCount?: number
  /** Rounds before the first that counts. @defaultValue 1 */
  readonly warmUpsCount?: number
  /** What a round needs; not measured. */
  readonly beforeRound?: () => Promise<void>
}

/**
 * Lets contenders take turns. The machine may be loaded by others, so the ratios within a round are
 * what to look at: whatever slows one contender down slows its neighbours down as well.
 */
export async function measure(
  contenders: Readonly<Record<string, () => Promise<void> | void>>,
  { roundsCount = 5, warmUpsCount = 1, beforeRound }: MeasureOptions = {},
): Promise<Measured> {
  const rounds: Round[] = []
  for (let round = -warmUpsCount; round < roundsCount; round += 1) {
    const times: Record<string, number> = {}
    // oxlint-disable-next-line no-await-in-loop
    await beforeRound?.()
    for (const [name, run] of Object.entries(contenders)) {
      const began = performance.now()
      // oxlint-disable-next-line no-await-in-loop
      await run()
      times[name] = performance.now() - began
    }
    if (round >= 0) rounds.push(times)
  }
  const names = Object.keys(contenders)
  const first = names[0] as string
  const over = (value: (round: Round, name: string) => number) =>
    Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => value(round, name)))]))
  return {
    ms: over((round, name) => round[name] as number),
    ratios: over((round, name) => (round[name] as number) / (round[first] as number)),
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
