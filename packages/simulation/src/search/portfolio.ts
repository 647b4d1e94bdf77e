import type { SourceFigures } from './source-figures.ts'
import type { Draw, Source, SourceName } from './source.ts'

/** How many of a hundred schedules each source gets. What a source that ran dry leaves goes to the others. */
export const DEFAULT_SHARES: Readonly<Record<SourceName, number>> = {
  corpus: 10,
  enumeration: 20,
  swarm: 30,
  pct: 15,
  crashes: 10,
  mutation: 15,
}

/** A source and what it has done so far. */
interface Member {
  readonly source: Source
  readonly share: number
  credit: number
  schedules: number
  isDry: boolean
}

/**
 * Several sources in fixed proportions: whichever lags behind its share is asked next, once the corpus
 * has been replayed. The order is the same in every campaign, whatever the machine does.
 */
export class Portfolio {
  readonly #members: readonly Member[]
  #sharesTotal: number

  constructor(sources: readonly Source[], shares: Partial<Record<SourceName, number>> = {}) {
    this.#members = sources
      .map((source) => ({ source, share: shares[source.name] ?? DEFAULT_SHARES[source.name] }))
      .filter(({ share }) => share > 0)
      .map((member) => ({ ...member, credit: 0, schedules: 0, isDry: false }))
    this.#sharesTotal = this.#members.reduce((total, { share }) => total + share, 0)
  }

  /** The next schedule and who thought of it; `undefined` when all sources are dry. */
  next(): { readonly source: Source; readonly draw: Draw } | undefined {
    while (this.#sharesTotal > 0) {
      const member = this.#mostInArrears()
      const draw = member.source.next()
      if (draw !== undefined) {
        member.schedules += 1
        return { source: member.source, draw }
      }
      member.isDry = true
      this.#sharesTotal -= member.share
    }
    return undefined
  }

  /** Schedules by source, and what each has to say of them. */
  account(): readonly SourceAccount[] {
    return this.#members.map(({ source, schedules, isDry }) => {
      const figures = source.figures?.()
      return { name: source.name, schedules, isDry, ...(figures === undefined ? {} : { figures }) }
    })
  }

  #mostInArrears(): Member {
    const corpus = this.#members.find(({ source, isDry }) => source.name === 'corpus' && !isDry)
    if (corpus !== undefined) return corpus
    let first: Member | undefined
    for (const member of this.#members) {
      if (member.isDry) continue
      member.credit += member.share
      if (first === undefined || member.credit > first.credit) first = member
    }
    const chosen = first as Member
    chosen.credit -= this.#sharesTotal
    return chosen
  }
}

/** What one source contributed to a campaign. */
export interface SourceAccount {
  readonly name: SourceName
  readonly schedules: number
  /** Whether it has nothing left to try. */
  readonly isDry: boolean
  readonly figures?: SourceFigures
}
