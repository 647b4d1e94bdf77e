import type { Command } from 'commander'
import { relative } from 'node:path'
import type { Cli } from './cli.ts'
import type { Project } from './engine.ts'
import { timeSpan, wholeNumber } from './number-flag.ts'
import { pathText } from './path-flag.ts'

/** Options of every command that opens a project. */
export interface ProjectOptions {
  readonly json?: boolean
  readonly state?: string
  readonly plan?: string
  readonly goal?: string
  readonly concurrency?: number
  readonly retries?: number
  readonly timeout?: number
  readonly wallTime?: number
  readonly tasksMax?: number
  readonly strategy?: string
  readonly isolation?: string
  readonly seed?: number
  readonly failFast?: boolean
}

/** Adds the flags that go before the config. */
export function withProjectOptions(command: Command): Command {
  return command
    .option('--goal <goal>', 'the goal: JSON, or any text; a path where the config says that the goal is a folder')
    .option('--plan <file>', 'plan file in place of the planner that the config names', pathText)
    .option('-n, --concurrency <number>', 'attempts at the same time', wholeNumber(1, 10_000))
    .option('--retries <number>', 'attempts after the first', wholeNumber(0, 100))
    .option('--timeout <time>', 'longest time of one attempt: 500ms, 30s, 5m', timeSpan)
    .option('--wall-time <time>', 'longest time of the run', timeSpan)
    .option('--tasks-max <number>', 'tasks of the run', wholeNumber(1))
    .option('--strategy <name>', 'who goes first: fifo, priority, …')
    .option('--isolation <kind>', 'process or inline')
    .option('--seed <number>', "seed of the strategy's random draws", wholeNumber(0))
    .option('--fail-fast', 'the first final failure cancels the rest')
    .option('--state <dir>', 'state folder (default: the one that the config names)', pathText)
    .option('--json', 'print data instead of text')
}

/** Whether the plan of a project stands in a file that can be read again. */
export function readsPlanFile(project: Project, { plan }: ProjectOptions): boolean {
  return plan !== undefined || project.planner === 'files'
}

/** A path as a person would type it from where they are. */
export function shortPath(cli: Cli, path: string): string {
  const short = relative(cli.terminal.cwd, path)
  return short === '' ? '.' : short.startsWith('..') ? path : short
}
