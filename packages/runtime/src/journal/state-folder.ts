import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import process from 'node:process'
import { BosunError } from '@bosun/core'

/**
 * Refuses a state folder that workers could reach: inside of a root (the workspace, a mount, a served
 * folder), or around one. Compared are real paths, segment by segment, so neither a link nor a folder
 * with the same beginning deceives.
 *
 * Use it before a journal is opened; it creates nothing.
 *
 * @throws STATE_FOLDER_UNSAFE naming both folders
 */
export function assertStateFolder(stateDir: string, roots: readonly string[]): void {
  const state = realPath(stateDir)
  for (const root of roots.map(realPath)) {
    if (isWithin(state, root) || isWithin(root, state)) {
      throw new BosunError('STATE_FOLDER_UNSAFE', {
        at: state,
        expected: `a folder apart from ${root}`,
        received: isWithin(state, root) ? 'a folder inside of it' : 'a folder around it',
      })
    }
  }
}

/**
 * Refuses a state folder that workers see in their workspace. Beside it or around it is fine, and so is
 * anything below its `.bosun`, a name that no path of a worker may contain.
 *
 * @param at who names it: `--state`, `bosun.config.ts stateDir`
 * @throws STATE_FOLDER_UNSAFE
 */
export function assertHiddenState(stateDir: string, workspace: string, at: string): void {
  const state = realPath(stateDir)
  const root = realPath(workspace)
  if (!isWithin(state, root) || relative(root, state).split(sep)[0]?.toLowerCase() === '.bosun') return
  throw new BosunError('STATE_FOLDER_UNSAFE', {
    at,
    expected: `a folder outside of the workspace ${root}, or below its .bosun`,
    received: state,
    fix: 'Choose such a folder.',
  })
}

/**
 * Creates the state folder for its owner alone (0700), or narrows the one that is there.
 *
 * @throws STATE_FOLDER_UNSAFE when it cannot be made or belongs to somebody else
 */
export function makeStateFolder(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    if (process.platform !== 'win32' && (statSync(stateDir).mode & 0o077) !== 0) chmodSync(stateDir, 0o700)
  } catch (error) {
    throw BosunError.from(error, 'STATE_FOLDER_UNSAFE', {
      at: stateDir,
      expected: 'a folder that is ours alone',
      fix: 'Choose a folder that you own and may write.',
    })
  }
}

// ------------------------------------------------------------------------------------------------

const foldsCase = process.platform === 'win32' || process.platform === 'darwin'

function isWithin(path: string, root: string): boolean {
  const way = foldsCase ? relative(root.toLowerCase(), path.toLowerCase()) : relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** The real path of what exists, with the rest that does not exist yet appended. */
function realPath(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync.native(absolute)
  } catch {
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(realPath(parent), basename(absolute))
  }
}
