import { BosunError, parseJson } from '@bosun/core'
import { resolveOwnImports } from '@bosun/sdk'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { configError } from './config-error.ts'
import { ConfigSchema, keysOfSection, type BosunConfig } from './config-schema.ts'

/** In the order in which they are looked for; a folder holds one of them. */
export const CONFIG_FILES = ['bosun.config.ts', 'bosun.config.js', 'bosun.config.mjs', 'bosun.config.json'] as const

/** A config waits for nothing but imports; one that hangs is reported, not waited for. */
const LOAD_MS_MAX = 30_000

/** A config with the place it came from. */
export interface LoadedConfig {
  /** The project: absolute, without links. */
  readonly folder: string
  /** Absolute path of the config file. */
  readonly path: string
  /** Its name, as messages and origins call it: `bosun.config.ts`. */
  readonly file: string
  readonly config: BosunConfig
}

/**
 * Reads the config of a project. Nothing but this file is loaded from the folder; TypeScript runs
 * unbuilt, with its types stripped.
 *
 * @throws FOLDER_MISSING, CONFIG_MISSING, CONFIG_INVALID; the message says what and where, and no
 *   stack trace is needed to understand it
 */
export async function loadConfig(folder: string): Promise<LoadedConfig> {
  const root = await projectFolder(folder)
  const found = await findConfig(root)
  const path = join(root, found)
  await assertFile(path, found)
  const value = found.endsWith('.json') ? await readJsonConfig(path, found) : await importConfig(path, found)
  return { folder: root, path, file: found, config: parseConfig(value, found) }
}

/**
 * Checks a value from anywhere as a config.
 *
 * @param file what to call it in messages
 * @throws CONFIG_INVALID with the path, what was expected and what was received
 */
export function parseConfig(value: unknown, file: string): BosunConfig {
  const parsed = ConfigSchema.safeParse(value)
  if (!parsed.success) throw configError(file, value, parsed.error.issues, keysOfSection)
  const { goal, mounts } = parsed.data
  if (typeof goal === 'object' && goal !== null && 'mount' in goal && typeof goal.mount === 'string') {
    if (Object.hasOwn(mounts ?? {}, goal.mount)) {
      throw new BosunError('CONFIG_INVALID', {
        at: `${file} goal.mount`,
        expected: 'a name that mounts does not use',
        received: JSON.stringify(goal.mount),
        fix: 'Rename one of the two.',
      })
    }
  }
  return parsed.data as BosunConfig
}

// ---------------------------------------------------------------------------------------------

async function projectFolder(folder: string): Promise<string> {
  const absolute = resolve(folder)
  try {
    const root = await realpath(absolute)
    if ((await stat(root)).isDirectory()) return root
  } catch (error) {
    throw new BosunError('FOLDER_MISSING', { at: folder, cause: error })
  }
  throw new BosunError('FOLDER_MISSING', { at: folder, expected: 'a folder', received: 'a file' })
}

async function findConfig(root: string): Promise<string> {
  const names = new Set(await readdir(root))
  const found = CONFIG_FILES.filter((name) => names.has(name))
  if (found.length > 1) {
    throw new BosunError('CONFIG_INVALID', {
      at: root,
      expected: 'one config',
      received: found.join(' and '),
      fix: 'Keep one of them.',
    })
  }
  if (found[0] === undefined) throw new BosunError('CONFIG_MISSING', { at: root })
  return found[0]
}

async function assertFile(path: string, file: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() === true) return
  throw new BosunError('FILE_UNREADABLE', {
    at: file,
    expected: 'a file',
    received: found === undefined ? 'a link to nothing' : found.isDirectory() ? 'a folder' : 'something else',
  })
}

async function readJsonConfig(path: string, file: string): Promise<unknown> {
  try {
    return parseJson(await readFile(path), file, { bytesMax: 1024 * 1024 })
  } catch (error) {
    if (!BosunError.is(error)) throw new BosunError('FILE_UNREADABLE', { at: file, cause: error })
    throw new BosunError('CONFIG_INVALID', {
      at: error.at ?? file,
      expected: error.expected ?? 'JSON',
      ...(error.received === undefined ? {} : { received: error.received }),
      fix: 'Correct it there.',
      cause: error,
    })
  }
}

async function importConfig(path: string, file: string): Promise<unknown> {
  let module: { readonly default?: unknown }
  resolveOwnImports(import.meta.url)
  try {
    module = await inTime(import(pathToFileURL(path).href), file)
  } catch (error) {
    throw importError(error, path, file)
  }
  if (module.default === undefined) {
    throw new BosunError('CONFIG_INVALID', {
      at: file,
      expected: 'a default export',
      received: 'none',
      fix: 'Write export default defineConfig({ … }).',
    })
  }
  return module.default
}

async function inTime<T>(work: Promise<T>, file: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(
      new BosunError('CONFIG_INVALID', {
        at: file,
        expected: `to be loaded within ${LOAD_MS_MAX / 1000} s`,
        received: 'a top-level await that does not end',
        fix: 'Keep waiting out of the config.',
      }),
    )
  }, LOAD_MS_MAX)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whatever an import threw, as one sentence with the place in the user's own file. */
function importError(error: unknown, path: string, file: string): BosunError {
  if (BosunError.is(error)) {
    // A define function of ours refused something; its message already names path and fix.
    return error
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  const fix: Readonly<Record<string, string>> = {
    ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
      'Types are stripped, not compiled: write it without enum, namespace or the like.',
    ERR_INVALID_TYPESCRIPT_SYNTAX: 'Correct the syntax there.',
    ERR_MODULE_NOT_FOUND: 'Install the package, or correct the path of the import.',
  }
  return new BosunError('CONFIG_INVALID', {
    at: placeIn(error, path, file),
    received: message.replaceAll(path, file),
    fix: fix[code] ?? 'Correct it there.',
    cause: error,
  })
}

/** The first line of the config that the stack names; a file that it imports goes by its own name. */
function placeIn(error: unknown, path: string, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const head = /^(?:file:\/\/)?(\/\S+?):(\d+)\n/.exec(stack)
  const frame = new RegExp(`${RegExp.escape(pathToFileURL(path).href)}:(\\d+)(?::(\\d+))?`).exec(stack)
  // Node names the file of a syntax error as a URL or, of one whose types it strips, as a path.
  if (head?.[1] !== undefined) {
    const named = head[0].startsWith('file:') ? decodeURI(head[1]) : head[1]
    return `${named === path ? file : basename(named)}:${head[2]}`
  }
  if (frame === null) return file
  return [file, frame[1], frame[2]].filter((part) => part !== undefined).join(':')
}
