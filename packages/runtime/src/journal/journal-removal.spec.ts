import { expect, it } from 'vitest'
import { factsAfter, here, readAll } from './facts.fixture.ts'
import { MemoryJournal } from './memory-journal.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

it.each([
  ['in memory', async () => new MemoryJournal()],
  ['in SQLite', () => SqliteJournal.open({ stateDir: temporaryFolder() })],
] as const)('%s drops a run as a whole, but not under a living manager', async (_, open) => {
  const journal = await open()
  const epoch = await journal.acquire('r1', here)
  await journal.append('r1', epoch, 0, factsAfter(0, 2))
  await expect(journal.remove('r1')).rejects.toMatchObject({ code: 'RUN_BUSY' })
  await journal.release('r1', epoch)
  await journal.remove('r1')
  await expect(readAll(journal, 'r1')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
  expect(await journal.runs()).toEqual([])
  await journal.close()
})
