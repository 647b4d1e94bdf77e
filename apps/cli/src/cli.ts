import type { Command } from 'commander'
import type { Engine } from './engine.ts'
import type { ExitCode } from './exit-codes.ts'
import { pathText } from './path-flag.ts'
import { fitPainted } from './render/fit.ts'
import { paintFor, type Paint } from './render/paint.ts'
import { printableJson } from './render/printable.ts'
import { wantsColour, type Terminal } from './terminal.ts'

/** What every command works with. */
export interface Cli {
  readonly terminal: Terminal
  /** Loaded when it is needed: help and mistakes do not wait for it. */
  engine(): Promise<Engine>
  /** Sets what the process will say with its exit code. */
  exit(code: ExitCode): void
}

/** Options of every command that looks at runs. */
export interface StateOptions {
  readonly json?: boolean
  readonly state?: string
  readonly project?: string
}

/** Adds `--json`, `--state` and `--project`. */
export function withStateOptions(command: Command): Command {
  return command
    .option('--json', 'print data instead of text')
    .option('--state <dir>', 'state folder (default: the one that the config names)', pathText)
    .option('--project <dir>', 'project folder (default: the current one)', pathText)
}

/** The same options as they were given, for a command that is shown. */
export function stateFlags({ project, state }: StateOptions): readonly string[] {
  const given = { '--project': project, '--state': state }
  return Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]))
}

/** Help text with one example. */
export function withExample(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
}

export function paintOf({ terminal }: Cli): Paint {
  return paintFor(wantsColour(terminal.out, terminal.env))
}

/** Prints lines for people. */
export async function print({ terminal }: Cli, lines: readonly string[]): Promise<void> {
  await terminal.out.write(`${lines.join('\n')}\n`)
}

/** Where lines are cut off: at the edge of a terminal, and nowhere else. */
export function columnsOf({ terminal: { out } }: Cli): number {
  return out.isTerminal ? out.columns : Number.POSITIVE_INFINITY
}

/** Prints lines of a table or tree: on a terminal each is cut off at the edge, elsewhere they are whole. */
export async function printFitted(cli: Cli, lines: readonly string[]): Promise<void> {
  await print(
    cli,
    lines.map((line) => fitPainted(line, columnsOf(cli))),
  )
}

/** Prints one line of data. */
export async function printJson({ terminal }: Cli, value: unknown): Promise<void> {
  await terminal.out.write(`${printableJson(value)}\n`)
}

/** Says something beside the output. */
export async function say({ terminal }: Cli, line: string): Promise<void> {
  await terminal.err.write(`${line}\n`)
}
