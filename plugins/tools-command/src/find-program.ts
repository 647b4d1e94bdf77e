import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { BosunError } from '@bosun/sdk'

/** A program that may be run: the file itself, and the path under which it was found. */
export interface FoundProgram {
  readonly file: string
  /** Some programs do what their name says, so they are told the one they were found by. */
  readonly path: string
}

export interface ProgramPlaces {
  /** Folders in which bare names are looked up, in this order. */
  readonly searchPath: readonly string[]
  readonly workspace: string
  readonly staging: string
}

/**
 * Finds the one file that a command names. A bare name is looked up in the search path alone. What lies in
 * the workspace is run only when it is named as `./path`, which is then what the rule has to name too; what
 * the attempt has staged is never run.
 *
 * @throws COMMAND_REFUSED
 */
export async function findProgram(command: string, places: ProgramPlaces): Promise<FoundProgram> {
  const refuse = (received: string, fix?: string): never => {
    throw new BosunError('COMMAND_REFUSED', { at: command, received, ...(fix === undefined ? {} : { fix }) })
  }
  const ofWorkspace = command.startsWith('./')
  const path = ofWorkspace
    ? join(places.workspace, command)
    : isAbsolute(command)
      ? command
      : await firstExecutable(command, places.searchPath)
  if (path === undefined) return refuse(`no such program in ${places.searchPath.join(', ')}`)
  const file = await realpath(path).catch(() => refuse('no such file'))
  if (!(await isExecutable(file))) refuse('a file that cannot be executed')
  const [workspace, staging] = await Promise.all([realpath(places.workspace), realpath(places.staging)])
  if (isInside(file, staging)) refuse('a file that the attempt has written')
  if (!ofWorkspace && isInside(file, workspace)) {
    refuse('a file of the workspace', 'Name it by its path in the workspace, as in ./scripts/build, in call and rule.')
  }
  return { file, path }
}

/** Whether a path is a folder or lies below it; both without links. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

async function firstExecutable(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    // In their order: the first that has it is the one.
    // oxlint-disable-next-line no-await-in-loop
    if (await isExecutable(join(folder, name))) return join(folder, name)
  }
  return undefined
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
