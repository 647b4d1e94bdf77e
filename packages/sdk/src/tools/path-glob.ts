import { BosunError } from '@bosun/core'

/** Longest pattern and most wildcards that are accepted, so that no pattern is slow. */
const LENGTH_MAX = 256
const WILDCARDS_MAX = 8

/** A compiled pattern over paths with `/` between segments. */
export interface PathGlob {
  readonly text: string
  matches(path: string): boolean
}

/**
 * Compiles `site/**`, `src/*.ts` or `a/b.html`: `*` stands for any characters within a segment, `**`
 * as a segment of its own for any number of segments, none included. Everything else is literal and
 * case matters. Matching takes time linear in pattern times path, whatever the input.
 *
 * @throws RULE_MALFORMED for an empty, absolute or too long pattern, or one with `..`
 * @example
 * pathGlob('site/**').matches('site/mars.html') // true
 */
export function pathGlob(text: string): PathGlob {
  const segments = text.split('/')
  const refuse = (received: string): never => {
    throw new BosunError('RULE_MALFORMED', { at: text, expected: 'a relative path pattern', received })
  }
  if (text === '') refuse('an empty pattern')
  if (text.length > LENGTH_MAX) refuse(`${text.length} characters, more than ${LENGTH_MAX}`)
  if ((text.match(/\*+/g)?.length ?? 0) > WILDCARDS_MAX) refuse(`more than ${WILDCARDS_MAX} wildcards`)
  for (const segment of segments) {
    if (segment === '') refuse('an empty segment')
    if (segment === '.' || segment === '..') refuse(`the segment "${segment}"`)
    if (segment.includes('**') && segment !== '**') refuse(`"**" inside the segment "${segment}"`)
  }
  return { text, matches: (path) => matchSegments(segments, path.split('/')) }
}

/** Greedy matching that backtracks to the latest `**` only, which is enough and keeps it quadratic at worst. */
function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return greedy(
    pattern.length,
    path.length,
    (index) => pattern[index] === '**',
    (index, at) => matchSegment(pattern[index] ?? '', path[at] ?? ''),
  )
}

function matchSegment(pattern: string, text: string): boolean {
  return greedy(
    pattern.length,
    text.length,
    (index) => pattern[index] === '*',
    (index, at) => pattern[index] === text[at],
  )
}

/** The two-pointer wildcard match, for characters in a segment and for segments in a path. */
function greedy(
  patternLength: number,
  length: number,
  isStar: (index: number) => boolean,
  fits: (index: number, at: number) => boolean,
): boolean {
  let index = 0
  let at = 0
  let star = -1
  let resume = 0
  while (at < length) {
    if (index < patternLength && isStar(index)) {
      star = index
      resume = at
      index += 1
    } else if (index < patternLength && fits(index, at)) {
      index += 1
      at += 1
    } else if (star >= 0) {
      index = star + 1
      resume += 1
      at = resume
    } else return false
  }
  while (index < patternLength && isStar(index)) index += 1
  return index === patternLength
}
