import * as fc from 'fast-check'
import type { Answer, Check, PropertyCheck, TableCheck } from './check.ts'
import { laws } from './laws.ts'
import type { MakeMatcher } from './matcher.ts'

const DETAIL_LENGTH_MAX = 400

/** Asks an implementation one check. What it throws is an answer too. */
export function answerCheck(makeMatcher: MakeMatcher, check: Check): Answer {
  try {
    const fault = check.kind === 'table' ? faultInTable(makeMatcher, check) : faultOfLaw(makeMatcher, check)
    return fault === undefined ? { id: check.id, verdict: 'right' } : { id: check.id, verdict: 'wrong', detail: fault }
  } catch (error) {
    return { id: check.id, verdict: 'threw', detail: firstLine(error) }
  }
}

// ---------------------------------------------------------------------------------------------

function faultInTable(makeMatcher: MakeMatcher, { pattern, matches, rejects }: TableCheck): string | undefined {
  const matcher = makeMatcher(pattern)
  const missed = matches.filter((path) => matcher(path) !== true)
  const taken = rejects.filter((path) => matcher(path) !== false)
  const parts = [
    ...(missed.length > 0 ? [`does not match ${missed.map((path) => JSON.stringify(path)).join(', ')}`] : []),
    ...(taken.length > 0 ? [`matches ${taken.map((path) => JSON.stringify(path)).join(', ')}`] : []),
  ]
  return parts.length === 0 ? undefined : shortened(parts.join('; '))
}

function faultOfLaw(makeMatcher: MakeMatcher, { name, seed, runs }: PropertyCheck): string | undefined {
  const law = laws[name]
  if (law === undefined) throw new Error(`there is no law called ${name}`)
  const found = fc.check(law(makeMatcher), { seed, numRuns: runs })
  if (!found.failed) return undefined
  const thrown = found.errorInstance instanceof Error ? `: ${firstLine(found.errorInstance)}` : ''
  return shortened(`broken by ${JSON.stringify(found.counterexample?.[0])}${thrown}`)
}

function firstLine(error: unknown): string {
  return shortened(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
}

function shortened(text: string): string {
  return text.length <= DETAIL_LENGTH_MAX ? text : `${text.slice(0, DETAIL_LENGTH_MAX - 1)}…`
}
