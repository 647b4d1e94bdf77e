import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runHarness } from './harness.ts'

/** Inside of the repository, so that the packages are found; Git ignores it. */
const scratch = join(import.meta.dirname, '../test-results')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'campaign-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

writeFileSync(
  join(folder, 'right.ts'),
  `import { composeStrategy } from 'bosun'
export default composeStrategy({ name: 'right' })
export const check = { scope: { tasksMax: 2 } }
`,
)
writeFileSync(
  join(folder, 'dated.ts'),
  `import { composeStrategy } from 'bosun'
export default composeStrategy({ name: 'dated', order: { name: 'dated', key: () => Date.now() } })
`,
)

async function harness(...args: readonly string[]) {
  const said = { stdout: '', stderr: '' }
  const code = await runHarness(args, {
    cwd: folder,
    out: (text) => (said.stdout += text),
    err: (text) => (said.stderr += text),
    onInterrupt: () => () => undefined,
  })
  return { code, ...said }
}

describe('harness run', { timeout: 60_000 }, () => {
  it('gives each subject a round, ends with the worst, and leaves a report and a corpus', async () => {
    const args = ['run', 'right.ts', 'dated.ts', '--schedules', '300', '--threads', '1', '--corpus', 'corpus']
    const { code, stdout, stderr } = await harness(...args, '--report', 'out/campaign.html')
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
    expect(stdout).toMatch(/^round 1 of strategy right: 300 schedules, \d+\/s, pass$/m)
    expect(stdout).toMatch(/^round 1 of strategy dated: 300 schedules, \d+\/s, fail: SUBJECT_AMBIENT$/m)
    expect(stdout).toMatch(/bosun check dated\.ts --replay b1:[\w-]+/)
    expect(readdirSync(join(folder, 'corpus')).toSorted()).toEqual(['dated-ts', 'rounds.json'])
    const page = readFileSync(join(folder, 'out/campaign.html'), 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).toContain('SUBJECT_AMBIENT')
    expect(page).not.toContain('<script')
  })

  it('goes on where the corpus ended, with seeds that were not tried', async () => {
    const args = ['run', 'right.ts', '--schedules', '200', '--threads', '1', '--corpus', 'again', '--report', 'a.json']
    const facts = async () => {
      expect((await harness(...args)).code).toBe(0)
      return (JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8')) as { facts: number }[])[0]?.facts
    }
    const first = await facts()
    expect(await facts()).not.toBe(first)
    expect(JSON.parse(readFileSync(join(folder, 'again/rounds.json'), 'utf8'))).toEqual({ 'right.ts': 3 })
  })

  it('runs in rounds until the time is over, and adds them up', async () => {
    const { stdout } = await harness(
      'run',
      'right.ts',
      '--seconds',
      '12',
      // Long enough for the 1,000 schedules that a round has to have, on a machine with little time for it.
      '--round',
      '6',
      '--threads',
      '1',
      '--report',
      'b.json',
    )
    expect(stdout).toMatch(/^round 2 of strategy right: /m)
    const [total] = JSON.parse(readFileSync(join(folder, 'b.json'), 'utf8')) as { rounds: number; schedules: number }[]
    const rounds = [...stdout.matchAll(/^round \d+ .*: (\d+) schedules/gm)].map(([, count]) => Number(count))
    expect(total).toMatchObject({ rounds: rounds.length, schedules: rounds.reduce((sum, count) => sum + count, 0) })
  })

  it.each([
    [['run'], "missing required argument 'modules'"],
    [['run', 'nowhere.ts'], 'nowhere.ts: There is no such module'],
    [['run', 'right.ts', '--seconds', '0'], 'Expected a number above 0'],
    [['run', 'right.ts', '--shares', 'luck=1'], 'Expected shares such as swarm=50,pct=30'],
    [['walk'], "unknown command 'walk'"],
  ])('H26: ends with 64 and one line for %j', async (args, part) => {
    const { code, stdout, stderr } = await harness(...args)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toMatch(/^harness: [^\n]+\n$/)
    expect(stderr).toContain(part)
  })

  it('shows its help', async () => {
    const { code, stdout } = await harness('run', '--help')
    expect(code).toBe(0)
    expect(stdout).toContain('$ harness run strategies/*.ts --hours 8 --corpus corpus --report campaign.html')
  })
})
