import { canonicalJson } from '@bosun/core'
import { finding, type Finding } from '../invariant.ts'
import { defineCrossRun } from './cross-run-invariant.ts'

/** One run of a schedule: the hash of all that happened, and what happened if it was kept. */
export interface HashedRun {
  readonly hash: string
  readonly events?: readonly { readonly type: string; readonly seq?: number; readonly at: number }[]
}

/** Two runs of the same choices: that their hashes differ is enough; kept events say where it began. */
export const determinism = defineCrossRun({
  id: 'D1',
  title: 'determinism',
  sentence: 'The same choices give the same events, as often as they are run.',
  clauses: { hash: 'Running the same choices again gave other events.' },
  judge(first: HashedRun, second: HashedRun): Finding<'hash'> | undefined {
    if (first.hash === second.hash) return undefined
    const { events: before = [] } = first
    const { events: again = [] } = second
    const longest = Math.max(before.length, again.length)
    for (let index = 0; index < longest; index += 1) {
      const [one, other] = [before[index], again[index]]
      if (one === other || canonicalJson(one) === canonicalJson(other)) continue
      const sentence = `the second run differs from event ${index + 1} on: ${nameOf(other)} instead of ${nameOf(one)}`
      return finding('hash', sentence, other?.seq ?? 0)
    }
    return finding('hash', `the same choices gave the hash ${first.hash}, then ${second.hash}`)
  },
})

// ---------------------------------------------------------------------------------------------

function nameOf(event: { readonly type: string; readonly at: number; readonly task?: unknown } | undefined): string {
  if (event === undefined) return 'the end'
  const task = typeof event.task === 'string' ? ` of ${event.task}` : ''
  return `${event.type}${task} at ${event.at} ms`
}
