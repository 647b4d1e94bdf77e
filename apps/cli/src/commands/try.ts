import { Command } from 'commander'
import { withExample, type Cli } from '../cli.ts'
import { wholeNumber } from '../number-flag.ts'
import { pathText } from '../path-flag.ts'
import type { TryFlags } from '../try-worker.ts'

/** `bosun try WORKER`: runs an example of a worker. */
export function tryCommand(cli: Cli): Command {
  const command = new Command('try')
    .summary('run an example of a worker')
    .description(
      'Runs an example of a worker as a run would: one task, in a process of its own, with its tools behind the ' +
        'gateway. Its model answers as the example says, so no key is needed; the example brings the files that it ' +
        'reads. The workspace is a temporary one, and nothing is left behind. Ends with 0 when the worker gave a ' +
        'result that fits, and the one that the example states; with 1 when it did not.',
    )
    .argument('<worker>', 'module that exports it, name of a worker of the project, or a plugin', pathText)
    .option('--worker <name>', 'which worker of a plugin that brings several')
    .option('--example <number>', 'which example (default: 1)', wholeNumber(1))
    .option('--body <json>', "body of the task, in place of the example's")
    .option('--model <name>', 'ask a real model: an alias of the project, or provider:model')
    .option('--approve', 'permit what a rule of `policy.ask` holds (default: it is denied)')
    .option('--inline', 'run it in this process, which its code is trusted with')
    .option('--json', 'print data instead of text')
  withExample(
    command,
    'bosun try ./page-writer.ts',
    'bosun try page-writer --example 2',
    `bosun try @bosun/worker-pages --worker page-writer --body '"Mars"'`,
  )
  return command.action(async (worker: string, flags: TryFlags) => {
    const { tryWorker } = await import('../try-worker.ts')
    cli.exit(await tryWorker(cli, worker, flags))
  })
}
