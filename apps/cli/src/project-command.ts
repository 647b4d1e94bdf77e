import { BosunError } from '@bosun/core'
import type { Command } from 'commander'
import { relative, resolve } from 'node:path'
import type { Cli } from './cli.ts'
import type { Project, ProjectFlags } from './engine.ts'
import { isPlanError } from './exit-codes.ts'
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

/** The flags as the engine takes them. */
export async function projectFlags(cli: Cli, options: ProjectOptions): Promise<ProjectFlags> {
  const { cwd } = cli.terminal
  const { concurrency, retries, timeout, wallTime, tasksMax, strategy, isolation, seed, failFast, state, plan } =
    options
  const flags = {
    concurrency,
    retries,
    timeoutMs: timeout,
    wallTimeMs: wallTime,
    tasksMax,
    strategy,
    isolation,
    seed,
    failFast,
    stateDir: state === undefined ? undefined : resolve(cwd, state),
    planner: plan === undefined ? undefined : (await planReader()).filesPlanner({ file: resolve(cwd, plan) }),
  }
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as ProjectFlags
}

/** Opens the project of a folder, does the work, closes the project. */
export async function withProject<T>(
  cli: Cli,
  folder: string,
  options: ProjectOptions,
  work: (project: Project, locate: (at: string) => string | undefined) => Promise<T>,
): Promise<T> {
  const engine = await cli.engine()
  const project = await engine.openProject(resolve(cli.terminal.cwd, folder), await projectFlags(cli, options))
  try {
    const locate = await planPlaces(cli, project, options)
    return await work(project, locate).catch((error: unknown) => {
      throw placedError(error, project, locate)
    })
  } finally {
    await project.close()
  }
}

// ---------------------------------------------------------------------------------------------

/** Imported when a plan is read: it brings a parser along. */
function planReader() {
  return import('@bosun/planner-files')
}

/** Names places of the plan file, where the plan comes from one that can be read. */
async function planPlaces(
  cli: Cli,
  project: Project,
  options: ProjectOptions,
): Promise<(at: string) => string | undefined> {
  if (!readsPlanFile(project, options)) return () => undefined
  const file = options.plan === undefined ? undefined : resolve(cli.terminal.cwd, options.plan)
  try {
    const { readPlanFile } = await planReader()
    return (await readPlanFile(project.folder, file)).locate
  } catch {
    // The planner will say the same with its place in the file.
    return () => undefined
  }
}

/** An error about the plan with the line of the plan file before it, one about a value with who set it. */
function placedError(error: unknown, project: Project, locate: (at: string) => string | undefined): unknown {
  if (!BosunError.is(error) || error.at === undefined) return error
  const { at, expected, received, fix } = error
  const detail = {
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    cause: error,
  }
  const origin = project.effective.origins[at]
  if (origin?.startsWith('flag ') === true) {
    return new BosunError('USAGE', { ...detail, at: origin.slice('flag '.length), fix: 'Correct the flag.' })
  }
  if (error.code === 'CONFIG_INVALID' && origin !== undefined) {
    return new BosunError(error.code, { ...detail, at: origin, fix: 'Correct it there.' })
  }
  const place = isPlanError(error.code) ? locate(at) : undefined
  if (place === undefined) return error
  // The message begins with what it names; it may be a record's, with nothing beside it.
  return Object.assign(new BosunError(error.code, { ...detail, at: `${place} ${at}`, fix }), {
    message: `${place} ${error.message}`,
  })
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
