import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyToolHandler, ToolIo } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { listFiles, readFiles, writeFiles } from './file-tools.ts'
import { toolsFiles as plugin } from './plugin.ts'

async function project() {
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
  }
  await mkdir(io.workspace)
  await mkdir(join(folder, 'code'))
  await writeFile(join(io.workspace, 'a.txt'), 'old')
  await writeFile(join(folder, 'code/main.ts'), 'main')
  return { io, folder }
}

/** A call as the gateway makes it: both ends pass the schemas of the declaration. */
async function call(handler: AnyToolHandler, input: object, io: ToolIo): Promise<unknown> {
  const { declaration } = handler
  return declaration.output.parse(await handler.handle(declaration.input.parse(input), io))
}

describe('the file tools', () => {
  it('are listed by the plugin under the names that the SDK declares', () => {
    expect(plugin.tools.map((tool) => tool.declaration.name)).toEqual(['files.read', 'files.list', 'files.write'])
  })

  it('M-22: write into staging alone, and read what was staged before the workspace', async () => {
    const { io } = await project()
    expect(await call(readFiles, { path: 'a.txt' }, io)).toMatchObject({ text: 'old', truncated: false })
    expect(existsSync(io.staging)).toBe(false)
    expect(await call(writeFiles, { path: 'a.txt', text: 'new' }, io)).toEqual({ bytes: 3 })
    expect(await call(readFiles, { path: 'a.txt' }, io)).toMatchObject({ text: 'new' })
    expect(await readFile(join(io.workspace, 'a.txt'), 'utf8')).toBe('old')
    expect(await readFile(join(io.staging, 'a.txt'), 'utf8')).toBe('new')
  })

  it('write bytes as base64 and read mounts by their name', async () => {
    const { io } = await project()
    expect(await call(writeFiles, { path: 'b.bin', text: 'AAEC', encoding: 'base64' }, io)).toEqual({ bytes: 3 })
    expect(await call(readFiles, { path: 'b.bin', encoding: 'base64' }, io)).toMatchObject({ text: 'AAEC', bytes: 3 })
    expect(await call(readFiles, { path: 'code/main.ts' }, io)).toMatchObject({ text: 'main' })
  })

  it('list staging merged over the workspace', async () => {
    const { io } = await project()
    await call(writeFiles, { path: 'b.txt', text: 'x' }, io)
    expect(await call(listFiles, { path: '.' }, io)).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({ name: 'a.txt', kind: 'file' }),
        expect.objectContaining({ name: 'b.txt', kind: 'file' }),
      ]),
    })
  })

  it.each([
    [readFiles, { path: '../a.txt' }, 'FILE_REFUSED'],
    [readFiles, { path: '/etc/passwd' }, 'FILE_REFUSED'],
    [readFiles, { path: 'link' }, 'FILE_REFUSED'],
    [readFiles, { path: '.git/config' }, 'FILE_REFUSED'],
    [readFiles, { path: 'nothing' }, 'FILE_NOT_FOUND'],
    [readFiles, { path: 'a.txt', maxBytes: 1 }, 'FILE_TOO_LARGE'],
    [listFiles, { path: 'nothing' }, 'FILE_NOT_FOUND'],
    [writeFiles, { path: '.bosun/state', text: '' }, 'FILE_REFUSED'],
    [writeFiles, { path: 'code/main.ts', text: '' }, 'FILE_REFUSED'],
  ])('H1, H2: refuse %o %o with %s', async (handler, input, code) => {
    const { io } = await project()
    await symlink('/etc/passwd', join(io.workspace, 'link'))
    await expect(call(handler, input, io)).rejects.toMatchObject({ code })
  })
})
