import { rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AnyToolHandler, ToolIo } from '@bosun/sdk'
import { CommandOptionsSchema } from './command-options.ts'
import { commandTool } from './command-tool.ts'

/** What `command.run` answers. */
export interface CommandOutput {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly stdoutBytes: number
  readonly stdoutTruncated: boolean
  readonly sandbox: string
}

/**
 * A workspace, a staging folder, and a folder of programs, each of its own.
 *
 * @param atEnd takes what removes them again
 */
export async function place(atEnd: (clean: () => void) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-tools-command-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const controller = new AbortController()
  const io: ToolIo = {
    workspace: join(folder, 'workspace'),
    staging: join(folder, 'state/staging/r/a@1'),
    mounts: {},
    signal: controller.signal,
    attempt: 'r/a@1',
    idempotencyKey: 'r/a',
    covers: () => true,
    permit: () => {},
  }
  const programs = join(folder, 'programs')
  await Promise.all([mkdir(io.workspace), mkdir(programs), mkdir(io.staging, { recursive: true })])
  return { folder, io, programs, controller }
}

/** Writes a program of Node and says where it is. */
export async function program(path: string, source: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!${process.execPath}\n${source}`)
  await chmod(path, 0o755)
  return path
}

/** The tool, without a sandbox unless it is asked for, and with this Node on the search path. */
export function tool(options: object = {}): Promise<AnyToolHandler> {
  const searchPath = ['/usr/local/bin', '/usr/bin', '/bin', dirname(process.execPath)]
  return commandTool(CommandOptionsSchema.parse({ searchPath, sandbox: 'off', ...options }))
}

/** A call as the gateway makes it: both ends pass the schemas of the declaration, and the rules are asked. */
export async function call(handler: AnyToolHandler, input: object, io: ToolIo): Promise<CommandOutput> {
  const { declaration } = handler
  const parsed: unknown = declaration.input.parse({ args: [], ...input })
  declaration.covers?.subjects(parsed)
  return declaration.output.parse(await handler.handle(parsed, io)) as CommandOutput
}
