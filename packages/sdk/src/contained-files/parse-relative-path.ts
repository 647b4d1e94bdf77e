/**
 * The door for paths: text from a model, a task or a plan becomes segments here and nowhere else.
 *
 * Rules. Nothing is decoded and nothing is repaired: `%2e%2e` is a file name of six characters,
 * `~` and `$HOME` are file names too. What could mean different things to different systems is
 * refused on all of them (backslash, `:`, trailing dots and spaces, Windows device names), so a
 * path that is accepted here means the same everywhere. The one convenience: a single leading
 * `./`, which models like to write, is dropped, and the canonical text says so.
 */
import { FileError } from './file-error.ts'
import { isOwnName } from './temporary-name.ts'

export const SEGMENT_BYTES_MAX = 255
export const PATH_BYTES_MAX = 4096

/** A path inside a root: one or more plain names, or none for the root itself. */
export interface RelativePath {
  /** The canonical form: the segments joined by `/`, or `.` for the root itself. */
  readonly text: string
  readonly segments: readonly string[]
}

/**
 * Reads a path of a file.
 *
 * @throws FileError FILE_PATH_INVALID, which names the part that is refused and why.
 * @example
 * parseRelativePath("./site/mars.html").segments // ["site", "mars.html"]
 */
export function parseRelativePath(text: string): RelativePath {
  const fault = faultOfText(text)
  if (fault !== undefined) throw invalid(text, fault)
  const segments = withoutLeadingDot(text).split('/')
  for (const segment of segments) {
    const fault = faultOfSegment(segment)
    if (fault !== undefined) throw invalid(text, fault)
  }
  return relativePath(segments)
}

/** Reads a path of a folder: as `parseRelativePath`, and `.` means the root. */
export function parseFolderPath(text: string): RelativePath {
  return text === '.' || text === './' ? relativePath([]) : parseRelativePath(text)
}

/** A path of segments that have passed the door already. */
export function relativePath(segments: readonly string[]): RelativePath {
  return { text: segments.length === 0 ? '.' : segments.join('/'), segments }
}

/** What is wrong with a single name, as a sentence; undefined when nothing is. */
export function faultOfName(name: string): string | undefined {
  if (name.includes('/')) return 'The name holds a `/`.'
  return faultOfText(name) ?? faultOfSegment(name)
}

// Private

function faultOfSegment(segment: string): string | undefined {
  if (segment === '') return 'A part of the path is empty.'
  if (segment === '.') return 'A part of the path is `.`, which names no file.'
  if (segment === '..') return 'A part of the path is `..`, which leaves its folder.'
  if (Buffer.byteLength(segment) > SEGMENT_BYTES_MAX)
    return `A part of the path is longer than ${SEGMENT_BYTES_MAX} bytes.`
  if (segment.endsWith('.') || segment.endsWith(' '))
    return 'A part of the path ends in a dot or a space, which Windows drops.'
  if (isDeviceName(segment)) return 'A part of the path is a device name on Windows.'
  if (isOwnName(segment)) return 'A part of the path is a name that Bosun keeps for itself.'
  return undefined
}

function invalid(text: unknown, summary: string): FileError {
  return new FileError('FILE_PATH_INVALID', {
    // Cut, so that an error does not keep a giant path alive.
    at: typeof text === 'string' ? text.slice(0, PATH_BYTES_MAX) : typeof text,
    summary,
  })
}

function faultOfText(text: unknown): string | undefined {
  if (typeof text !== 'string') return 'The path is not a string.'
  if (text === '') return 'The path is empty.'
  // The length is tested before anything that walks the text, so a giant path costs nothing.
  if (text.length > PATH_BYTES_MAX || Buffer.byteLength(text) > PATH_BYTES_MAX)
    return `The path is longer than ${PATH_BYTES_MAX} bytes.`
  if (!text.isWellFormed()) return 'The path holds half of a surrogate pair.'
  if (hasControlCharacter(text)) return 'The path holds a control character.'
  if (text.includes('\\')) return 'The path holds a backslash.'
  if (text.startsWith('/')) return 'The path is absolute.'
  if (text.includes(':')) return 'The path holds a `:` (a drive, a scheme or a stream).'
  return undefined
}

function withoutLeadingDot(text: string): string {
  return text.startsWith('./') ? text.slice(2) : text
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true
  }
  return false
}

/** `nul`, `NUL.txt` and `nul .txt` all open the device on Windows. */
function isDeviceName(segment: string): boolean {
  const stem = segment.split('.', 1)[0]?.trimEnd() ?? ''
  return /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/i.test(stem)
}
