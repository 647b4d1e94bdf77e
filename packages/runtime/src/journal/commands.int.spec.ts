import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ring, socketPath } from './command-bell.ts'
import { here } from './facts.fixture.ts'
import { startChild } from './journal-child.fixture.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

/** A poll that never comes within a spec: what wakes is the socket. */
const NEVER_MS = 2 ** 30

describe('A command of another process', () => {
  it('wakes the owner of the run, who settles it', async () => {
    const stateDir = temporaryFolder()
    await using journal = await SqliteJournal.open({ stateDir, pollMs: NEVER_MS })
    await journal.acquire('r1', here)
    const woken = Promise.withResolvers<void>()
    journal.watchCommands('r1', woken.resolve)
    const child = startChild('./command-child.fixture.ts', [stateDir, 'r1', 'slower'])
    await woken.promise
    expect(await journal.commands('r1')).toEqual([{ id: 1, kind: 'steer', body: { text: 'slower' }, by: 'child' }])
    await journal.settle('r1', 1, 1)
    expect(await journal.commands('r1')).toEqual([])
    expect(await child.ended()).toEqual(['submitted 1'])
  })

  it('is found by looking when no wake came', async () => {
    const stateDir = temporaryFolder()
    await using owner = await SqliteJournal.open({ stateDir, pollMs: 5 })
    await owner.acquire('r1', here)
    await using other = await SqliteJournal.open({ stateDir })
    const woken = Promise.withResolvers<void>()
    // The path is too long for a socket, or its place is taken: here by a listener that tells nobody.
    const deaf = await deafListener(stateDir, 'r1')
    owner.watchCommands('r1', woken.resolve)
    await other.submit('r1', { kind: 'pause', body: null, by: 'anna' })
    await expect(woken.promise).resolves.toBeUndefined()
    deaf.close()
  })

  it('wakes also where a killed owner left its socket', async () => {
    const stateDir = temporaryFolder()
    await using journal = await SqliteJournal.open({ stateDir, pollMs: NEVER_MS })
    await journal.acquire('r1', here)
    const dead = startChild('./socket-child.fixture.ts', [socketPath(stateDir, 'r1') ?? ''])
    await dead.heard('listening')
    dead.process.kill('SIGKILL')
    await dead.ended()
    expect(existsSync(socketPath(stateDir, 'r1') ?? '')).toBe(true)
    const woken = Promise.withResolvers<void>()
    const end = journal.watchCommands('r1', woken.resolve)
    // The owner may not listen yet: a ring is a hint, so it is given again.
    const state = { woken: false }
    const ringing = (async () => {
      while (!state.woken) await ring(stateDir, 'r1')
    })()
    await expect(woken.promise).resolves.toBeUndefined()
    state.woken = true
    await ringing
    end()
  })
})

async function deafListener(stateDir: string, run: string): Promise<ReturnType<typeof createServer>> {
  mkdirSync(join(stateDir, 'wake'))
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(socketPath(stateDir, run), resolve))
  return server
}
