import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path'
import process from 'node:process'
import { BosunError } from '@bosun/core'

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const ERROR_LENGTH_MAX = 1_000

export interface GitOptions {
  /** Absolute folder to work in. */
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Buffer
  /** Exit codes that are answers. @defaultValue 0 alone */
  readonly accepts?: readonly number[]
  /** Bytes of output that are read; what is longer is cut. @defaultValue 64 MiB, and longer is an error */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

export interface GitAnswer {
  readonly code: number
  readonly output: Buffer
  readonly isCut: boolean
}

/**
 * Runs git with exactly these arguments, so that nothing of a workspace is run with it: no hook, no
 * filter, no pager, no helper, no config but that of the repository it is pointed at, no network, and
 * nothing of the environment of this process.
 *
 * Point it at a repository of others (`-C folder`) only for what reads names and ids, as `rev-parse` and
 * `ls-files` do. Commands that touch contents belong into a repository whose config is ours.
 *
 * @throws GIT_UNAVAILABLE when there is no git, TOOL_FAILED with its words when it fails
 * @example
 * const { output } = await runGit(['rev-parse', 'HEAD'], { cwd: workspace })
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const binary = findGit()
  const child = spawn(binary, [...ALWAYS, ...args], {
    cwd: options.cwd,
    env: { ...environment(binary), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: 'SIGKILL' as const }),
  })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', reject)
  child.once('close', (code, signal) => (code === null ? reject(new Error(`it ended by ${signal}`)) : resolve(code)))
  const output = collect(child.stdout, options.maxBytes ?? OUTPUT_BYTES_MAX)
  const errors = collect(child.stderr, 16 * 1024)
  // It may end without reading what it is given.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  let code: number
  try {
    code = await promise
  } catch (error) {
    options.signal?.throwIfAborted()
    throw failed(args, error instanceof Error ? error.message : String(error))
  }
  if (!(options.accepts ?? [0]).includes(code)) throw failed(args, wordsOf(errors.bytes()) || `exit code ${code}`)
  if (output.isCut() && options.maxBytes === undefined) throw failed(args, `more than ${OUTPUT_BYTES_MAX} bytes`)
  return { code, output: output.bytes(), isCut: output.isCut() }
}

// ---------------------------------------------------------------------------------------------

/**
 * A repository of others may name programs for each of these. `safe.directory` lets git read one that
 * belongs to another user, as containers have it: none of its programs is run anyway.
 */
const ALWAYS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'core.quotePath=false',
  'safe.directory=*',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting])

function environment(binary: string): Record<string, string> {
  return {
    PATH: [dirname(binary), '/usr/bin', '/bin'].join(delimiter),
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_LAZY_FETCH: '1',
    // No protocol at all, so that a missing object is an error and not a fetch.
    GIT_ALLOW_PROTOCOL: 'none',
  }
}

let known: string | undefined

/** The git of the system; one that a package put into a `node_modules` on the PATH is not it. */
function findGit(): string {
  if (known !== undefined) return known
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const folder of [...folders, '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']) {
    if (!isAbsolute(folder) || folder.split(sep).includes('node_modules')) continue
    const path = join(folder, process.platform === 'win32' ? 'git.exe' : 'git')
    try {
      accessSync(path, constants.X_OK)
      known = path
      return path
    } catch {
      // Not here.
    }
  }
  throw new BosunError('GIT_UNAVAILABLE', { received: 'no git on the PATH' })
}

function collect(stream: NodeJS.ReadableStream, maxBytes: number): { bytes(): Buffer; isCut(): boolean } {
  const chunks: Buffer[] = []
  let length = 0
  stream.on('data', (chunk: Buffer) => {
    if (length < maxBytes) chunks.push(chunk.subarray(0, maxBytes - length))
    length += chunk.length
  })
  return { bytes: () => Buffer.concat(chunks), isCut: () => length > maxBytes }
}

function wordsOf(errorOutput: Buffer): string {
  return errorOutput
    .toString('utf8')
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, ERROR_LENGTH_MAX)
}

function failed(args: readonly string[], received: string): BosunError {
  const name = args.find((arg) => /^[a-z]/.test(arg) && !arg.includes('/')) ?? ''
  return new BosunError('TOOL_FAILED', { at: `git ${name}`.trim(), received })
}
