import { createHash, randomBytes } from 'node:crypto'

const PREFIX = '.bosun-tmp-'
/** How the marks of removed files begin. */
export const REMOVAL_PREFIX = '.bosun-gone-'

/**
 * A name for the half-written form of a file, in the folder of that file.
 *
 * It carries the hash of the final name, so that whoever writes the same file again finds and
 * removes what a crash left, without touching what others write beside it. The rest is random:
 * two writers of one file never share a half-written one.
 */
export function temporaryName(finalName: string): string {
  return `${temporaryPrefix(finalName)}${randomBytes(6).toString('hex')}`
}

/** How all temporary names of one final name begin. */
export function temporaryPrefix(finalName: string): string {
  return `${PREFIX}${createHash('sha256').update(finalName).digest('hex').slice(0, 16)}-`
}

/** The prefix that a temporary name carries; of any other name, nothing of interest. */
export function prefixOfTemporaryName(name: string): string {
  return name.slice(0, name.lastIndexOf('-') + 1)
}

/** Whether a name is that of a half-written file. */
export function isTemporaryName(name: string): boolean {
  return name.toLowerCase().startsWith(PREFIX)
}

/** Whether a name is that of the mark of a removed file. */
export function isRemovalMark(name: string): boolean {
  return name.toLowerCase().startsWith(REMOVAL_PREFIX)
}

/** Whether a name is one of ours; such names are hidden from lists and refused in paths. */
export function isOwnName(name: string): boolean {
  return isTemporaryName(name) || isRemovalMark(name)
}
