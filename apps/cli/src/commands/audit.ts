import { Command } from 'commander'
import {
  columnsOf,
  paintOf,
  print,
  printJson,
  withExample,
  withStateOptions,
  type Cli,
  type StateOptions,
} from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { renderAudit } from '../render/audit-page.ts'

interface AuditOptions extends StateOptions {
  readonly strategy?: string
}

/** `bosun audit RUN|FILE`: judges the facts of a run by every invariant. */
export function auditCommand(cli: Cli): Command {
  const command = new Command('audit')
    .summary('judge the facts of a run by every invariant')
    .description(
      'Judges the facts of a run, or of an exported file, by every invariant: what always holds, what must come ' +
        'about, and what the strategy of the run declares. It says what it could not judge, and why. Ends with 1 ' +
        'when one is violated.',
    )
    .argument('[run]', 'a run (id, the beginning of it, or "last"), or the file of an export', 'last')
    .option('--strategy <name>', 'name or module of the strategy that declares (default: the one of the run)')
  withExample(withStateOptions(command), 'bosun audit last', 'bosun audit run.ndjson')
  return command.action(async (named: string, options: AuditOptions) => {
    const { factsNamed } = await import('../facts-named.ts')
    const { auditRun } = await import('../audit-run.ts')
    const { facts, source } = await factsNamed(cli, named, options)
    const { strategyNamed } = await import('../strategy-named.ts')
    const strategy =
      options.strategy === undefined ? undefined : await strategyNamed(options.strategy, cli.terminal.cwd)
    const report = auditRun(facts, strategy)
    if (options.json === true) await printJson(cli, { source, ...report })
    else await print(cli, renderAudit(report, source, paintOf(cli), columnsOf(cli)))
    cli.exit(report.ok ? EXIT.completed : EXIT.failed)
  })
}
