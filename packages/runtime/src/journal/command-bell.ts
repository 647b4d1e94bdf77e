import { mkdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { shortName } from './run-file.ts'

/**
 * Wakes the owner of a run when another process left a command: a local socket in the state folder
 * that is connected to and closed, without a word. A hint only: the truth is the table of commands,
 * which the owner also looks at each second.
 */

/** Longest path that every system takes for a socket. */
const PATH_LENGTH_MAX = 100

export function socketPath(stateDir: string, run: string): string | undefined {
  const path = join(stateDir, 'wake', shortName(run))
  return Buffer.byteLength(path) <= PATH_LENGTH_MAX ? path : undefined
}

/** Listens for rings; a socket that a dead owner left is replaced. Returns what ends it. */
export function listenForRing(stateDir: string, run: string, wake: () => void): () => void {
  const path = socketPath(stateDir, run)
  if (path === undefined) return () => {}
  mkdirSync(join(stateDir, 'wake'), { recursive: true, mode: 0o700 })
  let ended = false
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.destroy()
    wake()
  })
  server.unref()
  const replaceStale = async (): Promise<void> => {
    if (!(await isDeaf(path)) || ended) return
    rmSync(path, { force: true })
    server.listen(path)
  }
  server.once('error', () => void replaceStale().catch(() => {}))
  // Whatever fails beyond that, the owner still looks each second.
  server.on('error', () => {})
  server.listen(path)
  return () => {
    ended = true
    server.close()
  }
}

/** Rings, if anybody listens. */
export async function ring(stateDir: string, run: string): Promise<void> {
  const path = socketPath(stateDir, run)
  if (path !== undefined) await isDeaf(path)
}

// ------------------------------------------------------------------------------------------------

/** Whether nobody answers at a path. */
function isDeaf(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
}
