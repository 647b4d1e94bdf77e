import { z } from 'zod'
import { lineOf } from './source-file.ts'

/** Puts `text` in the place of what stands from `start` up to `end`. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Applies edits that do not overlap; all else stays as it is, character by character. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}

/** Changes of a file that a result lists; all of them are counted. */
const CHANGES_LISTED_MAX = 20
const EXCERPT_LENGTH_MAX = 200

export const FileChangeSchema = z.strictObject({
  path: z.string(),
  /** Places that were changed. */
  edits: z.int().min(1),
  /** The first 20 of them: the line before the change, and the first 200 characters of both texts. */
  changes: z.array(z.strictObject({ line: z.int().min(1), before: z.string(), after: z.string() })),
})
export type FileChange = z.infer<typeof FileChangeSchema>

/** What edits did to a file, short enough for a result. */
export function describeEdits(path: string, text: string, edits: readonly TextEdit[], count: number): FileChange {
  return {
    path,
    edits: count,
    changes: edits
      .toSorted((a, b) => a.start - b.start)
      .slice(0, CHANGES_LISTED_MAX)
      .map((edit) => ({
        line: lineOf(text, edit.start),
        before: excerpt(text.slice(edit.start, edit.end)),
        after: excerpt(edit.text),
      })),
  }
}

function excerpt(text: string): string {
  return text.length <= EXCERPT_LENGTH_MAX ? text : `${text.slice(0, EXCERPT_LENGTH_MAX).toWellFormed()}…`
}
