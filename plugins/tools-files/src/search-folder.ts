import { setImmediate } from 'node:timers/promises'
import { FileError, listContainedFolder, pathGlob, readContainedFile, type Roots, type ToolIo } from '@bosun/sdk'
import { lineMatcher, type LineMatcher, type WantedText } from './line-matcher.ts'

const MATCHES_DEFAULT = 200
const FILES_MAX = 20_000
const ENTRIES_MAX = 200_000
const FILE_BYTES_MAX = 4 * 1024 * 1024
const TOTAL_BYTES_MAX = 256 * 1024 * 1024
/** After this long the search ends with what it has. */
const SEARCH_MS_MAX = 20_000
/** After this long others get their turn. */
const TURN_MS = 10
const SHOWN_LENGTH_MAX = 400
/** Skipped files that are named; all are counted. */
const SKIPPED_NAMED_MAX = 20

export interface SearchRequest extends WantedText {
  readonly path: string
  readonly files?: string | undefined
  readonly maxMatches?: number | undefined
}

export interface Match {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly text: string
}

export interface SearchResult {
  readonly matches: readonly Match[]
  readonly filesCount: number
  readonly skipped: readonly string[]
  readonly skippedCount: number
  readonly truncated: boolean
}

/**
 * Searches what the attempt sees of a folder, within bounds of files, bytes, time and matches.
 *
 * @throws TOOL_INPUT_INVALID for a pattern, RULE_MALFORMED for a glob, FileError for the folder itself
 */
export async function searchFolder(
  roots: Roots,
  request: SearchRequest,
  { covers, signal }: Pick<ToolIo, 'covers' | 'signal'>,
): Promise<SearchResult> {
  const glob = request.files === undefined ? undefined : pathGlob(request.files)
  const search = new Search(lineMatcher(request), request.maxMatches ?? MATCHES_DEFAULT, signal)
  for await (const path of filesBelow(roots, request.path, search)) {
    if (!covers(path) || glob?.matches(path) === false) continue
    if (!(await search.file(roots, path))) break
  }
  return search.result()
}

/** One search: what it has found, and what it may still spend. */
class Search {
  readonly #matcher: LineMatcher
  readonly #matchesMax: number
  readonly #signal: AbortSignal
  readonly #startedAt = performance.now()
  #turnStartedAt = this.#startedAt
  readonly #matches: Match[] = []
  readonly #skipped: string[] = []
  #skippedCount = 0
  #filesCount = 0
  #entriesCount = 0
  #bytes = 0
  #truncated = false

  constructor(matcher: LineMatcher, matchesMax: number, signal: AbortSignal) {
    this.#matcher = matcher
    this.#matchesMax = matchesMax
    this.#signal = signal
  }

  result(): SearchResult {
    return {
      matches: this.#matches,
      filesCount: this.#filesCount,
      skipped: this.#skipped,
      skippedCount: this.#skippedCount,
      truncated: this.#truncated,
    }
  }

  /** Counts the entries of a folder; false when the search is over. */
  entries(count: number): boolean {
    this.#entriesCount += count
    if (this.#entriesCount > ENTRIES_MAX) this.#truncated = true
    return !this.#truncated
  }

  /** Searches one file; false when the search is over. */
  async file(roots: Roots, path: string): Promise<boolean> {
    if (this.#filesCount === FILES_MAX || this.#bytes > TOTAL_BYTES_MAX || this.#isLate()) this.#truncated = true
    if (this.#truncated) return false
    const text = await this.#read(roots, path)
    if (text === undefined) return true
    this.#filesCount += 1
    return this.#lines(path, text)
  }

  skip(path: string): void {
    this.#skippedCount += 1
    if (this.#skipped.length < SKIPPED_NAMED_MAX) this.#skipped.push(path)
  }

  // Private

  async #read(roots: Roots, path: string): Promise<string | undefined> {
    try {
      const { text, bytes } = await readContainedFile(roots, { path, maxBytes: FILE_BYTES_MAX })
      this.#bytes += bytes
      return text
    } catch (error) {
      // It may have gone since it was listed; and what cannot be read is named, not passed over in silence.
      if (!FileError.is(error)) throw error
      if (error.code !== 'FILE_NOT_FOUND') this.skip(path)
      return undefined
    }
  }

  async #lines(path: string, text: string): Promise<boolean> {
    let isCut = false
    let number = 0
    for (const line of linesOf(text)) {
      number += 1
      if (performance.now() - this.#turnStartedAt > TURN_MS && !(await this.#giveTurn())) return false
      isCut ||= line.length > this.#matcher.lineLengthMax
      const found = this.#matcher.find(isCut ? line.slice(0, this.#matcher.lineLengthMax) : line)
      if (found === undefined) continue
      if (this.#matches.length === this.#matchesMax) {
        this.#truncated = true
        return false
      }
      this.#matches.push({ path, line: number, column: found.at + 1, text: shownPart(line, found) })
    }
    if (isCut) this.skip(path)
    return true
  }

  /** False when the time is up. */
  async #giveTurn(): Promise<boolean> {
    await setImmediate()
    this.#signal.throwIfAborted()
    this.#turnStartedAt = performance.now()
    if (this.#isLate()) this.#truncated = true
    return !this.#truncated
  }

  #isLate(): boolean {
    return performance.now() - this.#startedAt > SEARCH_MS_MAX
  }
}

/** The files below a folder, or the file itself, depth first in the order of names. Links are not followed. */
async function* filesBelow(roots: Roots, top: string, search: Search): AsyncGenerator<string> {
  const pending: { readonly path: string; readonly isFolder: boolean }[] = [{ path: top, isFolder: true }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, isFolder } = next
    if (!isFolder) {
      yield path
      continue
    }
    const entries = await entriesOf(roots, path, path === top, search)
    if (entries === undefined) {
      yield path
      continue
    }
    if (!search.entries(entries.length)) return
    for (const { name, kind } of entries.toReversed())
      if (kind === 'file' || kind === 'folder')
        pending.push({ path: path === '.' ? name : `${path}/${name}`, isFolder: kind === 'folder' })
  }
}

/** Undefined when the top is a file. A folder below it that cannot be listed is named as skipped. */
async function entriesOf(roots: Roots, path: string, isTop: boolean, search: Search) {
  try {
    return await listContainedFolder(roots, { path, maxEntries: 100_000 })
  } catch (error) {
    if (isTop && FileError.is(error, 'FILE_NOT_FOLDER')) return undefined
    if (isTop || !FileError.is(error)) throw error
    search.skip(path)
    return []
  }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start)
    if (end < 0) {
      yield text.slice(start)
      return
    }
    yield text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end)
    start = end + 1
  }
}

/** A line, or of a long one what surrounds the match. */
function shownPart(line: string, { at, length }: { readonly at: number; readonly length: number }): string {
  if (line.length <= SHOWN_LENGTH_MAX) return line
  const spare = Math.max(0, SHOWN_LENGTH_MAX - length)
  const start = Math.max(0, Math.min(at - Math.floor(spare / 2), line.length - SHOWN_LENGTH_MAX))
  return line.slice(start, start + SHOWN_LENGTH_MAX).toWellFormed()
}
