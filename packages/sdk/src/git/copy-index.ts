import { copyFileSync, statSync, utimesSync } from 'node:fs'

/**
 * Copies an index of git together with its time. Git compares files by their stat data, to the second, and
 * looks into those that are no older than the index: a copy that looks younger would hide what was changed
 * in the second in which the index was written.
 */
export function copyIndex(from: string, to: string): void {
  const { atime, mtime } = statSync(from)
  copyFileSync(from, to)
  utimesSync(to, atime, mtime)
}
