import { Command, Option } from 'commander'
import { withExample, type Cli } from '../cli.ts'
import type { CheckFlags } from '../check-flags.ts'
import { number, wholeNumber } from '../number-flag.ts'
import { pathText } from '../path-flag.ts'

/** `bosun check MODULE`: looks for a schedule that breaks a strategy, manager, planner or worker. */
export function checkCommand(cli: Cli): Command {
  const command = new Command('check')
    .summary('look for a schedule that breaks a strategy, manager, planner or worker')
    .description(
      'Runs the default export of a module (a strategy, manager, planner or worker) in a simulated world, in as many ' +
        'schedules as it is given, with faults, and judges each by every invariant. What it finds is the smallest ' +
        'schedule that shows it, with a timeline, a command that replays it and a test to paste. Options of the ' +
        "check (goal, workers, scope, limits, invariants of one's own) are the module's export `check`.",
    )
    .argument('<module>', 'file of TypeScript or JavaScript', pathText)
    .addOption(
      new Option('--seconds <number>', 'look for so long, whatever was tried by then')
        .argParser(number(0.1, 1_000_000))
        .conflicts('schedules'),
    )
    .option('--schedules <number>', 'schedules to try (default: 20000, or what the seconds allow)', wholeNumber(1))
    .option('--seed <number>', 'what is drawn at random follows from it (default: 1)', wholeNumber(0))
    .addOption(
      new Option(
        '--lane <name>',
        'how the code has to run: synchronous, waiting, or a worker in a realm of its own',
      ).choices(['pure', 'async', 'sealed']),
    )
    .option('--threads <number>', 'threads (default: one for each processor, 8 at most)', wholeNumber(1, 64))
    .addOption(
      new Option('--replay <string>', 'show one schedule again: the string that a report printed').conflicts([
        'seconds',
        'schedules',
        'certificate',
      ]),
    )
    .option('--corpus <dir>', 'counterexamples: tried first, and new ones are saved there', pathText)
    .option('--html <file>', 'write the timeline, or the certificate, as one self-contained page', pathText)
    .option('--certificate', 'measure a strategy against theory instead')
    .option('--json', 'print data instead of text')
  withExample(
    command,
    'bosun check my-strategy.ts --seconds 30',
    'bosun check my-strategy.ts --replay b1:BAsS5QixA7IDAQYEPD8Y --html timeline.html',
    'bosun check my-strategy.ts --certificate',
  ).addHelpText(
    'after',
    '\nIt ends with: 0 pass, 1 an invariant is violated, 2 nothing goes on (liveness),\n' +
      '3 the code crashed or does what no code under check may do, 4 not deterministic,\n' +
      '5 inconclusive, 64 misuse.',
  )
  return command.action(async (module: string, flags: CheckFlags) => {
    const { checkModule } = await import('../check-module.ts')
    cli.exit(await checkModule(cli, module, flags))
  })
}
