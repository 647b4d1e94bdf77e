import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { git } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { HAS_GIT, meet, put, repository, runAll } from './repository.fixture.ts'
import { toolsGit } from './plugin.ts'

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index}`)
const TEXT = `${LINES.join('\n')}\n`
const patchOf = (path: string, from: string, to: string) =>
  `--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,2 @@\n-${from}\n+${to}\n line 1\n`

it('the plugin lists the tools that the SDK declares', () => {
  expect(toolsGit.tools.map(({ declaration }) => declaration.name)).toEqual(
    Object.values(git).map(({ declaration }) => declaration.name),
  )
})

describe.skipIf(!HAS_GIT)(`the git tools${HAS_GIT ? '' : ' (SKIPPED: this machine has no git)'}`, () => {
  it('show what an attempt has changed, as a list and as a patch, and nothing of others', async () => {
    const at = repository({ 'src/a.ts': TEXT, 'src/b.ts': TEXT, 'docs/c.md': 'c\n' })
    at.write({ 'src/b.ts': 'changed by a person\n' })
    const { results } = await runAll(
      at.folder,
      [null],
      { put: put(), status: git.status(), diff: git.diff(), source: git.diff('src/**') },
      async (_, tools) => {
        const before = await tools['status']?.({})
        await tools['put']?.({ path: 'src/a.ts', text: TEXT.replace('line 3', 'line three') })
        await tools['put']?.({ path: 'docs/new.md', text: 'new\n' })
        const denied = await tools['source']?.({}).catch((error: { code: string }) => error.code)
        return {
          before,
          after: await tools['status']?.({}),
          diff: await tools['diff']?.({ contextLines: 0 }),
          part: await tools['diff']?.({ path: 'docs' }),
          cut: await tools['diff']?.({ maxBytes: 10 }),
          denied,
        }
      },
    )
    expect(results['t0']).toMatchObject({
      before: { files: [] },
      after: {
        files: [
          { path: 'docs/new.md', state: 'added' },
          { path: 'src/a.ts', state: 'modified' },
        ],
      },
      diff: { text: expect.stringMatching(/@@ -4 \+4 @@ line 2\n-line 3\n\+line three\n$/), truncated: false },
      part: { text: expect.not.stringContaining('src/a.ts') },
      cut: { text: 'diff --git', truncated: true },
      denied: 'TOOL_DENIED',
    })
  })

  it('read the history of the workspace: commits, and files as they were', async () => {
    const at = repository({ 'a.txt': 'one\n', 'b.txt': 'b\n' })
    at.write({ 'a.txt': 'two\n' })
    at.git('commit', '-qam', 'second: change a')
    at.write({ 'a.txt': 'not committed\n' })
    const head = at.git('rev-parse', 'HEAD').trim()
    const tools = { log: git.log(), show: git.show() }
    const { results } = await runAll(at.folder, [null], tools, async (_, { log, show }) => ({
      all: await log?.({}),
      one: await log?.({ path: 'b.txt' }),
      limited: await log?.({ max: 1 }),
      now: await show?.({ path: 'a.txt', revision: 'base' }),
      head: await show?.({ path: 'a.txt' }),
      before: await show?.({ path: 'a.txt', revision: `${head}~1` }),
      none: await show?.({ path: 'c.txt' }).catch((error: { code: string }) => error.code),
      option: await show?.({ path: 'a.txt', revision: '--output=x' }).catch((error: { code: string }) => error.code),
    }))
    expect(results['t0']).toMatchObject({
      all: { commits: [{ id: head, author: 'Ada', subject: 'second: change a' }, { subject: 'first' }] },
      one: { commits: [{ subject: 'first' }] },
      limited: { commits: [{ id: head }] },
      now: { text: 'not committed\n' },
      head: { text: 'two\n', truncated: false },
      before: { text: 'one\n' },
      none: 'FILE_NOT_FOUND',
      option: 'TOOL_INPUT_INVALID',
    })
  })

  it('apply a patch whole or not at all, within the rules, and publish what it makes', async () => {
    const at = repository({ 'a.txt': TEXT, 'b.txt': TEXT, 'gone.txt': 'x\n', lock: 'x\n' })
    const gone =
      'diff --git a/gone.txt b/gone.txt\ndeleted file mode 100644\n--- a/gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n'
    const fresh =
      'diff --git a/new.txt b/new.txt\nnew file mode 100644\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+new\n'
    const link =
      'diff --git a/l.txt b/l.txt\nnew file mode 120000\n--- /dev/null\n+++ b/l.txt\n@@ -0,0 +1 @@\n+/etc/passwd\n'
    const { results } = await runAll(
      at.folder,
      [null],
      { apply: git.apply('*.txt'), status: git.status() },
      async (_, { apply, status }) => {
        const codeOf = (patch: string) => apply?.({ patch }).catch((error: { code: string }) => error.code)
        return {
          half: await codeOf(`${patchOf('a.txt', 'line 0', 'zero')}${patchOf('b.txt', 'not there', 'x')}`),
          denied: await codeOf(`${patchOf('a.txt', 'line 0', 'zero')}${patchOf('lock', 'x', 'y')}`),
          outside: await codeOf(patchOf('../x.txt', 'line 0', 'zero')),
          git: await codeOf(fresh.replaceAll('new.txt', '.git/config.txt')),
          link: await codeOf(link),
          untouched: await status?.({}),
          applied: await apply?.({ patch: `${patchOf('a.txt', 'line 0', 'zero')}${gone}${fresh}` }),
        }
      },
    )
    expect(results['t0']).toMatchObject({
      half: 'TOOL_INPUT_INVALID',
      denied: 'TOOL_DENIED',
      git: expect.stringMatching(/^(?:TOOL_|FILE_)/),
      outside: expect.stringMatching(/^(?:TOOL_|FILE_)/),
      link: 'FILE_REFUSED',
      untouched: { files: [] },
      applied: {
        files: [
          { path: 'a.txt', state: 'modified' },
          { path: 'gone.txt', state: 'deleted' },
          { path: 'new.txt', state: 'added' },
        ],
      },
    })
    expect(at.read('a.txt')).toBe(TEXT.replace('line 0', 'zero'))
    expect(at.read('new.txt')).toBe('new\n')
    expect(readdirSync(at.folder)).not.toContain('gone.txt')
  })

  it('M-58: twelve files are changed by twelve workers in trees of their own; a failing one loses no other', async () => {
    const paths = Array.from({ length: 12 }, (_, index) => `src/f${index}.ts`)
    const at = repository(Object.fromEntries([...paths, 'other.ts'].map((path) => [path, TEXT])))
    const head = at.git('rev-parse', 'HEAD')
    const { facts, failed } = await runAll(at.folder, paths, { apply: git.apply() }, async (path, { apply }) => {
      await apply?.({ patch: patchOf(path, 'line 0', `changed ${path}`) })
      if (path === 'src/f7.ts') throw new Error('not today')
      return null
    })
    expect(failed).toEqual(['t7'])
    for (const [index, path] of paths.entries()) {
      expect(at.read(path)).toBe(index === 7 ? TEXT : TEXT.replace('line 0', `changed ${path}`))
    }
    // Each by one worker, and by one attempt of it; only the failing one was tried again.
    const assigned = facts.flatMap((fact) => (fact.type === 'task.assigned' && fact.task !== 't7' ? [fact.task] : []))
    expect(assigned).toHaveLength(11)
    expect(new Set(assigned).size).toBe(11)
    expect(at.git('status', '--porcelain').trim().split('\n')).toHaveLength(11)
    expect(at.git('rev-parse', 'HEAD')).toBe(head)
    // Nothing of the trees is left.
    expect(readdirSync(join(at.folder, '.bosun/staging'))).toEqual([])
  })

  it('M-58: who comes second with a change of the same line is told so; the first stays, and both sides are kept', async () => {
    const at = repository({ 'a.txt': TEXT })
    const { facts, failed } = await runAll(
      at.folder,
      ['one', 'two'],
      { put: put(), show: git.show(), meet: meet() },
      async (name, { put: write, show, meet: wait }) => {
        const base = (await show?.({ path: 'a.txt', revision: 'base' })) as unknown as { text: string }
        // Both have begun before either ends.
        await wait?.({})
        await write?.({ path: 'a.txt', text: base.text.replace('line 0', `line 0 ${name as string}`) })
        return null
      },
    )
    const [loser, winner] = failed.includes('t0') ? ['one', 'two'] : ['two', 'one']
    expect(failed).toHaveLength(1)
    expect(at.read('a.txt')).toBe(TEXT.replace('line 0', `line 0 ${winner}`))
    expect(facts.find((fact) => fact.type === 'task.failed')).toMatchObject({
      error: { code: 'OUTPUT_CONFLICT', at: 'a.txt' },
    })
    const run = join(at.folder, '.bosun/staging', readdirSync(join(at.folder, '.bosun/staging'))[0] ?? '')
    const kept = readFileSync(join(run, `${failed[0]}@1.git/conflicts/a.txt`), 'utf8')
    expect(kept).toContain(`=======\nline 0 ${loser}\n>>>>>>> attempt\n`)
  })
})
