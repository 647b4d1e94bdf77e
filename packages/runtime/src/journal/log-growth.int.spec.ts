import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { checkStateFolder } from '../project/check-machine.ts'
import { factsAfter, here } from './facts.fixture.ts'
import { runFile } from './run-file.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

const MIB = 1024 * 1024
/** Facts of one append, each with a value of its own that is stored beside it. */
const FACTS = 64
const VALUE_LENGTH = 64 * 1024

const logSize = (stateDir: string) => statSync(`${runFile(stateDir, 'r1')}-wal`).size

async function writer(stateDir: string) {
  const journal = await SqliteJournal.open({ stateDir })
  const epoch = await journal.acquire('r1', here)
  let seq = 0
  return {
    journal,
    /** Writes about so many MiB. */
    async write(mebibytes: number): Promise<void> {
      for (let written = 0; written < mebibytes * MIB; written += FACTS * VALUE_LENGTH) {
        const facts = factsAfter(seq, FACTS).map((fact) => ({ ...fact, result: `${fact.seq}`.padEnd(VALUE_LENGTH) }))
        // One after the other, as one run does.
        // oxlint-disable-next-line no-await-in-loop
        await journal.append('r1', epoch, seq, facts as ReturnType<typeof factsAfter>)
        seq += FACTS
      }
    },
  }
}

describe('The write-ahead log of a run', () => {
  it('P17: stays small while our own readers follow the run, in the middle of it and at its end', async () => {
    const stateDir = temporaryFolder()
    const { journal, write } = await writer(stateDir)
    await write(8)
    // Both have been given a page, and hold it.
    const slow = journal.read('r1')[Symbol.asyncIterator]()
    await slow.next()
    const other = await SqliteJournal.open({ stateDir })
    const elsewhere = other.read('r1')[Symbol.asyncIterator]()
    await elsewhere.next()
    await write(48)
    expect(logSize(stateDir)).toBeLessThan(32 * MIB)
    expect((await elsewhere.next()).done).toBe(false)
    await other.close()
    await journal.close()
  }, 60_000)

  it('P17: grows while a stranger reads in one transaction; doctor names it, and it is emptied once the stranger has gone', async () => {
    const stateDir = temporaryFolder()
    const { journal, write } = await writer(stateDir)
    await write(4)
    const stranger = new DatabaseSync(runFile(stateDir, 'r1'))
    stranger.exec('BEGIN')
    stranger.prepare('SELECT count(*) FROM facts').get()
    await write(80)
    expect(logSize(stateDir)).toBeGreaterThan(64 * MIB)
    expect(await checkStateFolder(stateDir, [])).toMatchObject({
      state: 'missing',
      detail: expect.stringMatching(/the write-ahead log of r1 has grown to \d+ MiB: since \d{4}-\S+Z somebody/),
      fix: expect.stringContaining(`lsof ${runFile(stateDir, 'r1')}-wal`),
    })
    stranger.close()
    // The first write copies what is in the log, the second begins it anew.
    await write(8)
    expect(logSize(stateDir)).toBeLessThanOrEqual(64 * MIB)
    expect(await checkStateFolder(stateDir, [])).toMatchObject({ state: 'ok' })
    await journal.close()
  }, 60_000)
})
