import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorktreeRecord } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { deleteFiles, editFiles, listFiles, moveFiles, readFiles, searchFiles, writeFiles } from './file-tools.ts'
import { toolsFiles as plugin } from './plugin.ts'
import { call, project } from './project.fixture.ts'

describe('the file tools', () => {
  it('are listed by the plugin under the names that the SDK declares', () => {
    expect(plugin.tools.map((tool) => tool.declaration.name)).toEqual([
      'files.read',
      'files.list',
      'files.search',
      'files.write',
      'files.edit',
      'files.move',
      'files.delete',
    ])
  })

  it('M-22: write into staging alone, and read what was staged before the workspace', async () => {
    const { io } = await project()
    expect(await call(readFiles, { path: 'a.txt' }, io)).toMatchObject({ text: 'old', truncated: false })
    expect(existsSync(io.staging)).toBe(false)
    expect(await call(writeFiles, { path: 'a.txt', text: 'new' }, io)).toMatchObject({ bytes: 3 })
    expect(await call(readFiles, { path: 'a.txt' }, io)).toMatchObject({ text: 'new' })
    expect(await readFile(join(io.workspace, 'a.txt'), 'utf8')).toBe('old')
    expect(await readFile(join(io.staging, 'a.txt'), 'utf8')).toBe('new')
  })

  it('write bytes as base64 and read mounts by their name', async () => {
    const { io } = await project()
    expect(await call(writeFiles, { path: 'b.bin', text: 'AAEC', encoding: 'base64' }, io)).toMatchObject({ bytes: 3 })
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

  it('M-23: edit, move and delete what the attempt sees, and the workspace stays as it was', async () => {
    const { io } = await project({ 'b.txt': 'b' })
    const { hash } = (await call(readFiles, { path: 'a.txt' }, io)) as { hash: string }
    const edit = { path: 'a.txt', oldText: 'old', newText: 'new', expectedHash: hash }
    expect(await call(editFiles, edit, io)).toMatchObject({ bytes: 3, replacedCount: 1 })
    await expect(call(editFiles, edit, io)).rejects.toMatchObject({ code: 'FILE_EDIT_MISMATCH' })
    const moved = (await call(moveFiles, { from: 'a.txt', to: 'd/a.txt' }, io)) as { hash: string }
    expect(await call(readFiles, { path: 'd/a.txt' }, io)).toMatchObject({ text: 'new', hash: moved.hash })
    expect(await call(deleteFiles, { path: 'b.txt' }, io)).toEqual({ bytes: 1 })
    expect(await call(listFiles, { path: '.' }, io)).toMatchObject({ entries: [{ name: 'code' }, { name: 'd' }] })
    expect(await call(searchFiles, { path: '.', text: 'new' }, io)).toMatchObject({
      matches: [{ path: 'd/a.txt', line: 1, column: 1, text: 'new' }],
      filesCount: 2,
    })
    expect(await readFile(join(io.workspace, 'a.txt'), 'utf8')).toBe('old')
    expect(await readFile(join(io.workspace, 'b.txt'), 'utf8')).toBe('b')
  })

  it('in a worktree see the copy alone: what was deleted there does not come back from the workspace', async () => {
    const { io } = await project({ 'b.txt': 'b' })
    await mkdir(io.staging, { recursive: true })
    await writeFile(join(io.staging, 'a.txt'), 'copy')
    await mkdir(`${io.staging}.git`)
    const commit = '0'.repeat(40)
    const record: WorktreeRecord = { repository: '/none', base: commit, head: commit, prefix: '' }
    await writeFile(join(`${io.staging}.git`, 'record.json'), JSON.stringify(record))
    expect(await call(readFiles, { path: 'a.txt' }, io)).toMatchObject({ text: 'copy' })
    await call(deleteFiles, { path: 'a.txt' }, io)
    for (const path of ['a.txt', 'b.txt'])
      // oxlint-disable-next-line no-await-in-loop
      await expect(call(readFiles, { path }, io)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    expect(existsSync(join(io.staging, 'a.txt'))).toBe(false)
  })

  it('H14: take no text of 64 MiB, and leave nothing of it', async () => {
    const { io } = await project()
    const text = 'x'.repeat(64 * 1024 * 1024)
    await expect(call(writeFiles, { path: 'b', text }, io)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    const edit = { path: 'a.txt', oldText: 'old', newText: text }
    await expect(call(editFiles, edit, io)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    expect(await readdir(io.staging)).toEqual([])
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
    [searchFiles, { path: '../a.txt', text: 'x' }, 'FILE_REFUSED'],
    [searchFiles, { path: 'link', text: 'root' }, 'FILE_REFUSED'],
    [searchFiles, { path: 'nothing', text: 'x' }, 'FILE_NOT_FOUND'],
    [searchFiles, { path: '.', text: '(', isPattern: true }, 'TOOL_INPUT_INVALID'],
    [searchFiles, { path: '.', text: 'x', files: '../**' }, 'RULE_MALFORMED'],
    [editFiles, { path: 'link', oldText: 'root', newText: '' }, 'FILE_REFUSED'],
    [editFiles, { path: 'nothing', oldText: 'x', newText: '' }, 'FILE_NOT_FOUND'],
    [editFiles, { path: 'a.txt', oldText: 'x', newText: '' }, 'FILE_EDIT_MISMATCH'],
    [moveFiles, { from: 'link', to: 'x' }, 'FILE_REFUSED'],
    [moveFiles, { from: 'a.txt', to: '../x' }, 'FILE_REFUSED'],
    [moveFiles, { from: 'a.txt', to: '.git/x' }, 'FILE_REFUSED'],
    [moveFiles, { from: 'a.txt', to: 'link' }, 'FILE_EXISTS'],
    [deleteFiles, { path: 'link' }, 'FILE_REFUSED'],
    [deleteFiles, { path: '.' }, 'FILE_REFUSED'],
    [deleteFiles, { path: 'nothing' }, 'FILE_NOT_FOUND'],
  ])('H1, H2: refuse %o %o with %s', async (handler, input, code) => {
    const { io } = await project()
    await symlink('/etc/passwd', join(io.workspace, 'link'))
    await expect(call(handler, input, io)).rejects.toMatchObject({ code })
  })
})
