import type { Kind } from '@bosun/templates'
import { Argument, Command } from 'commander'
import { print, printJson, withExample, type Cli } from '../cli.ts'
import { printable } from '../render/printable.ts'
import type { NewFlags } from '../write-new.ts'

/** The same as `KINDS`, which need not be loaded for the help. */
const KINDS = ['worker', 'tool', 'planner', 'manager', 'strategy', 'plugin'] as const satisfies readonly Kind[]

/** `bosun new KIND NAME`: something that builds, passes its tests and runs, to be changed. */
export function newCommand(cli: Cli): Command {
  const command = new Command('new')
    .summary('write a worker, tool, planner, manager, strategy or plugin that runs')
    .description(
      'In a project: a plugin in plugins/NAME, which the config lists from then on. Anywhere else: a package in ' +
        'NAME that is a project as well. Each comes with a spec, and runs as it is. Changes no other file.',
    )
    .addArgument(new Argument('<kind>', 'what to write').choices(KINDS))
    .argument('<name>', 'its name: lower-case letters, digits and dashes')
    .option('--type <type>', 'task type: what a worker does, or what a planner or manager asks for')
    .option('--model <alias>', 'have a worker ask a model')
    .option('--json', 'print data instead of text')
  withExample(command, 'bosun new worker page-writer --type generate_page', 'bosun new strategy urgent-first')
  return command.action(async (kind: Kind, name: string, flags: NewFlags & { readonly json?: boolean }) => {
    const { writeNew } = await import('../write-new.ts')
    const { next, ...written } = await writeNew(cli, kind, name, flags)
    if (flags.json === true) await printJson(cli, written)
    else {
      const { files, changed } = written
      await print(cli, [
        ...files.map((path) => `wrote ${printable(path)}`),
        ...changed.map((path) => `changed ${printable(path)}`),
        ...next,
      ])
    }
  })
}
