import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from '@bosun/invariants'
import { BUILT_IN_STRATEGIES, foldKernel } from '@bosun/kernel'
import type { DurableFact, Strategy } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { importRun } from '../project/import-run.ts'
import { openState } from '../project/open-state.ts'
import { GOLDEN_STORIES } from './golden-stories.fixture.ts'
import { MemoryJournal } from './memory-journal.ts'
import { readFactsFile } from './read-facts-file.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

/**
 * Journals that were written by the runtime of a day, with what they fold to. They are never made anew:
 * a change that reads them differently breaks the runs of whoever has such journals. To add one, write
 * its story and run this spec once with GOLDEN=make.
 */
const FOLDER = join(import.meta.dirname, 'golden')
const DIGESTS = join(FOLDER, 'digests.json')
const isMaking = process.env['GOLDEN'] === 'make'

describe('P9: a golden journal', () => {
  if (isMaking) make()
  else hold()
})

function make(): void {
  const missing = Object.entries(GOLDEN_STORIES).filter(([name]) => !existsSync(fileOf(name)))
  it.each(missing)('of %s is made', async (name, play) => {
    const state = await openState(await play())
    const lines = await Array.fromAsync(state.exportRun('golden'))
    await state.close()
    writeFileSync(fileOf(name), lines.join(''))
    const digests = existsSync(DIGESTS) ? digestsByName() : {}
    const digest = digestOf((await readFactsFile(fileOf(name))).facts)
    expect(digests).not.toHaveProperty(name)
    writeFileSync(DIGESTS, `${JSON.stringify({ ...digests, [name]: digest }, undefined, 2)}\n`)
  })
}

function hold(): void {
  const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.ndjson') ? [file.slice(0, -7)] : []))

  it('is there for every story, at least ten, each with the digest of its state', () => {
    expect(names.toSorted()).toEqual(Object.keys(GOLDEN_STORIES).toSorted())
    expect(Object.keys(digestsByName()).toSorted()).toEqual(names.toSorted())
    expect(names.length).toBeGreaterThanOrEqual(10)
  })

  it.each(names)('%s folds to the state that it had, violates nothing, and is exported as it came', async (name) => {
    const { facts, torn } = await readFactsFile(fileOf(name))
    expect(torn).toBeUndefined()
    expect(digestOf(facts)).toBe(digestsByName()[name])
    expect(audit(facts).violations).toEqual([])
    await using journal = new MemoryJournal()
    const run = await importRun(journal, facts)
    expect((await Array.fromAsync(journal.exportRun(run))).join('')).toBe(readFileSync(fileOf(name), 'utf8'))
  })

  it.each(names)('%s is refused by code when it is changed in any of seven ways', async (name) => {
    const lines = readFileSync(fileOf(name), 'utf8').trimEnd().split('\n')
    const file = join(temporaryFolder(), 'changed.ndjson')
    const codes = await Promise.all(
      Object.entries(MUTATIONS).map(async ([mutation, { change, code }], index) => {
        const path = `${file}${index}`
        writeFileSync(path, `${change(lines).join('\n')}\n`)
        const thrown: unknown = await readFactsFile(path).then(
          () => 'nothing',
          (error: unknown) => (error as { code?: unknown }).code,
        )
        return [mutation, thrown, code]
      }),
    )
    expect(codes).toHaveLength(7)
    for (const [mutation, thrown, code] of codes) expect([mutation, thrown]).toEqual([mutation, code])
  })
}

// ---------------------------------------------------------------------------------------------

interface Mutation {
  readonly change: (lines: readonly string[]) => readonly string[]
  readonly code: string
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a fact is missing': { change: (lines) => lines.toSpliced(middleOf(lines), 1), code: 'JOURNAL_DAMAGED' },
  'a fact is there twice': {
    change: (lines) => lines.toSpliced(middleOf(lines), 0, lines[middleOf(lines)] ?? ''),
    code: 'JOURNAL_DAMAGED',
  },
  'two facts have changed places': {
    change: (lines) => {
      const at = middleOf(lines)
      return lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '')
    },
    code: 'JOURNAL_DAMAGED',
  },
  'a value is another one': {
    change: (lines) => changed(lines, middleOf(lines), (line) => line.replace(/"at":\d/, '"at":9')),
    code: 'JOURNAL_DAMAGED',
  },
  'a fact is of no known type': {
    change: (lines) => changed(lines, middleOf(lines), (line) => line.replace(/"type":"/, '"type":"no.')),
    code: 'JOURNAL_INVALID',
  },
  'a line is cut off': {
    change: (lines) => changed(lines, middleOf(lines), (line) => line.slice(0, -20)),
    code: 'JOURNAL_INVALID',
  },
  'it is of another version': {
    change: (lines) => changed(lines, 0, (line) => line.replace(/"version":\d+/, '"version":999')),
    code: 'JOURNAL_VERSION',
  },
}

function middleOf(lines: readonly string[]): number {
  return Math.floor(lines.length / 2)
}

function changed(lines: readonly string[], at: number, change: (line: string) => string): readonly string[] {
  const before = lines[at] ?? ''
  const after = change(before)
  // A mutation that changes nothing would show nothing.
  expect(after).not.toBe(before)
  return lines.with(at, after)
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.ndjson`)
}

function digestsByName(): Record<string, string> {
  return JSON.parse(readFileSync(DIGESTS, 'utf8')) as Record<string, string>
}

/**
 * Of what the facts say. The configuration is left out: what a later version adds to it has a default
 * there, which is no other reading of the journal.
 */
function digestOf(facts: readonly DurableFact[]): string {
  const { view, state } = foldKernel(BUILT_IN_STRATEGIES[0] as Strategy, facts)
  const { run, goal, paused, tally, spent, at } = view
  const tasks = Array.from(view.tasks(), ({ remaining: _ordering, ...told }) => told)
  const told = { run, goal, paused, tally, spent, at, ended: state.ended, seq: state.seq, tasks }
  return createHash('sha256').update(sorted(told)).digest('hex')
}

/** JSON whose keys do not depend on the order in which code writes them. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}
