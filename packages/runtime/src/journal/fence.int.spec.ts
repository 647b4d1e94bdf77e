import { describe, expect, it } from 'vitest'
import { factsAfter, here, readAll } from './facts.fixture.ts'
import { lastAcked, startChild } from './journal-child.fixture.ts'
import { MemoryJournal } from './memory-journal.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { stopTorture } from './stop-torture.fixture.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describe('Two processes at one run', () => {
  it(
    'R3, P5: never both write as managers: the one that was stopped and taken over is fenced',
    { timeout: 60_000 },
    async () => {
      expect(await stopTorture(temporaryFolder(), 3)).toEqual({ rounds: 3, stale: 0, fenced: 3 })
    },
  )

  it('S19: never show a reader a log that is not whole', { timeout: 60_000 }, async () => {
    const stateDir = temporaryFolder()
    const child = startChild('./journal-writer.fixture.ts', [stateDir, 'r1', '4000'])
    await using journal = await SqliteJournal.open({ stateDir })
    await child.heard('acked')
    const lengths = [0]
    while (child.process.exitCode === null) lengths.push((await readAll(journal, 'r1')).length)
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
    const said = await child.ended()
    expect(said).toContain('done')
    const facts = await readAll(journal, 'r1')
    expect(facts.length).toBe(lastAcked(said))
    expect(facts.map(({ seq }) => seq)).toEqual(facts.map((_, index) => index + 1))
  })

  it('R3: are never both let in as managers when they come at the same moment', async () => {
    const stateDir = temporaryFolder()
    const children = [1, 2, 3].map(() => startChild('./journal-writer.fixture.ts', [stateDir, 'r1', '1000000']))
    const answers = await Promise.all(children.map(({ heardAny }) => heardAny()))
    for (const child of children) child.process.kill('SIGKILL')
    expect(answers.toSorted()).toEqual(['owns 0', 'refused RUN_BUSY', 'refused RUN_BUSY'])
  })

  it('R3: refuse the second manager while the process of the first lives, and let it in once that was killed', async () => {
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

  it.each([
    ['in memory', async () => new MemoryJournal()],
    ['in SQLite', () => SqliteJournal.open({ stateDir: temporaryFolder() })],
  ] as const)(
    'R3, P5: %s, the first is fenced while it lives when a person has the run taken over',
    async (_, open) => {
      await using journal = await open()
      const first = await journal.acquire('r1', here)
      await journal.append('r1', first, 0, factsAfter(0, 2))
      await expect(journal.acquire('r1', here)).rejects.toMatchObject({ code: 'RUN_BUSY' })
      const second = await journal.acquire('r1', here, { takeOver: true })
      const late = journal.append('r1', first, 2, factsAfter(2, 1))
      await expect(late).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
      await expect(journal.release('r1', first)).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
      await journal.append('r1', second, 2, factsAfter(2, 1))
      expect(await readAll(journal, 'r1')).toHaveLength(3)
    },
  )
})
