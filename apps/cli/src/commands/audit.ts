import { Command } from 'commander'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  paintOf,
  print,
  printJson,
  say,
  withExample,
  withRun,
  withStateOptions,
  type Cli,
  type StateOptions,
} from '../cli.ts'
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
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    const { facts, torn } = await (await cli.engine()).readFactsFile(path)
    if (torn !== undefined) await say(cli, `bosun: the last line is torn and was left out: ${quoted(torn)}`)
    return { facts, source: named }
  }
  return withRun(cli, options, named, async (state, run) => ({ facts: await factsOf(state, run), source: run }))
}
