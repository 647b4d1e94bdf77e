import { originalId, type DurableFact, type RunView } from '@bosun/core'
import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import type { CommandAnswer } from '../engine.ts'
import { factsOf } from '../follow-facts.ts'
import { wholeNumber } from '../number-flag.ts'
import { printable } from '../render/printable.ts'
import { latestOf, successorsIn } from '../retried-tasks.ts'

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
    await act(cli, options, named, async (state, run) => {
      const view = await state.view(run)
      assertTasks(view, [task])
      const late = lateResults(await factsOf(state, run), task)
      return {
        kind: 'adopt',
        body: {
          task,
          reason: options.reason ?? '',
          ...(options.fact === undefined ? {} : { quarantined: options.fact }),
        },
        told: (answer) => [...adoptedLines(run, answer), ...carriedOn(run, answer, options)],
        unchanged: [`nothing to adopt: ${whyNot(view, task, late, options)}`],
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

/** Of the task and of all that stand in for it. */
function lateResults(facts: readonly DurableFact[], task: string): readonly number[] {
  const original = originalId(task)
  return facts.flatMap((fact) =>
    fact.type === 'result.quarantined' && fact.kind === 'result' && originalId(fact.task) === original
      ? [fact.seq]
      : [],
  )
}

function adoptedLines(run: string, answer: CommandAnswer): readonly string[] {
  const { facts } = answer
  const adopted = facts.find((fact) => fact.type === 'result.adopted')
  if (adopted === undefined) return []
  const { task, predecessor, epoch } = adopted
  const of = predecessor === undefined ? '' : ` of ${printable(predecessor)}`
  const told = `${printable(task)} has the result that came late, of attempt ${epoch}${of}`
  const others = successorsIn(facts).filter(([, id]) => id !== task)
  const goesOn = others.map(([id, as]) => `${printable(id)} as ${printable(as)}`).join(', ')
  const isReopened = facts.some(({ type }) => type === 'run.reopened')
  return [
    told,
    ...(isReopened ? [`run ${printable(run)} is reopened`] : []),
    ...(others.length > 0 ? [`what was skipped behind it goes on: ${goesOn}`] : []),
  ]
}

function whyNot(view: RunView, task: string, late: readonly number[], { fact }: AdoptOptions): string {
  const id = printable(task)
  if (late.length === 0) return `no result of ${id} came late`
  if (fact !== undefined && !late.includes(fact)) return `the late results of ${id} are in fact ${late.join(' and ')}`
  const latest = latestOf(view, task)
  return `${printable(latest?.spec.id ?? task)} is ${latest?.status ?? 'not there'} already`
}
