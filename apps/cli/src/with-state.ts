import { BosunError } from '@bosun/core'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Cli, StateOptions } from './cli.ts'
import type { State } from './engine.ts'
import { findRun } from './find-run.ts'

/** The state folder that the options mean, absolute. */
export async function stateDirOf(cli: Cli, options: StateOptions): Promise<string> {
  if (options.state !== undefined) return resolve(cli.terminal.cwd, options.state)
  const folder = projectOf(cli, options)
  const engine = await cli.engine()
  try {
    return await engine.stateDirOf(folder)
  } catch (error) {
    // Without a config there may still be a state folder of the usual name.
    if (BosunError.is(error, 'CONFIG_MISSING')) return resolve(folder, '.bosun')
    throw error
  }
}

/** Opens the state, does the work, closes the state. A folder that is not there holds no runs. */
export async function withState<T>(cli: Cli, options: StateOptions, work: (state: State) => Promise<T>): Promise<T> {
  return existsSync(await stateDirOf(cli, options)) ? withMadeState(cli, options, work) : work(noState)
}

/** The same for what writes: a folder that is not there is made. */
export async function withMadeState<T>(
  cli: Cli,
  options: StateOptions,
  work: (state: State) => Promise<T>,
): Promise<T> {
  const stateDir = await stateDirOf(cli, options)
  const state = await (await cli.engine()).openState(stateDir, projectOf(cli, options))
  try {
    return await work(state)
  } finally {
    await state.close()
  }
}

/** Opens the state and finds the run that is meant, one that has not begun yet only if that may be. */
export async function withRun<T>(
  cli: Cli,
  options: StateOptions,
  named: string,
  work: (state: State, run: string) => Promise<T>,
  mayWait = false,
): Promise<T> {
  return withState(cli, options, async (state) => work(state, findRun(await state.runs(), named, mayWait).run))
}

// ---------------------------------------------------------------------------------------------

function projectOf({ terminal }: Cli, { project = '.' }: StateOptions): string {
  return resolve(terminal.cwd, project)
}

const nothing = (run: string): never => {
  throw new BosunError('RUN_UNKNOWN', { at: run })
}

const noState: State = {
  runs: () => Promise.resolve([]),
  facts: nothing,
  exportRun: nothing,
  view: nothing,
  why: nothing,
  sizeOf: nothing,
  dropRun: nothing,
  importRun: () => nothing(''),
  submit: nothing,
  processes: nothing,
  close: () => Promise.resolve(),
}
