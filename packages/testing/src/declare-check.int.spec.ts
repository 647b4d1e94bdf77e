import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const home = join(import.meta.dirname, '..')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
/** Inside of the repository, so that the packages are found; Git ignores it. */
const scratch = join(home, 'test-results')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'specs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Result {
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

/** Runs a spec file of a user, and returns its tests. */
function run(file: string, text: string): readonly Result[] {
  writeFileSync(join(folder, file), text)
  const config = join(home, 'vitest.config.ts')
  const args = ['run', '--root', folder, '--config', config, '--reporter=json', '--outputFile=results.json', file]
  const { BOSUN_TEST_REPORT: _ours, ...env } = process.env
  spawnSync(process.execPath, [vitest, ...args], { cwd: folder, env })
  const { testResults } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as {
    testResults: readonly { readonly assertionResults: readonly Result[] }[]
  }
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

describe('the check of a strategy in a spec', { timeout: 120_000 }, () => {
  it('fails with the one test whose invariant breaks, and hands over a test that fails as well', () => {
    writeFileSync(
      join(folder, 'mine.ts'),
      `import { composeStrategy, defineInvariant, finding } from 'bosun'
export default composeStrategy({ name: 'mine' })
const nothingIsLost = defineInvariant({
  id: 'MY1', title: 'nothing is lost', sentence: 'No task is ever lost.', clauses: { lost: 'A task was lost.' },
  watches: ['task.lost'], initial: () => ({}), onFact: (_state, fact) => finding('lost', fact.task + ' was lost', fact.seq),
})
export const check = { scope: { tasksMax: 3 }, ownInvariants: [nothingIsLost] }
`,
    )
    const results = run(
      'mine.spec.ts',
      `import { checkStrategy } from 'bosun/testing'
import mine, { check } from './mine.ts'
checkStrategy(mine, { ...check, schedules: 3000 })
`,
    )
    const failed = results.filter(({ status }) => status === 'failed')
    expect(failed.map(({ title }) => title)).toEqual(['MY1 nothing is lost: No task is ever lost.'])
    expect(results.filter(({ status }) => status === 'passed').length).toBeGreaterThan(40)
    const [message = ''] = failed[0]?.failureMessages ?? []
    expect(message).toMatch(/ bosun check mine\.ts --replay b1:[\w-]+\n/)
    const pasted = message.slice(message.indexOf('A test that keeps it:\n')).split('\n').slice(1)
    const again = run('pasted.spec.ts', pasted.map((line) => line.replace(/^ {2}/, '')).join('\n'))
    expect(again.map(({ title, status }) => [title, status])).toEqual([
      ['MY1: nothing is lost holds in a schedule that was found', 'failed'],
    ])
    expect(again[0]?.failureMessages[0]).toContain('to be undefined')
  })
})
