import { BosunError, type Plan, type Planner } from '@bosun/core'
import { resolve } from 'node:path'
import type { Cli } from './cli.ts'
import type { Project, ProjectFlags } from './engine.ts'
import { isPlanError } from './exit-codes.ts'
import { readsPlanFile, type ProjectOptions } from './project-command.ts'

/** Opens the project of a folder, does the work, closes the project. */
export async function withProject<T>(
  cli: Cli,
  folder: string,
  options: ProjectOptions,
  work: (project: Project, locate: PlanSource['locate'], frozen: string | undefined) => Promise<T>,
): Promise<T> {
  const engine = await cli.engine()
  const project = await engine.openProject(resolve(cli.terminal.cwd, folder), await projectFlags(cli, options))
  try {
    const { locate, hash } = await planSource(cli, project, options)
    return await work(project, locate, hash).catch((error: unknown) => {
      throw placedError(error, project, locate)
    })
  } finally {
    await project.close()
  }
}

// ---------------------------------------------------------------------------------------------

/** The flags as the engine takes them. */
async function projectFlags(cli: Cli, options: ProjectOptions): Promise<ProjectFlags> {
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
    planner: plan === undefined ? undefined : await planFrom(resolve(cwd, plan)),
  }
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as ProjectFlags
}

/** Imported when a plan is read: it brings a parser along. */
function planReader() {
  return import('@bosun/planner-files')
}

/** A plan file in place of a planner. It is read once, so that what is run is what was looked at. */
async function planFrom(file: string): Promise<Planner> {
  const planner = (await planReader()).filesPlanner({ file })
  let plan: Promise<Plan> | undefined
  return {
    name: planner.name,
    plan: (request) => (plan ??= Promise.resolve(planner.plan(request))),
  }
}

/** The plan file that can be read again, if the plan comes from one. */
interface PlanSource {
  /** The place in the file of what an error names. */
  readonly locate: (at: string) => string | undefined
  /** Of a frozen plan. */
  readonly hash?: string
}

async function planSource(cli: Cli, project: Project, options: ProjectOptions): Promise<PlanSource> {
  if (!readsPlanFile(project, options)) return { locate: () => undefined }
  const file = options.plan === undefined ? undefined : resolve(cli.terminal.cwd, options.plan)
  try {
    const { readPlanFile } = await planReader()
    return await readPlanFile(project.folder, file)
  } catch {
    // The planner will say the same with its place in the file.
    return { locate: () => undefined }
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
