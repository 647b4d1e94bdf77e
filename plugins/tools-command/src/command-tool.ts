import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { BosunError, command, defineTool, type AnyToolHandler, type ToolIo } from '@bosun/sdk'
import { findBubblewrap, type Wrap } from './bubblewrap.ts'
import type { CommandOptions } from './command-options.ts'
import { findProgram, isInside } from './find-program.ts'
import { runProgram } from './run-program.ts'

const TIMEOUT_MS = 60_000
const OUTPUT_BYTES_MAX = 64 * 1024

/**
 * `command.run` with the code behind it.
 *
 * @throws ISOLATION_UNAVAILABLE when a sandbox is required and there is none
 */
export async function commandTool(options: CommandOptions): Promise<AnyToolHandler> {
  // Looked for by the first call, unless nothing may run without it.
  let sandbox: Promise<Wrap | undefined> | undefined
  const findSandbox = () =>
    (sandbox ??= options.sandbox === 'off' ? Promise.resolve(undefined) : findBubblewrap(options))
  if (options.sandbox === 'required' && (await findSandbox()) === undefined) {
    throw new BosunError('ISOLATION_UNAVAILABLE', { at: 'tools-command: sandbox', expected: 'a bubblewrap that works' })
  }
  return defineTool(command.run, async (input, io) => {
    const startedAt = performance.now()
    await mkdir(io.staging, { recursive: true, mode: 0o700 })
    const program = await findProgram(input.command, { ...options, ...io })
    const cwd = await workingFolder(io.staging, input.cwd)
    const home = await mkdtemp(join(tmpdir(), 'bosun-command-'))
    try {
      const wrap = await findSandbox()
      const { workspace, staging } = io
      const place = { workspace, staging, home, cwd, program, searchPath: options.searchPath }
      const [file = '', ...args] = wrap?.([program.path, ...input.args], place) ?? [program.file, ...input.args]
      const end = await runProgram({
        at: input.command,
        file,
        argv0: wrap === undefined ? program.path : file,
        args,
        cwd,
        env: environment(options, io, home),
        stdin: input.stdin,
        timeoutMs: input.timeoutMs ?? TIMEOUT_MS,
        outputBytesMax: input.outputBytesMax ?? OUTPUT_BYTES_MAX,
        signal: io.signal,
      })
      return {
        exitCode: end.exitCode,
        signal: end.signal,
        stdout: end.stdout.text(),
        stderr: end.stderr.text(),
        stdoutBytes: end.stdout.bytes,
        stderrBytes: end.stderr.bytes,
        stdoutTruncated: end.stdout.isTruncated,
        stderrTruncated: end.stderr.isTruncated,
        sandbox: wrap === undefined ? ('none' as const) : ('bubblewrap' as const),
        ms: Math.round(performance.now() - startedAt),
      }
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
}

/** All that a program sees of its surroundings. */
function environment({ searchPath, env }: CommandOptions, io: ToolIo, home: string): Record<string, string> {
  return {
    LANG: 'C.UTF-8',
    ...env,
    PATH: searchPath.join(delimiter),
    HOME: home,
    TMPDIR: home,
    BOSUN_WORKSPACE: io.workspace,
  }
}

/** @throws COMMAND_REFUSED for a folder that is not there or not in the staging, by its path or by a link on the way */
async function workingFolder(staging: string, cwd = '.'): Promise<string> {
  const folder = join(staging, cwd)
  const real = await realpath(folder).catch(() => undefined)
  if (real !== undefined && isInside(folder, staging) && isInside(real, await realpath(staging))) return folder
  throw new BosunError('COMMAND_REFUSED', { at: 'cwd', expected: 'a folder of the staging', received: cwd })
}
