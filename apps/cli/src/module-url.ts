import { BosunError } from '@bosun/core'
import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A module file as something to import. Throws SUBJECT_INVALID for what is no file. */
export function moduleUrl(named: string, cwd: string): string {
  const path = resolve(cwd, named)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() === true) return pathToFileURL(realpathSync(path)).href
  throw new BosunError('SUBJECT_INVALID', {
    at: named,
    summary: 'There is no such module.',
    expected: 'a file of TypeScript or JavaScript',
    received: stat === undefined ? 'nothing of this name' : stat.isDirectory() ? 'a folder' : 'something else',
    fix: 'Correct the path.',
  })
}
