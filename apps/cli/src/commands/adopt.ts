import type { DurableFact, RunView } from '@bosun/core'
import type { Command } from 'commander'
import { act, actCommand, carriedOn, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { factsOf } from '../follow-facts.ts'
import { wholeNumber } from '../number-flag.ts'
import { printable } from '../render/printable.ts'

interface AdoptOptions extends ActOptions {
  readonly fact?: number
}

/** `bosun adopt RUN TASK`: takes a result that came too late for that of its task. */
export function adoptCommand(cli: Cli): Command {
  const command = actCommand(
    'adopt',
    'take a result that came too late',
    'Takes a result that came too late, and was therefore set aside, for that of its task. The attempt that is at\n' +
      'work on the task is revoked. Only while the task has no outcome; afterwards there is `bosun retry`.',
  )
    .argument('<task>', 'id of the task')
    .option('--fact <number>', 'the result.quarantined that keeps the result (default: the latest)', wholeNumber(1))
  withExample(withStateOptions(command), 'bosun adopt last page-mars')
  return command.action(async (named: string, task: string, options: AdoptOptions) => {
    const { assertTasks } = await import('../assert-tasks.ts')
    await act(cli, options, named, async (state, run) => {
      const view = await state.view(run)
      assertTasks(view, [task])
      const late = lateResults(await factsOf(state, run), task)
      return {
        kind: 'adopt',
        body: { task, ...(options.fact === undefined ? {} : { quarantined: options.fact }) },
        told: (answer) => [
          `${printable(task)} has the result that came late, of attempt ${epochIn(answer.facts)}`,
          ...carriedOn(run, answer, options),
        ],
        unchanged: [`nothing to adopt: ${whyNot(view, task, late, options)}`],
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

function lateResults(facts: readonly DurableFact[], task: string): readonly number[] {
  return facts.flatMap((fact) => (fact.type === 'result.quarantined' && fact.task === task ? [fact.seq] : []))
}

function epochIn(facts: readonly DurableFact[]): number {
  return facts.find((fact) => fact.type === 'result.adopted')?.epoch ?? 0
}

function whyNot(view: RunView, task: string, late: readonly number[], { fact }: AdoptOptions): string {
  const id = printable(task)
  if (late.length === 0) return `no result of ${id} came late`
  if (fact !== undefined && !late.includes(fact)) return `the late results of ${id} are in fact ${late.join(' and ')}`
  return `${id} is ${view.task(task)?.status ?? 'not there'} already`
}
