import { canonicalJson, type Fact } from '@bosun/core'
import { finding, type Finding } from '../invariant.ts'
import { defineCrossRun } from './cross-run-invariant.ts'

type Clause = 'decision' | 'fact' | 'length' | 'state'

/** The states after one prefix of a log, as texts that are equal when the states are. */
export interface PrefixStates {
  /** The latest fact of the prefix. */
  readonly seq: number
  /** As the live run had it. */
  readonly live: string
  /** As folding the prefix gives it. */
  readonly folded: string
}

/** A recorded run and what came of replaying it. */
export interface Replay {
  readonly recorded: readonly Fact[]
  /** The facts of a replay with the same strategy and manager; absent: nothing was decided again. */
  readonly replayed?: readonly Fact[]
  readonly prefixes?: Iterable<PrefixStates>
}

export const replay = defineCrossRun({
  id: 'R2',
  title: 'replay',
  sentence: 'Folding any prefix of a journal gives the state that was live, and replaying it decides the same again.',
  clauses: {
    decision: 'The manager decided otherwise when it was told the same again.',
    fact: 'A replay came to another fact than the recorded one.',
    length: 'A replay ended earlier or went on longer than what was recorded.',
    state: 'Folding a prefix gave another state than the live one.',
  },
  judge({ recorded, replayed, prefixes = [] }: Replay): Finding<Clause> | undefined {
    for (const { seq, live, folded } of prefixes) {
      if (live === folded) continue
      const at = firstDifference(live, folded)
      const sentence = `after fact ${seq} the folded state is not the live one: ${excerpt(folded, at)} instead of ${excerpt(live, at)}`
      return finding('state', sentence, seq)
    }
    return replayed === undefined ? undefined : firstOther(recorded.filter(isStored), replayed.filter(isStored))
  },
})

// ---------------------------------------------------------------------------------------------

const EXCERPT_LENGTH = 40

function isStored({ seq }: Fact): boolean {
  return seq > 0
}

function firstOther(recorded: readonly Fact[], replayed: readonly Fact[]): Finding<Clause> | undefined {
  const shared = Math.min(recorded.length, replayed.length)
  for (let index = 0; index < shared; index += 1) {
    const [before, again] = [recorded[index] as Fact, replayed[index] as Fact]
    if (before === again || canonicalJson(before) === canonicalJson(again)) continue
    if (before.type === 'manager.decided' && again.type === 'manager.decided') {
      const sentence = `on message ${before.message} the manager decided ${kinds(again)} instead of ${kinds(before)}`
      return finding('decision', sentence, again.seq)
    }
    const sentence = `fact ${again.seq} of the replay is ${nameOf(again)} instead of ${nameOf(before)}`
    return finding('fact', sentence, again.seq)
  }
  if (recorded.length === replayed.length) return undefined
  const sentence = `the replay has ${replayed.length} facts instead of ${recorded.length}`
  return finding('length', sentence, replayed.at(-1)?.seq ?? 0)
}

function kinds({ decisions }: Extract<Fact, { type: 'manager.decided' }>): string {
  return decisions.length === 0 ? 'nothing' : decisions.map(({ type }) => type).join(', ')
}

function nameOf(fact: Fact): string {
  if (!('task' in fact)) return fact.type
  return `${fact.type} of ${typeof fact.task === 'string' ? fact.task : fact.task.id}`
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return Math.max(0, at - EXCERPT_LENGTH / 2)
}

function excerpt(text: string, from: number): string {
  return `"${text.slice(from, from + EXCERPT_LENGTH)}"`
}
