import { z } from 'zod'
import { VERDICTS, type Contestant, type Scoreboard, type Verdict } from './scoreboard.ts'

const count = z.int().nonnegative()

export const PlaceSchema = z.strictObject({
  /** From 1; equals share one. */
  rank: z.int().min(1),
  name: z.string(),
  version: z.string(),
  counts: z.strictObject({ right: count, wrong: count, threw: count, crashed: count, 'timed-out': count }),
  /** Checks that were asked, the same for all. */
  of: count,
  /** How many times as long as the fastest. Shown, never ranked on. */
  timesTheFastest: z.number().optional(),
})
export type Place = z.infer<typeof PlaceSchema>

/**
 * Ranks by right answers; of equals those go first that lost a process less often. Every check counts for every
 * implementation, whatever became of it.
 *
 * @throws RangeError where a check has no score: nothing may be left out
 */
export function rank({ sections, contestants }: Scoreboard): readonly Place[] {
  const ids = sections.flatMap(({ checks }) => checks.map(({ id }) => id))
  const fastest = Math.min(...contestants.map(({ time }) => time ?? Infinity))
  const places = contestants.map((contestant): Place => {
    const { name, version, time } = contestant
    const counts = countVerdicts(contestant, ids)
    return { rank: 1, name, version, counts, of: ids.length, ...(time && { timesTheFastest: time / fastest }) }
  })
  places.sort((a, b) => order(a, b) || (a.name < b.name ? -1 : 1))
  return places.map((place) => ({ ...place, rank: places.findIndex((other) => order(other, place) === 0) + 1 }))
}

/** How often each verdict was given to a contestant in these checks. */
export function countVerdicts({ name, scores }: Contestant, ids: readonly string[]): Readonly<Record<Verdict, number>> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  for (const id of ids) {
    const score = scores[id]
    if (score === undefined) throw new RangeError(`${name} has no score for ${id}`)
    counts[score.verdict] += 1
  }
  return counts
}

// ---------------------------------------------------------------------------------------------

function order({ counts: a }: Place, { counts: b }: Place): number {
  return b.right - a.right || a.crashed + a['timed-out'] - (b.crashed + b['timed-out'])
}
