import { WRITE_BYTES_DEFAULT } from './byte-limit.ts'
import { FileError } from './file-error.ts'
import { inTurn } from './in-turn.ts'
import { parseRelativePath, type RelativePath } from './parse-relative-path.ts'
import { readFile } from './read-file.ts'
import type { Roots } from './roots.ts'
import { stageContent, type WriteResult } from './stage-content.ts'

export interface EditRequest {
  readonly path: string
  /** What to replace, to the letter. */
  readonly oldText: string
  readonly newText: string
  /** Replaces every occurrence instead of the only one. @defaultValue false */
  readonly all?: boolean
  /** What a read of the file told; refuses the edit when the file is another one by now. */
  readonly expectedSha256?: string
}

export interface EditResult extends WriteResult {
  /** How many occurrences were replaced. */
  readonly replacedCount: number
}

/**
 * Replaces a text of a file that the attempt sees, and stages the outcome. At most 16 MiB of UTF-8.
 *
 * @throws FileError FILE_EDIT_MISMATCH when the text is not there, is there more than once, or the
 * file has changed; and what reading and writing throw
 */
export async function editFile(roots: Roots, request: EditRequest): Promise<EditResult> {
  const path = parseRelativePath(request.path)
  return inTurn(roots.stagingFor(path), async () => {
    const { text, sha256 } = await readFile(roots, { path: path.text, maxBytes: WRITE_BYTES_DEFAULT })
    if (request.expectedSha256 !== undefined && request.expectedSha256 !== sha256)
      throw mismatch(path, 'The file is not the one that was read.', 'Read it again, and edit what it holds now.')
    const parts = partsOf(path, text, request)
    const content = Buffer.from(parts.join(request.newText), 'utf8')
    refuseContent(path, request.newText, content.length)
    return { ...(await stageContent(roots, path, content)), replacedCount: parts.length - 1 }
  })
}

// Private

/** What stands between the occurrences. */
function partsOf(path: RelativePath, text: string, { oldText, all }: EditRequest): string[] {
  if (oldText === '') throw mismatch(path, 'The text to replace is empty.')
  const parts = text.split(oldText)
  if (parts.length === 1) throw mismatch(path, 'The text to replace is not in the file.')
  // Occurrences that overlap are told apart here: `aa` stands twice in `aaa`, and may mean either.
  const first = text.indexOf(oldText)
  const isRepeated = text.includes(oldText, first + 1)
  if (all === true || !isRepeated) return parts
  throw mismatch(
    path,
    'The text to replace stands in the file more than once.',
    'Name more of what surrounds it, or replace all.',
  )
}

function refuseContent(path: RelativePath, newText: string, bytes: number): void {
  if (!newText.isWellFormed())
    throw new FileError('FILE_CONTENT_INVALID', { at: path.text, summary: 'The text holds half of a surrogate pair.' })
  if (bytes > WRITE_BYTES_DEFAULT)
    throw new FileError('FILE_TOO_LARGE', {
      at: path.text,
      summary: `The file would have ${bytes} bytes, the limit is ${WRITE_BYTES_DEFAULT}.`,
      fix: 'Write less.',
    })
}

function mismatch(path: RelativePath, summary: string, fix?: string): FileError {
  return new FileError('FILE_EDIT_MISMATCH', { at: path.text, summary, ...(fix === undefined ? {} : { fix }) })
}
