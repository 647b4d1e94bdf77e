import { isOutcome, predecessorId, successorId, type RunView, type TaskView } from '@bosun/core'
import type { Command } from 'commander'
import { act, actCommand, assertTasks, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import type { CommandAnswer } from '../engine.ts'
import { printable } from '../render/printable.ts'

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
    await act(cli, options, named, async (state, run) => {
      const view = await state.view(run)
      assertTasks(view, given)
      const tasks = given.length > 0 ? [...given] : failedIn(view)
      return {
        kind: 'retry',
        body: { tasks, reason: options.reason ?? '' },
        told: (answer) => [toldOf(run, answer), ...carriedOn(run, answer, options)],
        unchanged: [`nothing to try again: ${whyNot(view, tasks)}`],
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

function toldOf(run: string, { facts }: CommandAnswer): string {
  const added = facts.flatMap((fact) => (fact.type === 'task.added' ? [fact.task.id] : []))
  const isReopened = facts.some(({ type }) => type === 'run.reopened')
  const what = added.map((id) => `${printable(predecessorId(id) ?? id)} as ${printable(id)}`).join(', ')
  return `run ${printable(run)} ${isReopened ? 'is reopened and ' : ''}tries again: ${what}`
}

/** Failed or lost, and not stood in for already. */
function failedIn(view: RunView): string[] {
  return Array.from(view.tasks())
    .filter(
      ({ spec, status }) => (status === 'failed' || status === 'lost') && view.task(successorId(spec.id)) === undefined,
    )
    .map(({ spec }) => spec.id)
}

function whyNot(view: RunView, tasks: readonly string[]): string {
  if (tasks.length === 0) return 'no task failed or was lost'
  return tasks.map((id) => `${printable(id)} ${statusOf(latestOf(view, id))}`).join(', ')
}

function latestOf(view: RunView, id: string): TaskView | undefined {
  let task = view.task(id)
  for (let next = task; next !== undefined; next = view.task(successorId(next.spec.id))) task = next
  return task
}

function statusOf(task: TaskView | undefined): string {
  if (task === undefined) return 'is not there'
  if (task.status === 'succeeded') return 'succeeded'
  if (task.status === 'skipped') return `was skipped behind ${printable(task.because ?? 'another')}; retry that`
  return isOutcome(task.status) ? `is ${task.status}` : 'is still under way'
}
