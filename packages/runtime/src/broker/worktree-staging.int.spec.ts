import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Task } from '@bosun/core'
import { attemptWorktree } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { CodePaths } from '../tools/code-paths.ts'
import { gitRepository, HAS_GIT } from './git-repository.fixture.ts'
import { gitWorkspace } from './git-workspace.ts'
import { StagedOutputs } from './staged-outputs.ts'
import { Staging } from './staging.ts'

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index}`)
const TEXT = `${LINES.join('\n')}\n`
const changed = (line: number, text: string) => `${LINES.with(line, text).join('\n')}\n`
const key = (task: string, epoch = 1) => ({ run: 'run-1', task, epoch })
const task = (id: string, outputs?: string[]): Task => ({
  id,
  type: 'work',
  body: null,
  ...(outputs === undefined ? {} : { outputs }),
})

function setFile(folder: string, text: string | undefined): void {
  if (text === undefined) rmSync(join(folder, 'f'))
  else writeFileSync(join(folder, 'f'), text)
}

/** A workspace that is a repository, and staging for its attempts. */
function given(files: Readonly<Record<string, string>> = { 'a.txt': TEXT, 'b.txt': TEXT }) {
  const repository = gitRepository(files)
  const staging = new Staging(repository.stateDir, repository.folder)
  const outputs = new StagedOutputs(staging, repository.folder)
  const begin = async (id: string, epoch = 1) => {
    await staging.makeWorktree(key(id, epoch))
    const folder = staging.folder(key(id, epoch))
    return {
      folder,
      write: (path: string, text: string) => writeFileSync(join(folder, path), text),
      collect: (declared?: string[]) => staging.collect(key(id, epoch), task(id, declared)),
      publish: (paths: readonly string[]) => outputs.publish(key(id, epoch), paths),
    }
  }
  const read = (path: string) => readFileSync(join(repository.folder, path), 'utf8')
  return { ...repository, staging, outputs, begin, read }
}

describe.skipIf(!HAS_GIT)(`a git worktree as staging${HAS_GIT ? '' : ' (SKIPPED: this machine has no git)'}`, () => {
  it('M-22: holds what a person sees in the workspace: committed, changed and new files, not ignored or deleted ones', async () => {
    const at = given({ 'a.txt': TEXT, 'gone.txt': 'x', 'kept.log': 'tracked', '.gitignore': '*.log\nnode_modules/\n' })
    at.git('add', '-f', 'kept.log')
    at.git('commit', '-qm', 'second')
    at.write({ 'a.txt': 'changed', 'new.txt': 'new', 'x.log': 'ignored', 'node_modules/p/index.js': 'ignored' })
    rmSync(join(at.folder, 'gone.txt'))
    const attempt = await at.begin('a')
    const names = readdirSync(attempt.folder).sort()
    expect(names).toEqual(['.git', '.gitignore', 'a.txt', 'kept.log', 'new.txt'])
    expect(readFileSync(join(attempt.folder, 'a.txt'), 'utf8')).toBe('changed')
    expect(await attempt.collect()).toEqual([])
  })

  it('M-22: collects what was added, changed and deleted, what is ignored only where it is declared', async () => {
    const at = given({ 'a.txt': TEXT, 'b.txt': TEXT, '.gitignore': 'dist/\n*.log\n' })
    const attempt = await at.begin('a')
    attempt.write('a.txt', 'other')
    attempt.write('c.txt', 'new')
    attempt.write('x.log', 'ignored')
    rmSync(join(attempt.folder, 'b.txt'))
    expect([...(await attempt.collect())].sort()).toEqual(['a.txt', 'b.txt', 'c.txt'])
    expect([...(await attempt.collect(['a.txt', 'b.txt', 'c.txt', 'x.log']))]).toHaveLength(4)
    await expect(attempt.collect(['a.txt', 'b.txt', 'c.txt', 'missing'])).rejects.toMatchObject({
      code: 'OUTPUT_MISSING',
    })
  })

  it('collects a change of the same length in place within the second of the checkout (racy index bug)', async () => {
    const at = given({ 'a.txt': 'let a' })
    // The stat data of git end at the second; what follows has to fall into one.
    await sleep(1_000 - (Date.now() % 1_000))
    const attempt = await at.begin('a')
    attempt.write('a.txt', 'var a')
    await sleep(1_100)
    expect(await attempt.collect()).toEqual(['a.txt'])
  })

  it('takes a change of the same length in place within the second of the last snapshot (racy index bug)', async () => {
    const at = given({ 'a.txt': 'let a' })
    await sleep(1_000 - (Date.now() % 1_000))
    at.write({ 'a.txt': 'let b' })
    await at.begin('a')
    at.write({ 'a.txt': 'var b' })
    await sleep(1_100)
    const attempt = await at.begin('b')
    expect(readFileSync(join(attempt.folder, 'a.txt'), 'utf8')).toBe('var b')
  })

  it('T-33: publishes additions, changes and deletions; again is harmless; the repository stays where it was', async () => {
    const at = given()
    at.git('add', '-A')
    const before = at.own()
    const attempt = await at.begin('a')
    attempt.write('a.txt', 'other')
    attempt.write('c.txt', 'new')
    rmSync(join(attempt.folder, 'b.txt'))
    const paths = await attempt.collect()
    const published = await attempt.publish(paths)
    expect(published).toContainEqual({ path: 'b.txt', hash: expect.any(String), bytes: 0, deleted: true })
    expect([at.read('a.txt'), at.read('c.txt'), existsSync(join(at.folder, 'b.txt'))]).toEqual(['other', 'new', false])
    expect(await attempt.publish(paths)).toEqual(published)
    expect(at.own()).toBe(before)
    expect(at.git('status', '--porcelain', '--', '.', ':!.bosun')).toBe(' M a.txt\n D b.txt\n?? c.txt\n')
  })

  it('merges line by line what has changed in the workspace since the attempt began; again is harmless', async () => {
    const at = given()
    const attempt = await at.begin('a')
    at.write({ 'a.txt': changed(2, 'by the person') })
    attempt.write('a.txt', changed(20, 'by the attempt'))
    const [merged] = await attempt.publish(await attempt.collect())
    const both = LINES.with(2, 'by the person').with(20, 'by the attempt').join('\n')
    expect(at.read('a.txt')).toBe(`${both}\n`)
    expect(await attempt.publish(['a.txt'])).toEqual([merged])
    expect(at.read('a.txt')).toBe(`${both}\n`)
  })

  it('M-58: a conflict names its files, keeps both sides and publishes nothing of the attempt', async () => {
    const at = given()
    const attempt = await at.begin('a')
    at.write({ 'a.txt': changed(5, 'by the person') })
    attempt.write('a.txt', changed(5, 'by the attempt'))
    attempt.write('b.txt', 'fine')
    await expect(attempt.publish(await attempt.collect())).rejects.toMatchObject({
      code: 'OUTPUT_CONFLICT',
      at: 'a.txt',
      message: expect.stringContaining('both sides are kept'),
    })
    expect([at.read('a.txt'), at.read('b.txt')]).toEqual([changed(5, 'by the person'), TEXT])
    await at.staging.discardRun('run-1')
    const sides = readFileSync(join(`${attempt.folder}.git`, 'conflicts/a.txt'), 'utf8')
    expect(sides).toMatch(/<<<<<<< workspace\nby the person\n[^]*=======\nby the attempt\n>>>>>>> attempt/)
    // The next attempt starts from what is there now, and comes through.
    const second = await at.begin('a', 2)
    second.write('a.txt', changed(5, 'by both'))
    await second.publish(await second.collect())
    expect(at.read('a.txt')).toBe(changed(5, 'by both'))
    await at.staging.discardRun('run-1')
    expect(existsSync(join(at.stateDir, 'staging/run-1'))).toBe(false)
  })

  it.each([
    ['both added', { before: {}, person: 'x', attempt: 'y' }],
    ['changed here, deleted there', { before: { f: TEXT }, person: undefined, attempt: 'y' }],
    ['deleted here, changed there', { before: { f: TEXT }, person: 'x', attempt: undefined }],
    ['bytes that are no text', { before: { f: 'a\0b\nc\n' }, person: 'a\0x\n', attempt: 'a\0y\n' }],
  ] as const)('M-58: what cannot be merged is a conflict: %s', async (_, { before, person, attempt: theirs }) => {
    const at = given({ ...before, other: 'x' })
    const attempt = await at.begin('a')
    setFile(at.folder, person)
    setFile(attempt.folder, theirs)
    await expect(attempt.publish(await attempt.collect())).rejects.toMatchObject({ code: 'OUTPUT_CONFLICT', at: 'f' })
    expect(existsSync(join(at.folder, 'f')) ? at.read('f') : undefined).toBe(person)
  })

  it('M-58: eight attempts in parallel each have their own tree; one conflict loses none of the others', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `f${index}.txt`)
    const at = given(Object.fromEntries([...names, 'shared.txt'].map((name) => [name, TEXT])))
    const before = at.own()
    const attempts = await Promise.all(names.map((name) => at.begin(name)))
    for (const [index, attempt] of attempts.entries()) {
      attempt.write(`f${index}.txt`, `by ${index}`)
      // Lines of their own, but for the last two, which want the same one.
      attempt.write('shared.txt', changed(Math.min(index, 6) * 4, `by ${index}`))
    }
    const published = await Promise.allSettled(
      attempts.map(async (attempt) => attempt.publish(await attempt.collect())),
    )
    const refused = published.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
    expect(refused).toHaveLength(1)
    const loser = refused[0] ?? -1
    expect([6, 7]).toContain(loser)
    for (const index of names.keys()) expect(at.read(`f${index}.txt`)).toBe(index === loser ? TEXT : `by ${index}`)
    const shared = at.read('shared.txt').split('\n')
    for (const index of [0, 1, 2, 3, 4, 5]) expect(shared[index * 4]).toBe(`by ${index}`)
    expect(shared[24]).toBe(`by ${13 - loser}`)
    expect(at.own()).toBe(before)
  })

  it('P8: what a crash left half-made is made anew, and forgotten trees are pruned', async () => {
    const at = given()
    const attempt = await at.begin('a')
    rmSync(join(`${attempt.folder}.git`, 'record.json'))
    attempt.write('a.txt', 'half')
    const again = await at.begin('a')
    expect(readFileSync(join(again.folder, 'a.txt'), 'utf8')).toBe(TEXT)
    // Nobody has told that this one is gone.
    rmSync(again.folder, { recursive: true })
    await at.staging.discardRun('run-1')
    expect(existsSync(join(at.stateDir, 'git/repository-sha1/worktrees'))).toBe(false)
  })

  it('H2: refuses links and repositories among the outputs', async () => {
    const at = given()
    const attempt = await at.begin('a')
    symlinkSync('/etc/passwd', join(attempt.folder, 'link'))
    await expect(attempt.collect()).rejects.toMatchObject({ code: 'FILE_REFUSED', at: 'link' })
    const other = given({ x: '' })
    const nested = await other.begin('a')
    other.git('init', '-q', join(nested.folder, 'nested'))
    writeFileSync(join(nested.folder, 'nested/file'), 'x')
    await expect(nested.collect()).rejects.toMatchObject({ code: 'FILE_REFUSED', at: expect.stringMatching('nested') })
  })

  it('H12: publishes nothing over code or config of the project', async () => {
    const at = given()
    const attempt = await at.begin('a')
    attempt.write('a.txt', 'evil')
    const outputs = new StagedOutputs(at.staging, at.folder, new CodePaths(['a.txt']))
    await expect(outputs.publish(key('a'), ['a.txt'])).rejects.toMatchObject({ code: 'OUTPUT_CONFLICT' })
    expect(at.read('a.txt')).toBe(TEXT)
  })

  it('H12: nothing that a workspace sets up for git is run, nor what an attempt writes into its tree', async () => {
    const at = given({ 'a.txt': TEXT, '.gitattributes': '* filter=evil diff=evil merge=evil\n' })
    const count = join(at.root, 'executions')
    const evil = join(at.root, 'evil.sh')
    writeFileSync(evil, `#!/bin/sh\necho ran >> ${count}\ncat\n`)
    chmodSync(evil, 0o755)
    for (const name of ['post-checkout', 'post-index-change', 'pre-commit', 'post-commit', 'reference-transaction']) {
      writeFileSync(join(at.folder, '.git/hooks', name), `#!/bin/sh\necho ran >> ${count}\n`, { mode: 0o755 })
    }
    const settings = [
      'core.fsmonitor',
      'diff.external',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
    ]
    const more = ['diff.evil.textconv', 'diff.evil.command', 'merge.evil.driver', 'core.pager', 'core.sshCommand']
    for (const name of [...settings, ...more]) at.git('config', name, evil)
    const attempt = await at.begin('a')
    attempt.write('a.txt', changed(3, 'attempt'))
    // Programs that work in the tree may point it at a repository of their own making.
    writeFileSync(join(attempt.folder, '.git'), `gitdir: ${join(at.folder, '.git')}\n`)
    at.write({ 'a.txt': changed(20, 'person') })
    const worktree = attemptWorktree(attempt.folder)
    await worktree.diff(['a.txt'], { contextLines: 3, maxBytes: 10_000 })
    await attempt.publish(await attempt.collect())
    expect(at.read('a.txt')).toContain('attempt')
    await at.staging.discardRun('run-1')
    expect(existsSync(count)).toBe(false)
    // They are armed: git itself runs them.
    at.git('-c', 'core.fsmonitor=false', 'diff')
    expect(existsSync(count)).toBe(true)
  })

  it('works in a part of a repository, and where the state lies elsewhere', async () => {
    const at = gitRepository({ 'packages/x/a.txt': TEXT, 'packages/y/b.txt': TEXT, '.gitignore': 'node_modules/\n' })
    const workspace = join(at.folder, 'packages/x')
    at.write({ 'packages/x/node_modules/p/index.js': 'ignored' })
    const staging = new Staging(join(at.root, 'state'), workspace)
    await staging.makeWorktree(key('a'))
    const folder = staging.folder(key('a'))
    expect(readdirSync(folder).sort()).toEqual(['.git', 'a.txt'])
    writeFileSync(join(folder, 'a.txt'), 'new')
    await new StagedOutputs(staging, workspace).publish(key('a'), await staging.collect(key('a'), task('a')))
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('new')
  })

  it('keeps bytes as they are, whatever the workspace says about line ends', async () => {
    const mixed = 'one\r\ntwo\nthree\r\n'
    const at = given({ 'a.txt': 'x\n', '.gitattributes': '* text=auto eol=lf\n' })
    at.write({ 'a.txt': mixed, 'b.bin': '\0\r\n\xff' })
    const attempt = await at.begin('a')
    expect(readFileSync(join(attempt.folder, 'a.txt'), 'utf8')).toBe(mixed)
    expect(await attempt.collect()).toEqual([])
    attempt.write('a.txt', `${mixed}four\r\n`)
    await attempt.publish(await attempt.collect())
    expect(at.read('a.txt')).toBe(`${mixed}four\r\n`)
  })

  it('says what is missing where there is no repository or no commit', async () => {
    const at = gitRepository({})
    await expect(gitWorkspace(at.root)).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE', at: at.root })
    at.git('checkout', '-q', '--orphan', 'empty')
    await expect(gitWorkspace(at.folder)).rejects.toMatchObject({
      code: 'GIT_UNAVAILABLE',
      message: expect.stringContaining('without a commit'),
    })
  })
})
