import { existsSync } from 'node:fs'
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BosunError, type Journal } from '@bosun/core'
import { Staging } from '../broker/staging.ts'
import { socketPath } from '../journal/command-bell.ts'
import { runFile } from '../journal/run-file.ts'

/**
 * Drops a run: its journal first, so that it is a run no more whatever becomes of the rest.
 *
 * @throws RUN_UNKNOWN, RUN_BUSY, JOURNAL_DAMAGED
 */
export async function dropRun(journal: Journal, stateDir: string, run: string): Promise<void> {
  const workspace = await workspaceOf(journal, run)
  await journal.remove(run)
  await new Staging(stateDir, workspace).dropRun(run)
  const socket = socketPath(stateDir, run)
  if (socket !== undefined) await rm(socket, { force: true })
}

export async function sizeOfRun(stateDir: string, run: string): Promise<number> {
  const file = runFile(stateDir, run)
  const places = [file, `${file}-wal`, `${file}-shm`, new Staging(stateDir).runFolder(run)]
  const sizes = await Promise.all(places.map(sizeBelow))
  return sizes.reduce((sum, size) => sum + size, 0)
}

// ---------------------------------------------------------------------------------------------

/** Where git keeps the worktrees of the run; one that is gone needs nothing. */
async function workspaceOf(journal: Journal, run: string): Promise<string | undefined> {
  for await (const [first] of journal.read(run)) {
    const workspace = first?.type === 'run.started' ? first.place?.workspace : undefined
    return workspace !== undefined && existsSync(workspace) ? workspace : undefined
  }
  throw new BosunError('RUN_UNKNOWN', { at: run })
}

async function sizeBelow(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => undefined)
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.size
  const names = await readdir(path, { recursive: true })
  const sizes = await Promise.all(names.map((name) => lstat(join(path, name)).catch(() => undefined)))
  return sizes.reduce((sum, one) => sum + (one?.isFile() === true ? one.size : 0), 0)
}
