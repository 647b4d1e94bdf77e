import { Command } from 'commander'
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { paintOf, print, printJson, withExample, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { pathText } from '../path-flag.ts'
import { renderChecks } from '../render/checks.ts'

/** `bosun doctor [folder]`: what this machine has, and what it lacks. */
export function doctorCommand(cli: Cli): Command {
  const command = new Command('doctor')
    .summary('say what this machine lacks')
    .description(
      'Says what this machine has of what runs need, what workers are contained by and what nothing contains, and ' +
        'whether the state folder of the project is fine. Ends with 0 when runs work here, even with less than ' +
        'could be (!), and with 1 when they cannot (✗).',
    )
    .argument('[folder]', 'project folder (default: the current one, if it holds a project)', pathText)
    .option('--json', 'print data instead of text')
  withExample(command, 'bosun doctor', 'bosun doctor examples/codemap --json')
  return command.action(async (folder: string | undefined, options: { readonly json?: boolean }) => {
    const engine = await cli.engine()
    const checks = await engine.checkMachine(await projectOf(cli, folder))
    if (options.json === true) await printJson(cli, { checks })
    else await print(cli, renderChecks(checks, paintOf(cli)))
    cli.exit(checks.some(({ state }) => state === 'broken') ? EXIT.failed : EXIT.completed)
  })
}

// ---------------------------------------------------------------------------------------------

/** A folder that is named has to be a project; the current one need not. */
async function projectOf({ terminal: { cwd } }: Cli, named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return resolve(cwd, named)
  const names = await readdir(cwd).catch(() => [])
  return names.some((name) => /^bosun\.config\.\w+$/.test(name)) ? cwd : undefined
}
