import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChild } from './journal-child.fixture.ts'
import { RUNS_FOLDER } from './run-file.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describe('The thread of the journal', () => {
  it('lets a process end that never closed it', async () => {
    const child = startChild('./open-journal-child.fixture.ts', [temporaryFolder()])
    expect(await child.ended()).toEqual(['1 fact'])
  })

  it('refuses to open where it cannot work, and says why', async () => {
    const stateDir = temporaryFolder()
    writeFileSync(join(stateDir, RUNS_FOLDER), 'a file where a folder should be')
    await expect(SqliteJournal.open({ stateDir })).rejects.toMatchObject({
      code: 'JOURNAL_WRITE_FAILED',
      received: expect.stringContaining('EEXIST'),
    })
    mkdirSync(join(stateDir, 'elsewhere'))
    await using journal = await SqliteJournal.open({ stateDir: join(stateDir, 'elsewhere') })
    expect(await journal.runs()).toEqual([])
  })
})
