import { Command } from 'commander'
import { resolve } from 'node:path'
import { print, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { counted } from '../render/duration.ts'
import { printable } from '../render/printable.ts'

/** `bosun import FILE`: takes a run that was exported elsewhere. */
export function importCommand(cli: Cli): Command {
  const command = new Command('import')
    .summary('take a run that was exported elsewhere')
    .description(
      'Takes a run from the file of an export, all of it or nothing: its chain of hashes is checked, every invariant\n' +
        'judges it, and it must have ended or be paused. A run with its id must not be there yet.',
    )
    .argument('<file>', 'the file of an export')
  withExample(withStateOptions(command), 'bosun import run.ndjson')
  return command.action(async (file: string, options: StateOptions) => {
    const { BosunError } = await import('@bosun/core')
    const { withMadeState } = await import('../with-state.ts')
    const { auditRun } = await import('../audit-run.ts')
    const { facts, torn } = await (await cli.engine()).readFactsFile(resolve(cli.terminal.cwd, file))
    if (torn !== undefined) throw new BosunError('JOURNAL_INVALID', { at: file, received: `a torn last line: ${torn}` })
    const { violations } = auditRun(facts)
    const [worst] = violations
    if (worst !== undefined) {
      throw new BosunError('JOURNAL_INVALID', {
        at: file,
        expected: 'a run that violates no invariant',
        received: `${violations.length}, first ${worst.invariant} ${worst.sentence}`,
        fix: `Ask \`bosun audit ${file}\` for all of it.`,
      })
    }
    await withMadeState(cli, options, async (state) => {
      const run = await state.importRun(facts)
      if (options.json === true) await printJson(cli, { run, facts: facts.length })
      else
        await print(cli, [
          `run ${printable(run)} is here, ${counted(facts.length, 'fact')}. See bosun show ${printable(run)}`,
        ])
    })
  })
}
