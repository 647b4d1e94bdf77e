import type { Command } from 'commander'
import { actCommand, carriedOn, userName, withReason, type ActOptions } from '../act-command.ts'
import { print, printJson, withExample, withStateOptions, type Cli } from '../cli.ts'
import type { State, Survivors } from '../engine.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../render/printable.ts'

interface CancelOptions extends ActOptions {
  readonly reason: string
}

/** `bosun cancel RUN [TASK]`: ends a run or a part of it, in whatever process it is managed. */
export function cancelCommand(cli: Cli): Command {
  const command = actCommand(
    'cancel',
    'end a run, or a task with what came from it',
    'Ends a run: nothing more is started, what runs is stopped, and the run ends cancelled. Then it waits until no\n' +
      'process of the run is alive, and names those that are. With a task, only that task and what came from it end.',
  ).argument('[task]', 'id of a task (default: the whole run)')
  withExample(
    withStateOptions(withReason(command, 'cancelled by hand')),
    'bosun cancel last --reason "wrong goal"',
    'bosun cancel last page-mars',
  )
  return command.action(async (named: string, task: string | undefined, options: CancelOptions) => {
    const { withRun } = await import('../with-state.ts')
    const work = (state: State, run: string) =>
      task === undefined ? cancelRun(cli, state, run, options) : cancelTask(cli, state, run, task, options)
    await withRun(cli, options, named, work, task === undefined)
  })
}

// ---------------------------------------------------------------------------------------------

async function cancelRun(cli: Cli, state: State, run: string, options: CancelOptions): Promise<void> {
  // What loses its parent cannot be found afterwards; and of a journal that cannot be read, that is said instead.
  const processes = await state.processes(run)
  const { facts } = await state.submit(run, { kind: 'cancel', body: { reason: options.reason } }, userName(options))
  const left = await processes.gone()
  const cancelled = facts.length > 0
  if (options.json === true) await printJson(cli, { run, cancelled, ...(left === undefined ? {} : { left }) })
  else {
    const what = cancelled ? 'is cancelled' : 'has ended by itself meanwhile'
    await print(cli, [`run ${printable(run)} ${what}. ${statementOn(left)}`])
  }
  if (left !== undefined && left.processes.length > 0 && left.keptBy === undefined) cli.exit(EXIT.failed)
}

function statementOn(left: Survivors | undefined): string {
  if (left === undefined) return 'Whether a process of it is still alive cannot be told on this system.'
  if (left.processes.length === 0) return 'No process of it is alive.'
  const names = left.processes.map(({ pid, name }) => `${pid} (${printable(name)})`).join(', ')
  return left.keptBy === undefined
    ? `Still alive: ${names}.`
    : `Process ${left.keptBy}, which managed it, goes on, and below it: ${names}.`
}

async function cancelTask(cli: Cli, state: State, run: string, task: string, options: CancelOptions): Promise<void> {
  const { assertTasks } = await import('../assert-tasks.ts')
  const view = await state.view(run)
  assertTasks(view, [task])
  const body = { task, reason: options.reason }
  const answer = await state.submit(run, { kind: 'cancel', body }, userName(options))
  const ended = answer.facts.flatMap((fact) => (fact.type === 'task.cancelled' ? [printable(fact.task)] : []))
  const changed = ended.length > 0
  if (options.json === true) await printJson(cli, { run, command: 'cancel', changed, ...answer })
  else if (changed) await print(cli, [`cancelled: ${ended.join(', ')}`, ...carriedOn(run, answer, options)])
  else await print(cli, [`nothing to cancel: ${printable(task)} is ${view.task(task)?.status ?? 'not there'} already`])
  if (!changed) cli.exit(EXIT.failed)
}
