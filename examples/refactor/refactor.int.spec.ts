import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOfExample, HAS_GIT, type PrintedFact } from './run-example.fixture.ts'

const UNMERGED = 'src/internal/observable/unmerged.ts'
/** A whole run, also where many others run at the same time. */
const timeout = 240_000

const of = (facts: readonly PrintedFact[], type: string) => facts.filter((fact) => fact.type === type)
const goalOf = (facts: readonly PrintedFact[]): { readonly files: readonly string[] } => {
  const [started] = of(facts, 'run.started')
  if (started === undefined) throw new Error('nothing was started')
  return started['goal'] as { readonly files: readonly string[] }
}
const publishedIn = (facts: readonly PrintedFact[]) =>
  of(facts, 'outputs.published').flatMap(({ task, files }) =>
    (files as { readonly path: string }[]).map(({ path }) => ({ task, path })),
  )

// One project, run three times: what a run leaves is what the next one finds.
describe.skipIf(!HAS_GIT)(`examples/refactor${HAS_GIT ? '' : ' (SKIPPED: this machine has no git)'}`, () => {
  let project: ReturnType<typeof copyOfExample>
  beforeAll(() => {
    project = copyOfExample()
  })
  afterAll(() => project.remove())

  it(
    'M-58: changes each file by exactly one worker, no file besides, and one that fails loses no other',
    { timeout },
    async () => {
      const { code, facts } = await project.run()
      const { files } = goalOf(facts)
      const changed = files.filter((path) => path !== UNMERGED)
      expect(changed.length).toBeGreaterThan(20)
      expect(files).toContain(UNMERGED)

      // From the facts: one assignment per file, one publication of it, and by its own task.
      const assigned = of(facts, 'task.assigned').filter(({ task }) => task !== 'type-check')
      expect(assigned.map(({ task }) => task).toSorted()).toEqual(files.toSorted())
      expect(new Set(assigned.map(({ slot }) => slot)).size).toBe(4)
      expect(publishedIn(facts).toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
        changed.map((path) => ({ task: path, path })),
      )
      // In a tree of its own: what an attempt could show is its file alone, though others were at work.
      for (const { task, result } of of(facts, 'attempt.succeeded')) {
        if (task === 'type-check') continue
        const { patch } = result as { readonly patch: string }
        expect(patch.match(/^diff --git .*$/gm)).toEqual([`diff --git a/${task} b/${task}`])
      }

      // From the files: these have changed and no other, each in its import of types and nowhere else.
      expect(project.git('status', '--porcelain').trimEnd().split('\n')).toEqual(changed.map((path) => ` M ${path}`))
      const lines = project.git('diff', '--unified=0').match(/^[+-](?![+-]).*$/gm) ?? []
      expect(lines.filter((line) => line.startsWith('+'))).toHaveLength(changed.length)
      for (const line of lines) {
        expect(line).toMatch(line.startsWith('+') ? /^\+import type \{/ : /^-(?:import \{|  |\} from)/)
      }

      // The failing one is named, and is as it was.
      expect(code).toBe(1)
      expect(of(facts, 'task.failed')).toMatchObject([
        { task: UNMERGED, error: { code: 'SOURCE_INVALID', at: `${UNMERGED}:3:1` } },
      ])
      expect(of(facts, 'run.failed')).toMatchObject([
        { missing: [UNMERGED], tally: { succeeded: files.length, failed: 1 } },
      ])
      // What the others made of theirs was looked at by the compiler, after all of them.
      expect(facts.findLast(({ type }) => type === 'attempt.succeeded')).toMatchObject({
        task: 'type-check',
        result: { exitCode: 0 },
      })
    },
  )

  it('M-58: what was mended is done by the next run, and nothing else is done again', { timeout }, async () => {
    const path = join(project.work, UNMERGED)
    const conflict = /<<<<<<< HEAD\n(.*\n)=======\n.*\n>>>>>>> .*\n/
    writeFileSync(path, readFileSync(path, 'utf8').replace(conflict, '$1'))
    const { code, facts } = await project.run()
    expect(code).toBe(0)
    expect(publishedIn(facts)).toEqual([{ task: UNMERGED, path: UNMERGED }])
    expect(of(facts, 'run.completed')).toMatchObject([{ tally: { total: 2, succeeded: 2 } }])
  })

  it('says so when the compiler refuses what is there', { timeout }, async () => {
    const path = join(project.work, 'src/internal/observable/of.ts')
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport const wrong: string = 1\n`)
    const { code, facts } = await project.run()
    expect(code).toBe(1)
    expect(of(facts, 'task.failed')).toMatchObject([{ task: 'type-check', error: { code: 'WORKER_THREW' } }])
    expect(JSON.stringify(of(facts, 'task.failed'))).toContain('TS2322')
  })

  it(
    'M-58: a model does the same where one is configured, and is denied a file that is not its own',
    { timeout },
    async () => {
      project.git('checkout', '--quiet', '.')
      const files = ['concat', 'defer'].map((name) => `src/internal/observable/${name}.ts`)
      const { code, facts } = await project.run({
        args: ['--goal', JSON.stringify({ folder: project.work, files })],
        env: { REFACTORER: 'scripted:refactorer' },
      })
      expect(code).toBe(0)
      expect(project.git('status', '--porcelain').trimEnd().split('\n')).toEqual(files.map((path) => ` M ${path}`))
      expect(project.git('diff', '--unified=0').match(/^[+](?![+]).*$/gm)).toEqual([
        expect.stringMatching(/^\+import type \{/),
        expect.stringMatching(/^\+import type \{/),
      ])
      expect(of(facts, 'tool.denied')).toMatchObject([
        { task: files[1], detail: 'files.edit(src/internal/observable/empty.ts)' },
      ])
      expect(new Set(of(facts, 'model.called').map(({ model }) => model))).toEqual(new Set(['scripted:refactorer']))
    },
  )
})
