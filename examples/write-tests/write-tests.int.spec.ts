import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOfExample, HAS_SANDBOX, type PrintedFact } from './run-example.fixture.ts'

/** A whole run, also where many others run at the same time. */
const timeout = 240_000

interface Result {
  readonly tests: readonly { readonly module: string; readonly test: string; readonly verdict: string }[]
  readonly without: readonly { readonly module: string; readonly why: string }[]
}

const of = (facts: readonly PrintedFact[], type: string) => facts.filter((fact) => fact.type === type)
const goalOf = (facts: readonly PrintedFact[]) => of(facts, 'run.started')[0]?.['goal']
const resultOf = (facts: readonly PrintedFact[]) => of(facts, 'run.completed')[0]?.['result'] as Result
const isSame = (some: readonly unknown[], others: readonly unknown[]) =>
  JSON.stringify(some.toSorted()) === JSON.stringify(others.toSorted())
const publishedIn = (facts: readonly PrintedFact[]) =>
  of(facts, 'outputs.published').flatMap(({ task, files }) =>
    (files as { readonly path: string }[]).map(({ path }) => `${task}: ${path}`),
  )

/** Runs tests of the workspace with Vitest, as a person would; rejects when one fails. */
const vitest = (work: string, filter: string) =>
  promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs'), 'run', '--root', work, filter],
    { env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' } },
  )

// One project: the specs below the first look at what its run has left.
describe('examples/write-tests', () => {
  let project: ReturnType<typeof copyOfExample>
  beforeAll(() => {
    project = copyOfExample()
  })
  afterAll(() => project.remove())

  it('M-59: gives each module a test at its place, or says why it has none', { timeout }, async () => {
    const { code, facts } = await project.run()
    const modules = goalOf(facts) as readonly string[]
    const { tests, without } = resultOf(facts)
    expect([...tests, ...without].map(({ module }) => module).toSorted()).toEqual(modules.toSorted())
    expect(modules.length).toBeGreaterThanOrEqual(20)
    expect(tests.length).toBeGreaterThanOrEqual(8)
    for (const { why } of without) expect(why).toMatch(/\w{3,} \w+/)
    const whyOf = (module: string) => without.find((one) => one.module === module)?.why
    expect(whyOf('array/mapAsync')).toContain('a promise, Promise<R[]>')
    expect(whyOf('array/sample')).toMatch(/fails on the module as it is: sample gives the same again.*Counterexample/)
    expect(whyOf('array/difference')).toMatch(/passes as well when line \d+ has secondSet\.has\(item\) for !/)

    // The judge alone publishes tests, each at its place; what was not accepted is nowhere.
    const accepted = tests.map(({ module }) => `judge/${module}: tests/${module}.spec.mjs`)
    expect(
      publishedIn(facts)
        .filter((line) => line.includes(': tests/'))
        .toSorted(),
    ).toEqual(accepted.toSorted())
    const files = globSync('tests/**/*.mjs', { cwd: project.work })
    expect(files.toSorted()).toEqual(tests.map(({ test }) => test).toSorted())
    for (const { verdict } of tests) expect(verdict).toMatch(/^fails on [1-9]\d* of [1-9]\d* seeded changes$/)

    // A module without a test is waived by name, and by nobody but the manager.
    expect(code).toBe(0)
    const unsuccessful = [...of(facts, 'task.failed'), ...of(facts, 'task.skipped')].map(({ task }) => task)
    expect(of(facts, 'waiver.given')).toMatchObject([
      {
        by: 'manager',
        reason: 'no test was accepted for these modules',
        tasks: expect.toSatisfy((tasks: string[]) => isSame(tasks, unsuccessful)) as string[],
      },
    ])
  })

  it('M-59: what was accepted passes for whoever runs it, and fails when a module is wrong', { timeout }, async () => {
    await vitest(project.work, 'tests/')
    const module = join(project.work, 'src/array/chunk.mjs')
    const text = readFileSync(module, 'utf8')
    expect(text).toContain('index * size')
    writeFileSync(module, text.replace('index * size', 'index * size + 1'))
    await expect(vitest(project.work, 'tests/array/chunk')).rejects.toMatchObject({
      stdout: expect.stringContaining('flatten undoes chunk') as string,
    })
  })
})

describe.skipIf(!HAS_SANDBOX)(
  `examples/write-tests with a model${HAS_SANDBOX ? '' : ' (SKIPPED: this machine has no bubblewrap that works)'}`,
  () => {
    let project: ReturnType<typeof copyOfExample>
    beforeAll(() => {
      project = copyOfExample()
    })
    afterAll(() => project.remove())

    it(
      'M-59, H17: takes of what a model has written what the judge accepts, and runs it where it can do no harm',
      { timeout },
      async () => {
        const { code, facts } = await project.run({
          args: ['--goal', '["string/escape","string/pad","array/take"]'],
          env: { TEST_AUTHOR: 'scripted:author' },
        })
        expect(code).toBe(0)
        expect(of(facts, 'model.called').map(({ task, model }) => `${task} ${model}`)).toHaveLength(3)
        const { tests, without } = resultOf(facts)
        expect(tests).toMatchObject([{ module: 'string/escape', properties: ['makes no text shorter'] }])
        expect(without.map(({ module }) => module)).toEqual(['string/pad', 'array/take'])
        // One that writes over the module it is about finds that it cannot.
        expect(without[1]?.why).toContain('EROFS')
        expect(readFileSync(join(project.work, 'src/array/take.mjs'), 'utf8')).toContain('slice(0, count)')
        expect(existsSync(join(project.work, 'tests/array/take.spec.mjs'))).toBe(false)
      },
    )
  },
)
