import { BosunError, type DurableFact } from '@bosun/core'
import { lstatSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { say, type Cli, type StateOptions } from './cli.ts'
import { factsOf } from './follow-facts.ts'
import { quoted } from './render/printable.ts'
import { withRun } from './with-state.ts'

/** Facts, and where they came from as a person calls it. */
export interface NamedFacts {
  readonly facts: readonly DurableFact[]
  readonly source: string
}

/** The facts of a run (its id, the beginning of it, or `last`) or of the file of an export. */
export async function factsNamed(cli: Cli, named: string, options: StateOptions): Promise<NamedFacts> {
  const path = resolve(cli.terminal.cwd, named)
  const stat = named === '' ? undefined : lstatSync(path, { throwIfNoEntry: false })
  if (stat !== undefined || /[./\\]/.test(named)) {
    checkFile(path, named)
    const { facts, torn } = await (await cli.engine()).readFactsFile(path)
    if (torn !== undefined) await say(cli, `bosun: the last line is torn and was left out: ${quoted(torn)}`)
    return { facts, source: named }
  }
  return withRun(cli, options, named, async (state, run) => ({ facts: await factsOf(state, run), source: run }))
}

// ---------------------------------------------------------------------------------------------

/** What is not a file is not opened: a device or a folder would be read for ever, or not at all. */
function checkFile(path: string, named: string): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() === true || stat?.isFIFO() === true) return
  throw new BosunError('FILE_UNREADABLE', {
    at: named,
    expected: 'the file of an export, or the id of a run',
    received: stat === undefined ? 'nothing of this name' : stat.isDirectory() ? 'a folder' : 'something else',
    fix: 'Correct the path, or ask `bosun runs` for the ids.',
  })
}
