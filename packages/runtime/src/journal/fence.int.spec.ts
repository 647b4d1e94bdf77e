import { describe, expect, it } from 'vitest'
import { here } from './facts.fixture.ts'
import { startChild } from './journal-child.fixture.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { stopTorture } from './stop-torture.fixture.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describe('Two managers of one run', () => {
  it('R3, P5: never both write: the one that was stopped and taken over is fenced', { timeout: 60_000 }, async () => {
    expect(await stopTorture(temporaryFolder(), 3)).toEqual({ rounds: 3, stale: 0, fenced: 3 })
  })

  it('R3: the second is refused while the process of the first lives, and let in once it was killed', async () => {
    const stateDir = temporaryFolder()
    await using journal = await SqliteJournal.open({ stateDir })
    const child = startChild('./journal-writer.fixture.ts', [stateDir, 'r1', '1000000'])
    await child.heard('acked')
    const busy = journal.acquire('r1', here)
    await expect(busy).rejects.toMatchObject({ code: 'RUN_BUSY', received: `process ${child.process.pid}` })
    expect(await journal.runs()).toMatchObject([{ run: 'r1', state: 'running' }])
    child.process.kill('SIGKILL')
    await child.ended()
    expect(await journal.runs()).toMatchObject([{ run: 'r1', state: 'orphaned' }])
    expect(await journal.acquire('r1', here)).toBe(2)
    expect(await journal.runs()).toMatchObject([{ run: 'r1', state: 'running', owner: here }])
  })
})
