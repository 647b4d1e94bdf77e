import { BosunError } from '@bosun/sdk'
import { RE2JS } from 're2js'
import { patternSize } from './pattern-size.ts'

/** Largest program that is compiled, in about its instructions. */
const PROGRAM_SIZE_MAX = 1_000
/** Steps that one line may cost: the instructions of the program times the characters of the line. */
const STEPS_PER_LINE = 200_000
/** Most characters of a line that a pattern is tried on, and fewest, whatever its program. */
const LINE_LENGTH_MAX = 10_000

/** Finds a text in a line, in time linear in both whatever they are. */
export interface LineMatcher {
  /** Characters of a line that it looks at; a longer line is not searched to its end. */
  readonly lineLengthMax: number
  /** Where the first match begins and how long it is; `undefined` without one. */
  find(line: string): { readonly at: number; readonly length: number } | undefined
}

export interface WantedText {
  readonly text: string
  readonly isPattern?: boolean | undefined
  readonly ignoreCase?: boolean | undefined
}

/**
 * A matcher for a literal text, or for a pattern in RE2 syntax. The engine of patterns never tracks
 * back, so its time is bounded by program times line, and both are bounded here.
 *
 * @throws TOOL_INPUT_INVALID for a pattern that cannot be read or is too large
 */
export function lineMatcher({ text, isPattern = false, ignoreCase = false }: WantedText): LineMatcher {
  if (isPattern) return patternMatcher(text, ignoreCase)
  const wanted = ignoreCase ? text.toLowerCase() : text
  return {
    lineLengthMax: Number.POSITIVE_INFINITY,
    find(line) {
      const at = (ignoreCase ? line.toLowerCase() : line).indexOf(wanted)
      return at < 0 ? undefined : { at, length: wanted.length }
    },
  }
}

function patternMatcher(pattern: string, ignoreCase: boolean): LineMatcher {
  const size = patternSize(pattern)
  if (size > PROGRAM_SIZE_MAX) throw refused(`a pattern that stands for about ${size} characters`)
  const compiled = compile(pattern, ignoreCase)
  const steps = Math.floor(STEPS_PER_LINE / Math.max(1, compiled.programSize()))
  return {
    lineLengthMax: Math.min(LINE_LENGTH_MAX, steps),
    find(line) {
      const matcher = compiled.matcher(line)
      return matcher.find() ? { at: matcher.start(), length: matcher.end() - matcher.start() } : undefined
    },
  }
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

function refused(received: string): BosunError {
  return new BosunError('TOOL_INPUT_INVALID', {
    at: 'text',
    expected: `a pattern in RE2 syntax that stands for at most ${PROGRAM_SIZE_MAX} characters`,
    received,
  })
}
