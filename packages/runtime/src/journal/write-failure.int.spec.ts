import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { factsAfter, here, readAll } from './facts.fixture.ts'
import { lastAcked, startChild } from './journal-child.fixture.ts'
import { runFile } from './run-file.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describe('A journal that cannot write', () => {
  it('P2: refuses all later appends of the run until it is acquired again', async () => {
    const stateDir = temporaryFolder()
    await using journal = await SqliteJournal.open({ stateDir, busyTimeoutMs: 1 })
    const first = await journal.acquire('r1', here)
    const other = await journal.acquire('r2', here)
    await journal.append('r1', first, 0, factsAfter(0, 2))
    const lock = lockOf(stateDir, 'r1')
    const failed = { code: 'JOURNAL_WRITE_FAILED' }
    await expect(journal.append('r1', first, 2, factsAfter(2, 1))).rejects.toMatchObject(failed)
    lock.close()
    await expect(journal.append('r1', first, 2, factsAfter(2, 1))).rejects.toMatchObject(failed)
    await journal.append('r2', other, 0, factsAfter(0, 1))
    const again = await journal.acquire('r1', here)
    expect(again).toBe(first + 1)
    expect(await readAll(journal, 'r1')).toEqual(factsAfter(0, 2))
    await expect(journal.append('r1', first, 2, factsAfter(2, 1))).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
    await journal.append('r1', again, 2, factsAfter(2, 1))
    expect(await readAll(journal, 'r1')).toEqual(factsAfter(0, 3))
  })

  it('refuses everything once it is closed', async () => {
    const journal = await SqliteJournal.open({ stateDir: temporaryFolder() })
    const epoch = await journal.acquire('r1', here)
    const appended = journal.append('r1', epoch, 0, factsAfter(0, 1))
    await journal.close()
    await expect(appended).resolves.toBeUndefined()
    const failed = { code: 'JOURNAL_WRITE_FAILED', message: expect.stringContaining('closed') }
    await expect(journal.append('r1', epoch, 1, factsAfter(1, 1))).rejects.toMatchObject(failed)
    await expect(readAll(journal, 'r1')).rejects.toMatchObject(failed)
    await journal.close()
  })

  it.each([64, 200, 400])(
    'P2: promises nothing that a full disk of %i KiB did not take',
    { timeout: 60_000 },
    async (limit) => {
      const stateDir = temporaryFolder()
      const child = startChild('./journal-writer.fixture.ts', [stateDir, 'r1', '1000000'], limit)
      const lines = await child.ended()
      expect(lines).toContain('refused JOURNAL_WRITE_FAILED')
      await using journal = await SqliteJournal.open({ stateDir })
      const epoch = await journal.acquire('r1', here)
      const facts = await readAll(journal, 'r1')
      expect(facts.length).toBeGreaterThanOrEqual(lastAcked(lines))
      await journal.append('r1', epoch, facts.length, factsAfter(facts.length, 1))
    },
  )
})

/** Another process in the middle of a transaction that does not end. */
function lockOf(stateDir: string, run: string): DatabaseSync {
  const database = new DatabaseSync(runFile(stateDir, run))
  database.exec('BEGIN IMMEDIATE')
  return database
}
