import { truncateSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolIo } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { deleteFiles, searchFiles, writeFiles } from './file-tools.ts'
import { call, plant, project } from './project.fixture.ts'
import type { SearchResult } from './search-folder.ts'

const search = (input: object, io: ToolIo) => call(searchFiles, { path: '.', ...input }, io) as Promise<SearchResult>
const places = ({ matches }: SearchResult) => matches.map(({ path, line, column }) => `${path}:${line}:${column}`)

describe('files.search', () => {
  it('finds every line of every file in the order of paths, and says where', async () => {
    const { io } = await project({
      'b/x.ts': 'one\r\nthe needle\n\nneedle needle',
      'b.ts': 'needle',
      'c/d/e': 'nothing',
    })
    const found = await search({ text: 'needle' }, io)
    expect(places(found)).toEqual(['b/x.ts:2:5', 'b/x.ts:4:1', 'b.ts:1:1'])
    expect(found.matches[0]?.text).toBe('the needle')
    expect(found).toMatchObject({ filesCount: 5, skipped: [], skippedCount: 0, truncated: false })
  })

  it('M-21: sees what the attempt sees: staged files over the workspace, without what was deleted, and mounts', async () => {
    const { io } = await project({ 'b.txt': 'main', 'c.txt': 'main' })
    await call(writeFiles, { path: 'a.txt', text: 'main' }, io)
    await call(writeFiles, { path: 'b.txt', text: 'other' }, io)
    await call(deleteFiles, { path: 'c.txt' }, io)
    expect(places(await search({ text: 'main' }, io))).toEqual(['a.txt:1:1', 'code/main.ts:1:1'])
  })

  it('X-05: passes over what the grant does not cover, and follows no link', async () => {
    const { io, folder } = await project(
      { '.env': 'key', 'deep/.env': 'key', 'deep/b': 'key' },
      { covers: (path) => !path.endsWith('.env') },
    )
    await writeFile(join(folder, 'outside'), 'key')
    await symlink(join(folder, 'outside'), join(io.workspace, 'link'))
    await symlink(folder, join(io.workspace, 'up'))
    await plant(io.workspace, { '.git/config': 'key' })
    expect(places(await search({ text: 'key' }, io))).toEqual(['deep/b:1:1'])
  })

  it('searches one folder, one file, or the files that a pattern names', async () => {
    const { io } = await project({ 'src/a.ts': 'x', 'src/b.css': 'x', 'src/deep/c.ts': 'x', 'doc/a.ts': 'x' })
    expect(places(await search({ path: 'src', text: 'x' }, io))).toHaveLength(3)
    expect(places(await search({ path: 'src/b.css', text: 'x' }, io))).toEqual(['src/b.css:1:1'])
    expect(places(await search({ text: 'x', files: 'src/**/*.ts' }, io))).toEqual(['src/a.ts:1:1', 'src/deep/c.ts:1:1'])
  })

  it('takes a pattern for one only when it is asked to, and ignores case likewise', async () => {
    const { io } = await project({ b: 'a.c\nabc\nABC\nÄ' })
    expect(places(await search({ text: 'a.c' }, io))).toEqual(['b:1:1'])
    expect(places(await search({ text: 'a.c', isPattern: true }, io))).toEqual(['b:1:1', 'b:2:1'])
    expect(places(await search({ text: 'B.', isPattern: true, ignoreCase: true }, io))).toEqual(['b:2:2', 'b:3:2'])
    expect(places(await search({ text: 'ä', ignoreCase: true }, io))).toEqual(['b:4:1'])
  })

  it('H23: keeps to its bounds, and says so', async () => {
    const { io } = await project({
      b: 'x\n'.repeat(5_000),
      long: `${'y'.repeat(100_000)}needle${'z'.repeat(100_000)}`,
      binary: '',
      giant: '',
    })
    await writeFile(join(io.workspace, 'binary'), Buffer.from([0xff, 0xfe, 0x78]))
    truncateSync(join(io.workspace, 'giant'), 1024 ** 3)
    const many = await search({ text: 'x' }, io)
    expect(many.matches).toHaveLength(200)
    expect(many.truncated).toBe(true)
    expect(await search({ text: 'x', maxMatches: 2 }, io)).toMatchObject({ matches: [{ line: 1 }, { line: 2 }] })
    const found = await search({ text: 'needle' }, io)
    expect(places(found)).toEqual(['long:1:100001'])
    expect(found.matches[0]?.text).toHaveLength(400)
    expect(found.matches[0]?.text).toContain('needle')
    expect(found).toMatchObject({ skipped: ['binary', 'giant'], skippedCount: 2, truncated: false })
    // A pattern is not tried on all of a line without end, which is no silent miss.
    expect(await search({ text: 'n[e]edle', isPattern: true }, io)).toMatchObject({
      matches: [],
      skipped: ['binary', 'giant', 'long'],
    })
  })

  it('ends when its attempt does', async () => {
    const controller = new AbortController()
    const { io } = await project({ b: 'x\n'.repeat(500_000) }, { signal: controller.signal })
    const searching = search({ text: 'nowhere' }, io)
    controller.abort(new Error('revoked'))
    await expect(searching).rejects.toThrow('revoked')
  })
})
