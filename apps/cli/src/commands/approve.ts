import type { Command } from 'commander'
import { answerCommand } from '../answer-command.ts'
import { withExample, type Cli } from '../cli.ts'

/** `bosun approve RUN [QUESTION]`: lets go on what waits for a person. */
export function approveCommand(cli: Cli): Command {
  const command = answerCommand(
    cli,
    'approve',
    'let go on what waits for a person',
    'Permits what a run asks for: a call under a rule of `policy.ask`, or what its manager wants to know. The answer is\n' +
      'final, and holds for the same call of later attempts of the task.',
  )
  return withExample(command, 'bosun approve last', 'bosun approve last a2 --reason "looked at the diff"')
}
