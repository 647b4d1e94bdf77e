import { Command } from 'commander'
import { print, printJson, stateFlags, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { duration } from '../render/duration.ts'
import { printable, quoted } from '../render/printable.ts'
import { answerLine } from '../render/question.ts'

/** `bosun why RUN TASK`: what a task waits for, or how it ended. */
export function whyCommand(cli: Cli): Command {
  const command = new Command('why')
    .summary('say what a task waits for, or how it ended')
    .description('Says what a task waits for, by name, or how it ended.')
    .argument('<run>', 'id of the run, the beginning of it, or "last"')
    .argument('<task>', 'id of the task')
  withExample(withStateOptions(command), 'bosun why last build-index')
  return command.action(async (named: string, task: string, options: StateOptions) => {
    const { withRun } = await import('../with-state.ts')
    await withRun(cli, options, named, async (state, run) => {
      const reasons = await state.why(run, task)
      if (options.json === true) await printJson(cli, { run, task, reasons })
      else {
        const lines = reasons.flatMap(({ kind, text, names }) => [
          `  ${quoted(readable(text), 2000)}`,
          ...(kind === 'approval' ? names.map((id) => `    ${answerLine(run, id, stateFlags(options))}`) : []),
        ])
        await print(cli, [printable(task), ...lines])
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

/** Spans of time as the other pages write them. */
function readable(text: string): string {
  return text.replaceAll(/\b(\d{1,15}) ms\b/g, (_, ms: string) => duration(Number(ms)))
}
