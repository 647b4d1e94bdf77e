import type { SgNode } from '@ast-grep/napi'
import { BosunError } from '@bosun/sdk'
import { fillIn } from './meta-variables.ts'
import { lineBreakOf } from './source-file.ts'
import type { SourceLanguage } from './source-language.ts'
import type { TextEdit } from './text-edit.ts'

/** A syntax pattern and what takes the place of its matches. */
export interface Rewrite {
  readonly pattern: string
  readonly rewrite: string
}

export interface PatternEdits {
  /** Of the outermost matches that change; those inside of them are part of their text. */
  readonly edits: readonly TextEdit[]
  /** Matches that were rewritten, those inside of others included. */
  readonly count: number
}

interface Match {
  readonly start: number
  readonly end: number
  readonly node: SgNode
  readonly inner: Match[]
}

/**
 * The edits that rewrite every match of a pattern. Where matches lie inside of each other, what the
 * outer one captured is rewritten as well, so that one pass does the work of many.
 *
 * @throws TASK_BODY_INVALID when the pattern cannot be read
 */
export async function patternEdits(
  language: SourceLanguage,
  text: string,
  { pattern, rewrite }: Rewrite,
): Promise<PatternEdits> {
  // Loaded here alone: the addon is for the host, and this module is described in other processes, too.
  const { parse } = await import('@ast-grep/napi')
  if (
    parse(language, pattern)
      .root()
      .find({ rule: { kind: 'ERROR' } }) !== null
  ) {
    throw patternFault(pattern, 'a syntax error')
  }
  let nodes: SgNode[]
  try {
    nodes = parse(language, text).root().findAll(pattern)
  } catch (error) {
    throw patternFault(pattern, error instanceof Error ? error.message : String(error))
  }
  const template = rewrite.replaceAll(/\r\n|\n/g, lineBreakOf(text))
  const done = new Set<Match>()
  const rewritten = (from: number, to: number, matches: readonly Match[]): string => {
    let result = ''
    let at = from
    for (const match of matches.filter(({ start, end }) => start >= from && end <= to)) {
      result += text.slice(at, match.start) + replacement(match)
      at = match.end
    }
    return result + text.slice(at, to)
  }
  const replacement = (match: Match): string => {
    done.add(match)
    return fillIn(template, (name, isMany) => {
      const captured = isMany ? match.node.getMultipleMatches(name) : [match.node.getMatch(name)]
      const [first, last] = [captured[0], captured.at(-1)]
      if (!first || !last) return ''
      return rewritten(first.range().start.index, last.range().end.index, match.inner)
    })
  }
  const edits: TextEdit[] = []
  let count = 0
  for (const match of outermost(nodes)) {
    const doneBefore = done.size
    const edit = { start: match.start, end: match.end, text: replacement(match) }
    if (edit.text === text.slice(edit.start, edit.end)) continue
    edits.push(edit)
    count += done.size - doneBefore
  }
  return { edits, count }
}

/** Nests matches by what contains what; of two at the same place the first stands for both. */
function outermost(nodes: readonly SgNode[]): readonly Match[] {
  const matches = nodes
    .map((node): Match => {
      const { start, end } = node.range()
      return { start: start.index, end: end.index, node, inner: [] }
    })
    .sort((a, b) => a.start - b.start || b.end - a.end)
  const top: Match[] = []
  const open: Match[] = []
  for (const match of matches) {
    while (open.length > 0 && (open.at(-1) as Match).end <= match.start) open.pop()
    const outer = open.at(-1)
    if (outer?.start === match.start && outer.end === match.end) continue
    ;(outer === undefined ? top : outer.inner).push(match)
    open.push(match)
  }
  return top
}

function patternFault(pattern: string, received: string): BosunError {
  return new BosunError('TASK_BODY_INVALID', {
    at: 'pattern',
    expected: 'one piece of valid code, with $NAME for a node and $$$NAME for any number of them',
    received: `${JSON.stringify(pattern)}: ${received}`,
  })
}
