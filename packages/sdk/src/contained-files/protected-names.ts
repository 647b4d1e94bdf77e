import { FileError } from './file-error.ts'
import type { RelativePath } from './parse-relative-path.ts'

/**
 * Names that no path may contain, at any depth. Whoever writes `.git/hooks` runs code on the next
 * commit; whoever reads `.bosun` sees the journal and the staging folders of other attempts.
 */
export const PROTECTED_NAMES: readonly string[] = ['.git', '.bosun']

/** Code points that some file systems leave out when they compare names. */
const IGNORED_IN_NAMES = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** Whether a name means a protected one on any file system, however it is spelled. */
export function isProtectedName(name: string, protectedNames: readonly string[]): boolean {
  const plain = name.replace(IGNORED_IN_NAMES, '').toLowerCase()
  return protectedNames.some((candidate) => plain === candidate.toLowerCase() || plain === shortName(candidate))
}

/** @throws FileError FILE_PATH_PROTECTED */
export function refuseProtected(path: RelativePath, protectedNames: readonly string[]): void {
  const name = path.segments.find((segment) => isProtectedName(segment, protectedNames))
  if (name === undefined) return
  throw new FileError('FILE_PATH_PROTECTED', {
    at: path.text,
    summary: `The part \`${name}\` is protected.`,
  })
}

// Private

/** The 8.3 form under which Windows also knows a dot file: `.git` is `git~1`. */
function shortName(name: string): string {
  return `${name.replaceAll('.', '').slice(0, 6).toLowerCase()}~1`
}
