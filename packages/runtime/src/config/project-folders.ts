import { BosunError, parseJson, type Json } from '@bosun/core'
import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isFolderGoal, isJson } from './config-schema.ts'
import { assertHiddenState } from '../journal/state-folder.ts'
import type { LoadedConfig } from './load-config.ts'

/** The real folders of a run, absolute. */
export interface ProjectFolders {
  /** What workers read and publish to. */
  readonly workspace: string
  /** Read-only folders by the first segment of the paths that reach them. */
  readonly mounts: Readonly<Record<string, string>>
  /** Where runs are journaled; it need not exist yet. */
  readonly stateDir: string
}

/** The goal that the manager gets, with the folders that it speaks of. */
export interface ResolvedGoal {
  readonly goal: Json
  readonly folders: ProjectFolders
}

/**
 * Finds the folders that a config names.
 *
 * @param stateDir the value of `--state`, relative to the current folder; goes before the config's
 * @throws FOLDER_MISSING with the path of the config that names it, STATE_FOLDER_UNSAFE
 */
export async function projectFolders(loaded: LoadedConfig, stateDir?: string): Promise<ProjectFolders> {
  const { config, file, folder } = loaded
  const mounts: Record<string, string> = {}
  for (const [name, path] of Object.entries(config.mounts ?? {})) {
    mounts[name] = await existing(resolve(folder, path), `${file} mounts.${name}`)
  }
  const workspace = await existing(resolve(folder, config.workspace ?? '.'), `${file} workspace`)
  const state = stateDir === undefined ? resolve(folder, config.stateDir ?? '.bosun') : resolve(stateDir)
  assertHiddenState(state, workspace, stateDir === undefined ? `${file} stateDir` : '--state')
  return { workspace, mounts, stateDir: state }
}

/**
 * The goal of a run: what the command line says, else what the config says, else `null`.
 *
 * A text that is JSON is read as JSON, any other is the goal itself. Where the config says that the
 * goal is a folder, the text is its path, relative to the current folder; it is mounted read-only and
 * the goal is the name of the mount.
 *
 * @param given the value of `--goal`, or `undefined`
 * @throws USAGE when the config asks for a folder and none is named, FOLDER_MISSING
 */
export async function resolveGoal(
  loaded: LoadedConfig,
  folders: ProjectFolders,
  given: string | undefined,
): Promise<ResolvedGoal> {
  const { goal } = loaded.config
  if (!isFolderGoal(goal)) return { goal: given === undefined ? (goal ?? null) : goalOf(given), folders }
  if (given === '')
    throw new BosunError('USAGE', { at: '--goal', expected: 'a folder', received: '""', fix: 'Name one.' })
  const path = given ?? (goal.default === undefined ? undefined : resolve(loaded.folder, goal.default))
  if (path === undefined) {
    throw new BosunError('USAGE', {
      summary: 'The goal of this project is a folder, and none is named',
      fix: 'Name one: bosun run . --goal PATH, or set goal.default in the config.',
    })
  }
  const target = await existing(resolve(path), given === undefined ? `${loaded.file} goal.default` : '--goal')
  return { goal: goal.mount, folders: { ...folders, mounts: { ...folders.mounts, [goal.mount]: target } } }
}

// ---------------------------------------------------------------------------------------------

/** `{`, `[`, `"`, a number, `true`, `false` and `null` start JSON; a sentence is a goal as it stands. */
function goalOf(given: string): Json {
  const number = /^\s*(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*$/
  if (!/^\s*[{["]/.test(given) && !number.test(given)) return given
  const goal = parseJson(given, '--goal')
  if (isJson(goal)) return goal
  // 1e999 is JSON, but becomes Infinity, which JSON cannot write again.
  throw new BosunError('JSON_INVALID', {
    at: '--goal',
    expected: 'numbers that can be held',
    received: 'one that is too large',
    fix: 'Write it as a text.',
  })
}

async function existing(path: string, at: string): Promise<string> {
  try {
    const real = await realpath(path)
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    throw new BosunError('FOLDER_MISSING', { at, received: path, cause: error })
  }
  throw new BosunError('FOLDER_MISSING', { at, expected: 'a folder', received: `${path}, a file` })
}
