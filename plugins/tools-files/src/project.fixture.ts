import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AnyToolHandler, ToolIo } from '@bosun/sdk'

/** A workspace with some files, a mount `code` and an attempt that may do anything. */
export async function project(
  files: Readonly<Record<string, string>> = {},
  more: Partial<ToolIo> = {},
): Promise<{ readonly io: ToolIo; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-file-tools-'))
  const io: ToolIo = {
    workspace: join(folder, 'workspace'),
    staging: join(folder, 'state/staging/r/a@1'),
    mounts: { code: join(folder, 'code') },
    signal: new AbortController().signal,
    attempt: 'r/a@1',
    idempotencyKey: 'r/a',
    covers: () => true,
    permit: () => {},
    ...more,
  }
  await plant(io.workspace, { 'a.txt': 'old', ...files })
  await plant(join(folder, 'code'), { 'main.ts': 'main' })
  return { io, folder }
}

export async function plant(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop
    await mkdir(dirname(join(folder, path)), { recursive: true })
    // oxlint-disable-next-line no-await-in-loop
    await writeFile(join(folder, path), text)
  }
}

/** A call as the gateway makes it: both ends pass the schemas of the declaration. */
export async function call(handler: AnyToolHandler, input: unknown, io: ToolIo): Promise<unknown> {
  const { declaration } = handler
  return declaration.output.parse(await handler.handle(declaration.input.parse(input), io))
}
