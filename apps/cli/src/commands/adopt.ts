import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { factsOf } from '../follow-facts.ts'
import { wholeNumber } from '../number-flag.ts'

interface AdoptOptions extends ActOptions {
  readonly fact?: number
}

/** `bosun adopt RUN TASK`: takes a result that came too late for that of its task. */
export function adoptCommand(cli: Cli): Command {
  const command = actCommand(
    'adopt',
    'take a result that came too late',
    'Takes a result that came too late, and was therefore set aside, for that of its task, with its files. The\n' +
      'attempt that is at work on the task is revoked. A task that has ended without success has its outcome for\n' +
      'good: a successor (page-mars~2) gets the result, and one each what was skipped behind it. A run that has\n' +
      'ended is reopened.',
  )
    .argument('<task>', 'id of the task')
    .option('--fact <number>', 'the result.quarantined that keeps the result (default: the latest)', wholeNumber(1))
  withExample(withStateOptions(withReason(command, 'adopted by hand')), 'bosun adopt last page-mars')
  return command.action(async (named: string, task: string, options: AdoptOptions) => {
    const { assertTasks } = await import('../assert-tasks.ts')
    const { adoptedLines, lateResultsOf, whyNotAdopted } = await import('../adopted-results.ts')
    await act(cli, options, named, async (state, run) => {
      const view = await state.view(run)
      assertTasks(view, [task])
      const late = lateResultsOf(await factsOf(state, run), task)
      return {
        kind: 'adopt',
        body: {
          task,
          reason: options.reason ?? '',
          ...(options.fact === undefined ? {} : { quarantined: options.fact }),
        },
        told: (answer) => [...adoptedLines(run, answer), ...carriedOn(run, answer, options)],
        unchanged: [`nothing to adopt: ${whyNotAdopted(view, task, late, options.fact)}`],
      }
    })
  })
}
