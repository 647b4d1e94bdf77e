import type { Command } from 'commander'
import { answerCommand } from '../answer-command.ts'
import { withExample, type Cli } from '../cli.ts'

/** `bosun deny RUN [QUESTION]`: refuses what waits for a person. */
export function denyCommand(cli: Cli): Command {
  const command = answerCommand(
    cli,
    'deny',
    'refuse what waits for a person',
    'Refuses what a run asks for: the worker is told who did and why, as of any denial. The answer is final, and holds\n' +
      'for the same call of later attempts of the task.',
  )
  return withExample(command, 'bosun deny last a1 --reason "not on a Friday"')
}
