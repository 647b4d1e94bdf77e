import type { Command as RunCommand } from '@bosun/core'
import { Command, InvalidArgumentError } from 'commander'
import { userInfo } from 'node:os'
import { print, printJson, type Cli, type StateOptions } from './cli.ts'
import type { CommandAnswer, State } from './engine.ts'
import { EXIT } from './exit-codes.ts'
import { printable } from './render/printable.ts'
import { shellWord } from './render/shell-word.ts'

/** Options of every command that asks something of a run. */
export interface ActOptions extends StateOptions {
  readonly by?: string
  readonly reason?: string
}

/** A command that asks something of a run: its first argument, and who asks. */
export function actCommand(name: string, summary: string, description: string): Command {
  return new Command(name)
    .summary(summary)
    .description(description)
    .argument('<run>', 'id of the run, the beginning of it, or "last"')
    .option(...BY)
}

/** The option that says who asks. */
export const BY = ['--by <name>', "who asks, for the journal (default: the user's name)", nameText] as const

/** Adds why, where the journal keeps it. */
export function withReason(command: Command, reason: string): Command {
  return command.option('--reason <text>', 'why, for the journal', reason)
}

/** What is asked of a run, and what is said of the answer. */
export interface Asked extends Pick<RunCommand, 'kind' | 'body'> {
  /** Said when something followed. */
  readonly told: (answer: CommandAnswer) => readonly string[]
  /** Said when nothing did. */
  readonly unchanged: readonly string[]
  /** Whether it is a failure that nothing followed. @defaultValue true */
  readonly mustChange?: boolean
}

/** Asks a run for something and says what followed from it. */
export async function act(
  cli: Cli,
  options: ActOptions,
  named: string,
  ask: (state: State, run: string) => Promise<Asked>,
): Promise<void> {
  const { withRun } = await import('./with-state.ts')
  await withRun(cli, options, named, async (state, run) => {
    const { kind, body, told, unchanged, mustChange = true } = await ask(state, run)
    const answer = await state.submit(run, { kind, body }, userName(options))
    const changed = answer.facts.length > 0
    if (options.json === true) await printJson(cli, { run, command: kind, changed, ...answer })
    else await print(cli, changed ? told(answer) : unchanged)
    if (!changed && mustChange) cli.exit(EXIT.failed)
  })
}

/** Who asks: the name that is given, or that of the user of the machine. */
export function userName({ by }: Pick<ActOptions, 'by'>): string {
  if (by !== undefined) return by
  try {
    return userInfo().username || 'user'
  } catch {
    // A user without an entry in the list of users, as containers have them.
    return 'user'
  }
}

/** What to do next so that somebody carries on; nothing where a process is at it. */
export function carriedOn(run: string, { managedBy }: CommandAnswer, options: ActOptions): readonly string[] {
  return managedBy === undefined ? [`No process manages it now. Go on with: ${resumeLine(run, options)}`] : []
}

/** The command that takes a run up, as a person would type it here. */
export function resumeLine(run: string, { project, state }: StateOptions): string {
  const words = ['bosun', 'resume', printable(run), project, ...(state === undefined ? [] : ['--state', state])]
  return words
    .filter((word) => word !== undefined)
    .map(shellWord)
    .join(' ')
}

// ---------------------------------------------------------------------------------------------

function nameText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('Expected a name.')
}
