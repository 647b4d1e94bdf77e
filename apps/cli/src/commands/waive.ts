import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { printable } from '../render/printable.ts'

/** `bosun waive RUN TASK…`: a person accepts that tasks end without success. */
export function waiveCommand(cli: Cli): Command {
  const command = actCommand(
    'waive',
    'accept that tasks end without success',
    'Accepts that tasks end without success, so that the run can complete without them. Who and why is in its report.',
  ).argument('<tasks...>', 'ids of the tasks, also of those that a limit refused')
  withExample(
    withStateOptions(withReason(command, 'waived by hand')),
    'bosun waive last page-mars --reason "not needed"',
  )
  return command.action(async (named: string, tasks: readonly string[], options: ActOptions) => {
    const { assertTasks } = await import('../assert-tasks.ts')
    await act(cli, options, named, async (state, run) => {
      // What a limit refused is no task; which of the others there are, the view tells.
      const refused = await refusedIn(state, run)
      assertTasks(
        await state.view(run),
        tasks.filter((id) => !refused.has(id)),
      )
      return {
        kind: 'waive',
        body: { tasks: [...tasks], reason: options.reason ?? '' },
        told: (answer) => [
          `run ${printable(run)} may complete without ${tasks.map(printable).join(', ')}`,
          ...carriedOn(run, answer, options),
        ],
        unchanged: [`run ${printable(run)} has ended meanwhile; nothing was waived`],
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

async function refusedIn(state: Parameters<Parameters<typeof act>[3]>[0], run: string): Promise<ReadonlySet<string>> {
  const refused = new Set<string>()
  for await (const facts of state.facts(run)) {
    for (const fact of facts) if (fact.type === 'spawn.refused') refused.add(fact.task)
  }
  return refused
}
