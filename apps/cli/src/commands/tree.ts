import { Command } from 'commander'
import { paintOf, printFitted, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { factsOf } from '../follow-facts.ts'

interface TreeOptions extends StateOptions {
  readonly watch?: boolean
}

/** `bosun tree RUN [--watch]`: the run, its tasks and their attempts. */
export function treeCommand(cli: Cli): Command {
  const command = new Command('tree')
    .summary('show the tasks and attempts of a run')
    .description('Shows a run as a tree: its tasks, under the task that led to them, and the attempts of each.')
    .argument('[run]', 'id of the run, the beginning of it, or "last"', 'last')
    .option('-w, --watch', 'follow the run until it ends')
  withExample(withStateOptions(command), 'bosun tree last --watch')
  return command.action(async (named: string, options: TreeOptions) => {
    const { withRun } = await import('../with-state.ts')
    const { renderTree, treeJson, treeOf } = await import('../render/run-tree.ts')
    const { nowOf, watchTree } = await import('../watch-tree.ts')
    await withRun(cli, options, named, async (state, run) => {
      const tree =
        options.watch === true ? await watchTree(cli, state, run, options) : treeOf(await factsOf(state, run))
      if (options.json === true) await printJson(cli, treeJson(tree))
      else await printFitted(cli, renderTree(tree, nowOf(cli, tree), paintOf(cli)))
    })
  })
}
