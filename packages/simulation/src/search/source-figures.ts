import { number } from '../trace/number.ts'
/** What a source has covered, beside how many schedules. */
export type SourceFigures =
  | { readonly kind: 'enumeration'; readonly what: string; readonly levels: readonly LevelFigures[] }
  /** The most chains of events in a schedule, and the most events. */
  | { readonly kind: 'pct'; readonly chainsMax: number; readonly eventsMax: number }
  /** Scenarios with a crash at every place. */
  | { readonly kind: 'crashes'; readonly scenarios: number }
  /** Variations that reached something new. */
  | { readonly kind: 'mutation'; readonly novel: number }

/** One level of an enumeration. */
export interface LevelFigures {
  readonly name: string
  readonly schedules: number
  /** Scenarios of which every schedule of this level was run, and how many there are. */
  readonly complete: number
  readonly scenarios: number
}

/** The figures of one source in several threads, as one. */
export function mergeFigures(parts: readonly SourceFigures[]): SourceFigures | undefined {
  return parts.length === 0 ? undefined : parts.reduce(merged)
}

/** The figures in words. */
export function figuresText(figures: SourceFigures): readonly string[] {
  switch (figures.kind) {
    case 'enumeration':
      return figures.levels
        .filter(({ schedules }) => schedules > 0)
        .map(({ name, schedules, complete, scenarios }) => {
          const state = complete === scenarios ? 'complete' : `begun (${complete} of ${scenarios} complete)`
          return `${state}: ${figures.what}, ${name}: ${number(schedules)} schedules`
        })
    case 'pct':
      return DEPTHS.map((depth) => {
        const { chainsMax, eventsMax } = figures
        const bound = pctBound(chainsMax, eventsMax, depth)
        const bar = `shown by 1 schedule in ${number(Math.ceil(1 / bound))} at least, by ${number(schedulesFor(0.99, bound))} with 99%`
        return `a bug that hangs on ${depth} orderings is ${bar} (n = ${chainsMax}, k = ${eventsMax})`
      })
    case 'crashes':
      return [`a crash at every place of ${figures.scenarios} scenarios`]
    case 'mutation':
      return [`${figures.novel} reached something new`]
  }
}

/** The depths for which schedules by priorities are drawn. */
export const DEPTHS = [2, 3] as const

/** The least probability with which one schedule by priorities shows a bug: 1 / (n k^(d-1)). */
export function pctBound(chains: number, events: number, depth: number): number {
  return 1 / (chains * events ** (depth - 1))
}

/** Schedules after which something of this probability has come up with this confidence. */
export function schedulesFor(confidence: number, probability: number): number {
  return probability >= 1 ? 1 : Math.ceil(Math.log1p(-confidence) / Math.log1p(-probability))
}

function merged(one: SourceFigures, other: SourceFigures): SourceFigures {
  if (one.kind === 'enumeration' && other.kind === 'enumeration') {
    return { ...one, levels: one.levels.map((level, index) => levelsTogether(level, other.levels[index] ?? level)) }
  }
  if (one.kind === 'pct' && other.kind === 'pct') {
    return {
      kind: 'pct',
      chainsMax: Math.max(one.chainsMax, other.chainsMax),
      eventsMax: Math.max(one.eventsMax, other.eventsMax),
    }
  }
  if (one.kind === 'crashes' && other.kind === 'crashes') {
    return { kind: 'crashes', scenarios: one.scenarios + other.scenarios }
  }
  if (one.kind === 'mutation' && other.kind === 'mutation') return { kind: 'mutation', novel: one.novel + other.novel }
  return one
}

function levelsTogether(one: LevelFigures, other: LevelFigures): LevelFigures {
  return {
    name: one.name,
    schedules: one.schedules + other.schedules,
    complete: one.complete + other.complete,
    scenarios: one.scenarios + other.scenarios,
  }
}
