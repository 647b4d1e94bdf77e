import type { DurableFact } from '@bosun/core'
import { Command } from 'commander'
import { paintOf, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { followFacts } from '../follow-facts.ts'
import { factLine } from '../render/fact-line.ts'

interface LogOptions extends StateOptions {
  readonly task?: string
  readonly type?: string
  readonly follow?: boolean
}

/** `bosun log RUN`: the facts of a run, one per line. */
export function logCommand(cli: Cli): Command {
  const command = new Command('log')
    .summary('print the facts of a run')
    .description('Prints the facts of a run, in order, one per line.')
    .argument('[run]', 'id of the run, the beginning of it, or "last"', 'last')
    .option('--task <id>', 'only facts about this task')
    .option('--type <type>', 'only facts whose type begins so: task, attempt.failed')
    .option('-f, --follow', 'go on until the run ends')
  withExample(withStateOptions(command), 'bosun log last --task build-index')
  return command.action(async (named: string, options: LogOptions) => {
    const { withRun } = await import('../with-state.ts')
    const { RunTree } = await import('../render/run-tree.ts')
    await withRun(cli, options, named, async (state, run) => {
      const paint = paintOf(cli)
      const tree = new RunTree()
      let startedAt: number | undefined
      for await (const facts of followFacts(state, run, cli.terminal, () => options.follow !== true || tree.isOver)) {
        for (const fact of facts) {
          tree.take(fact)
          startedAt ??= fact.at
          if (!isWanted(fact, options)) continue
          if (options.json === true) await printJson(cli, fact)
          else await cli.terminal.out.write(`${factLine(fact, startedAt, paint)}\n`)
        }
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

function isWanted(fact: DurableFact, { task, type }: LogOptions): boolean {
  if (type !== undefined && !fact.type.startsWith(type)) return false
  if (task === undefined) return true
  if (!('task' in fact)) return false
  return (typeof fact.task === 'string' ? fact.task : fact.task.id) === task
}
