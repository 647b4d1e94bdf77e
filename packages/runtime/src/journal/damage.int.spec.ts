import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { damageTorture } from './damage-torture.fixture.ts'
import { factsAfter, here, readAll } from './facts.fixture.ts'
import { runFile } from './run-file.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describe('A damaged journal', () => {
  it('P3, R5, S19: reads as the beginning of the log or is refused', { timeout: 60_000 }, async () => {
    const report = await damageTorture(temporaryFolder(), { cuts: 15, flips: 15 })
    expect(report.silent).toEqual([])
    expect(report.prefixes + report.refused).toBe(30)
  })

  it.each([
    ['the text of a fact was changed', `UPDATE facts SET fact = replace(fact, 'done', 'dine') WHERE seq = 7`, 'fact 7'],
    ['the last fact was changed', `UPDATE facts SET fact = replace(fact, '"t"', '"u"') WHERE seq = 20`, 'fact 20'],
    ['a hash was changed', `UPDATE facts SET hash = 'x' WHERE seq = 9`, 'fact 9'],
    ['a fact is missing', 'DELETE FROM facts WHERE seq = 5', 'fact 5'],
    ['the last facts are missing', 'DELETE FROM facts WHERE seq > 17', 'fact 18'],
    ['all facts are missing', 'DELETE FROM facts', 'fact 1'],
    ['a fact was put behind the last', `INSERT INTO facts SELECT 21, fact, hash FROM facts WHERE seq = 20`, 'fact 21'],
    ['the value of a fact was changed', `UPDATE blobs SET value = replace(value, 'xx', 'xy')`, 'fact 20'],
    ['the value of a fact is missing', 'DELETE FROM blobs', 'fact 20'],
  ])('P3, R5: is refused, naming the fact, when %s', async (_, sql, place) => {
    const stateDir = await stateWithRun()
    change(stateDir, sql)
    await using journal = await SqliteJournal.open({ stateDir })
    await expect(readAll(journal, 'r1')).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED', at: `run r1, ${place}` })
  })

  it.each([
    ['facts', 'UPDATE run SET fact_version = 2'],
    ['tables', 'PRAGMA user_version = 9'],
  ])('P9: is refused by version when its %s are of another one', async (_, sql) => {
    const stateDir = await stateWithRun()
    change(stateDir, sql)
    await using journal = await SqliteJournal.open({ stateDir })
    await expect(readAll(journal, 'r1')).rejects.toMatchObject({ code: 'JOURNAL_VERSION' })
    await expect(journal.acquire('r1', here)).rejects.toMatchObject({ code: 'JOURNAL_VERSION' })
  })

  it('is listed as damaged beside the others', async () => {
    const stateDir = await stateWithRun()
    await using journal = await SqliteJournal.open({ stateDir })
    await journal.acquire('r2', here)
    writeFileSync(runFile(stateDir, 'r1'), 'no database at all, but long enough to be one '.repeat(100))
    const states = (await journal.runs()).map(({ run, state }) => [run, state])
    expect(states.toSorted()).toEqual([
      ['r1', 'damaged'],
      ['r2', 'running'],
    ])
    await expect(readAll(journal, 'r1')).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' })
  })
})

async function stateWithRun(): Promise<string> {
  const stateDir = temporaryFolder()
  await using journal = await SqliteJournal.open({ stateDir })
  const facts = [...factsAfter(0, 19), ...factsAfter(19, 1, 'x'.repeat(5000))]
  await journal.append('r1', await journal.acquire('r1', here), 0, facts)
  return stateDir
}

function change(stateDir: string, sql: string): void {
  const database = new DatabaseSync(runFile(stateDir, 'r1'))
  database.exec(sql)
  database.close()
}
