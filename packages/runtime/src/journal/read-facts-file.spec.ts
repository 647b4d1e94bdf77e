import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DurableFact } from '@bosun/core'
import { here, startedFact, valueFact } from './facts.fixture.ts'
import { MemoryJournal } from './memory-journal.ts'
import { readFactsFile } from './read-facts-file.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

const facts = [startedFact('r1'), valueFact(2, 'x'.repeat(9000)), valueFact(3, { $blob: 'mine' }), valueFact(4, 'done')]

describe('A file of facts', () => {
  it('P9, S19: holds after the export what the journal holds', async () => {
    await using journal = await SqliteJournal.open({ stateDir: temporaryFolder() })
    const epoch = await journal.acquire('r1', here)
    await journal.append('r1', epoch, 0, facts)
    const lines = await Array.fromAsync(journal.exportRun('r1'))
    expect(lines).toEqual(await exported(facts))
    expect(await readFactsFile(fileWith(lines))).toEqual({ facts, torn: undefined })
  })

  it('R5: loses a last line that was not finished, and says so', async () => {
    const lines = await exported(facts)
    const last = lines.at(-1) ?? ''
    for (const length of [1, 20, 100, last.length - 2]) {
      const read = await readFactsFile(fileWith([...lines.slice(0, -1), last.slice(0, length)]))
      expect(read).toEqual({ facts: facts.slice(0, -1), torn: expect.stringContaining('run.ndjson:4') })
    }
    expect(await readFactsFile(fileWith([...lines.slice(0, -1), last.trimEnd()]))).toEqual({ facts, torn: undefined })
  })

  it.each<[string, string, (lines: string[]) => string[]]>([
    ['a line is missing', 'JOURNAL_DAMAGED', (lines) => lines.toSpliced(1, 1)],
    ['a line comes twice', 'JOURNAL_DAMAGED', (lines) => lines.toSpliced(1, 0, lines[1] ?? '')],
    ['a value was changed', 'JOURNAL_DAMAGED', (lines) => lines.with(2, (lines[2] ?? '').replace('mine', 'mime'))],
    [
      'the last value was changed',
      'JOURNAL_DAMAGED',
      (lines) => lines.with(3, (lines[3] ?? '').replace('done', 'dome')),
    ],
    ['a line is cut', 'JOURNAL_INVALID', (lines) => lines.with(1, `${(lines[1] ?? '').slice(0, 40)}\n`)],
    ['a line is empty', 'JOURNAL_INVALID', (lines) => lines.toSpliced(2, 0, '\n')],
    [
      'a fact has a field too many',
      'JOURNAL_INVALID',
      (lines) => lines.with(3, (lines[3] ?? '').replace('"task"', '"x":1,"task"')),
    ],
    [
      'a fact is of no known type',
      'JOURNAL_INVALID',
      (lines) => lines.with(3, (lines[3] ?? '').replace('attempt.', 'attempts.')),
    ],
    ['a fact is null', 'JOURNAL_INVALID', (lines) => lines.with(3, '{"hash":"","fact":null}\n')],
    ['a key would reach a prototype', 'JOURNAL_INVALID', (lines) => lines.with(3, '{"hash":"","__proto__":{}}\n')],
    [
      'it is of another version',
      'JOURNAL_VERSION',
      (lines) => lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":2')),
    ],
    ['it is empty', 'JOURNAL_INVALID', () => []],
  ])('P9, R5: is refused when %s', async (_, code, change) => {
    const file = fileWith(change(await exported(facts)))
    await expect(readFactsFile(file)).rejects.toMatchObject({ code, at: expect.stringContaining('run.ndjson') })
  })

  it('is refused when it cannot be read', async () => {
    await expect(readFactsFile('/nowhere/run.ndjson')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

async function exported(all: readonly DurableFact[]): Promise<string[]> {
  const journal = new MemoryJournal()
  await journal.append('r1', await journal.acquire('r1', here), 0, all)
  return Array.fromAsync(journal.exportRun('r1'))
}

function fileWith(lines: readonly string[]): string {
  const file = join(temporaryFolder(), 'run.ndjson')
  writeFileSync(file, lines.join(''))
  return file
}
