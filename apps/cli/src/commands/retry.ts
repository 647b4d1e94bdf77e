import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'

/** `bosun retry RUN [TASK…]`: has tasks tried again that ended without success. */
export function retryCommand(cli: Cli): Command {
  const command = actCommand(
    'retry',
    'try tasks again that ended without success',
    'Has tasks tried again that failed, were lost or were cancelled. An outcome is final, so each gets a successor\n' +
      '(page-mars~2), and so do the tasks that were skipped behind it. A run that has ended is reopened.',
  ).argument('[tasks...]', 'ids of the tasks (default: all that failed or were lost)')
  withExample(
    withStateOptions(withReason(command, 'retried by hand')),
    'bosun retry last page-mars',
    'bosun retry last',
  )
  return command.action(async (named: string, given: readonly string[], options: ActOptions) => {
    const { assertTasks } = await import('../assert-tasks.ts')
    const { failedIn, retriedLine, whyNotRetried } = await import('../retried-tasks.ts')
    await act(cli, options, named, async (state, run) => {
      const view = await state.view(run)
      assertTasks(view, given)
      const tasks = given.length > 0 ? [...given] : failedIn(view)
      return {
        kind: 'retry',
        body: { tasks, reason: options.reason ?? '' },
        told: (answer) => [retriedLine(run, answer), ...carriedOn(run, answer, options)],
        unchanged: [`nothing to try again: ${whyNotRetried(view, tasks)}`],
      }
    })
  })
}
