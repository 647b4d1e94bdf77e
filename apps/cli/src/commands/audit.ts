import { Command } from 'commander'
import { lstatSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { paintOf, print, printJson, say, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { factsOf } from '../follow-facts.ts'
import { renderAudit } from '../render/audit-page.ts'
import { quoted } from '../render/printable.ts'

/** `bosun audit RUN|FILE`: judges the facts of a run by every invariant. */
export function auditCommand(cli: Cli): Command {
  const command = new Command('audit')
    .summary('judge the facts of a run by every invariant')
    .description(
      'Judges the facts of a run, or of an exported file, by every invariant. Ends with 1 when one is violated.',
    )
    .argument('[run]', 'a run (id, the beginning of it, or "last"), or the file of an export', 'last')
  withExample(withStateOptions(command), 'bosun audit last', 'bosun audit run.ndjson')
  return command.action(async (named: string, options: StateOptions) => {
    const { facts, source } = await factsNamed(cli, named, options)
    const { audit } = await import('@bosun/invariants')
    const report = audit(facts)
    if (options.json === true) await printJson(cli, { source, ...report })
    else await print(cli, renderAudit(report, source, paintOf(cli)))
    cli.exit(report.ok ? EXIT.completed : EXIT.failed)
  })
}

// ---------------------------------------------------------------------------------------------

async function factsNamed(cli: Cli, named: string, options: StateOptions) {
  const path = resolve(cli.terminal.cwd, named)
  const stat = named === '' ? undefined : lstatSync(path, { throwIfNoEntry: false })
  if (stat !== undefined || /[./\\]/.test(named)) {
    await checkFile(path, named)
    const { facts, torn } = await (await cli.engine()).readFactsFile(path)
    if (torn !== undefined) await say(cli, `bosun: the last line is torn and was left out: ${quoted(torn)}`)
    return { facts, source: named }
  }
  const { withRun } = await import('../with-state.ts')
  return withRun(cli, options, named, async (state, run) => ({ facts: await factsOf(state, run), source: run }))
}

/** What is not a file is not opened: a device or a folder would be read for ever, or not at all. */
async function checkFile(path: string, named: string): Promise<void> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() === true || stat?.isFIFO() === true) return
  const { BosunError } = await import('@bosun/core')
  throw new BosunError('FILE_UNREADABLE', {
    at: named,
    expected: 'the file of an export, or the id of a run',
    received: stat === undefined ? 'nothing of this name' : stat.isDirectory() ? 'a folder' : 'something else',
    fix: 'Correct the path, or ask `bosun runs` for the ids.',
  })
}
