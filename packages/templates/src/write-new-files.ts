import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Files } from './template.ts'

/**
 * Writes files below a folder, all or none.
 *
 * @returns the paths that are taken, in which case nothing is written; none when all are written
 */
export async function writeNewFiles(root: string, files: Files): Promise<readonly string[]> {
  const taken = Object.keys(files).filter((path) => existsSync(join(root, path)))
  if (taken.length > 0) return taken
  for (const [path, text] of Object.entries(files)) {
    // In order, so that what a failure leaves behind is a beginning.
    // oxlint-disable-next-line no-await-in-loop
    await mkdir(dirname(join(root, path)), { recursive: true })
    // oxlint-disable-next-line no-await-in-loop
    await writeFile(join(root, path), text, { flag: 'wx' })
  }
  return []
}
