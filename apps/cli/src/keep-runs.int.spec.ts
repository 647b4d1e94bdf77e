import type { DurableFact, RunSummary } from '@bosun/core'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bosunProcess, projectWith, sleeping, start } from './process.fixture.ts'

const folders: string[] = []
const project = (files: Readonly<Record<string, string>>) => {
  const folder = projectWith(files)
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function runsIn(folder: string): Promise<readonly RunSummary[]> {
  const { stdout } = await bosunProcess(folder, 'runs', '--json')
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as RunSummary)
}

it(
  'T-33: old runs are dropped whole, by count or age, when that is asked for twice, and never one at work',
  { timeout: 240_000 },
  async () => {
    const folder = project(sleeping(1))
    for (const _ of [1, 2]) expect((await bosunProcess(folder, 'run')).code).toBe(0)
    const [old, latest] = (await runsIn(folder)).toSorted((a, b) => a.startedAt - b.startedAt).map(({ run }) => run)
    expect(await bosunProcess(folder, 'prune')).toMatchObject({ code: 2 })
    expect((await bosunProcess(folder, 'prune', '--older-than', '1h')).stdout).toBe('No run to drop.\n')
    const would = await bosunProcess(folder, 'prune', '--keep', '1')
    expect(would).toMatchObject({ code: 0, stderr: '' })
    expect(would.stdout).toMatch(new RegExp(`^${old} +completed .* KiB$`, 'm'))
    expect(would.stdout).toMatch(/Would drop 1 run, .* KiB\. Add --yes to do it\.\n$/)
    expect(await runsIn(folder)).toHaveLength(2)
    const working = start(folder, 'run', '--plan', planOf(folder, 600_000))
    while (!(await runsIn(folder)).some(({ state }) => state === 'running')) expect(working.child.exitCode).toBeNull()
    const dropped = await bosunProcess(folder, 'prune', '--keep', '0', '--unfinished', '--yes', '--json')
    expect(
      dropped.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { run: latest, dropped: true },
      { run: old, dropped: true },
    ])
    const left = await runsIn(folder)
    expect(left).toMatchObject([{ state: 'running' }])
    expect(readdirSync(join(folder, '.bosun/runs')).every((name) => name.startsWith(left[0]?.run ?? ''))).toBe(true)
    working.child.kill('SIGKILL')
    await working.done
    expect((await bosunProcess(folder, 'prune', '--keep', '0', '--yes')).stdout).toBe('No run to drop.\n')
    expect((await bosunProcess(folder, 'prune', '--keep', '0', '--unfinished', '--yes')).stdout).toContain(
      'Dropped 1 run',
    )
    expect(readdirSync(join(folder, '.bosun/runs'))).toEqual([])
  },
)

function planOf(folder: string, body: number): string {
  writeFileSync(join(folder, 'long.json'), JSON.stringify({ tasks: [{ id: 'nap', type: 'sleep', body }] }))
  return 'long.json'
}

it(
  'T-34 P9: an export is imported whole and is the same run there, and anything wrong with it is refused whole',
  { timeout: 240_000 },
  async () => {
    const folder = project(sleeping(1, 1))
    await bosunProcess(folder, 'run')
    const [{ run } = { run: '' }] = await runsIn(folder)
    const file = join(folder, 'run.ndjson')
    await bosunProcess(folder, 'export', 'last', '--out', file)
    expect(await bosunProcess(folder, 'import', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is a run with this id already') as string,
    })
    const elsewhere = ['--state', 'elsewhere']
    expect(await bosunProcess(folder, 'import', file, ...elsewhere)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`run ${run} is here`) as string,
    })
    const again = await bosunProcess(folder, 'export', 'last', ...elsewhere)
    expect(again.stdout).toBe(readFileSync(file, 'utf8'))
    expect((await bosunProcess(folder, 'show', 'last', ...elsewhere)).stdout).toBe(
      (await bosunProcess(folder, 'show', 'last')).stdout,
    )
    const facts = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { fact: DurableFact }).fact)
    const wrong: Readonly<Record<string, readonly [string, string]>> = {
      'a changed value': [readFileSync(file, 'utf8').replace('"body":1', '"body":2'), 'hash'],
      'a torn end': [readFileSync(file, 'utf8').slice(0, -40), 'torn'],
      'a success without its attempt, chained anew': [
        chained(facts.filter(({ type }) => type !== 'attempt.succeeded')),
        'invariant',
      ],
      'a run that goes on, chained anew': [chained(facts.slice(0, -1)), 'goes on'],
      'no run at all': ['', 'empty'],
    }
    for (const [name, [text, said]] of Object.entries(wrong)) {
      writeFileSync(file, text)
      const { code, stdout, stderr } = await bosunProcess(folder, 'import', file, '--state', 'refused')
      expect([name, code, stdout, stderr]).toEqual([name, 2, '', expect.stringContaining(said)])
      expect(existsSync(join(folder, 'refused/runs')) ? readdirSync(join(folder, 'refused/runs')) : []).toEqual([])
    }
  },
)

/** An export whose numbers and hashes are right, whatever it says. */
function chained(facts: readonly DurableFact[]): string {
  let hash = ''
  return facts
    .map((fact, index) => {
      const text = JSON.stringify({ ...fact, seq: index + 1 })
      hash = createHash('sha256')
        .update(hash + text)
        .digest('hex')
      return `{"hash":"${hash}","fact":${text}}\n`
    })
    .join('')
}
