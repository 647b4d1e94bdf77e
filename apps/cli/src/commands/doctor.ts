import { Command } from 'commander'
import { checkMachine } from '../check-machine.ts'
import { paintOf, print, printJson, withExample, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { renderChecks } from '../render/checks.ts'

/** `bosun doctor`: what this machine has, and what it lacks. */
export function doctorCommand(cli: Cli): Command {
  const command = new Command('doctor')
    .summary('say what this machine lacks')
    .description(
      'Says what this machine has of what runs need, and what a missing piece means. Ends with 1 when runs cannot work here.',
    )
    .option('--json', 'print data instead of text')
  withExample(command, 'bosun doctor')
  return command.action(async (options: { readonly json?: boolean }) => {
    const engine = await cli.engine().catch(() => undefined)
    const checks = (await engine?.checkMachine?.()) ?? (await checkMachine())
    if (options.json === true) await printJson(cli, { checks })
    else await print(cli, renderChecks(checks, paintOf(cli)))
    cli.exit(checks.some(({ state }) => state === 'broken') ? EXIT.failed : EXIT.completed)
  })
}
