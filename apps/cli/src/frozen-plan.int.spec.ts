import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectWith } from './process.fixture.ts'
import { bosunIn, runsIn } from './real-engine.fixture.ts'

/** A project whose planner notes in a file that it was asked; `outputs` is what its worker says it writes. */
const PROJECT: Readonly<Record<string, string>> = {
  'bosun.config.ts': `import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import plugin from './plugin.ts'
const planner = {
  name: 'counting',
  plan({ folder }) {
    appendFileSync(join(folder, 'asked'), 'x')
    const groups = [{ name: 'all', kind: 'requirement' }, { name: 'all/one', kind: 'block' }]
    const task = (id, more) => ({ id, type: 'echo', body: { id }, group: 'all/one', ...more })
    return { title: 'Two', groups, tasks: [task('b', { dependsOn: ['a'] }), task('a')] }
  },
}
export default { plugins: [plugin], planner, manager: 'fanOut', isolation: 'inline' }\n`,
  'plugin.ts': `import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const echo = defineWorker({
  name: 'echo', summary: 'Echoes.', handles: 'echo', body: z.object({ id: z.string() }), result: z.string(),
  run: ({ body }) => body.id,
})
export default definePlugin({ name: 'echoes', workers: [echo] })\n`,
}

const askedIn = (folder: string) =>
  existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : ''

/** A project with its plan saved, its hash, and nothing noted of whoever was asked. */
async function frozen() {
  const folder = projectWith(PROJECT)
  const { code, stderr } = await bosunIn(folder, 'plan', '--save', 'plan.lock.json')
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^bosun: sha256:[0-9a-f]{64} is in plan\.lock\.json\n$/)])
  expect(askedIn(folder)).toBe('x')
  writeFileSync(join(folder, 'asked'), '')
  const file = join(folder, 'plan.lock.json')
  return { folder, file, hash: /sha256:\w+/.exec(stderr)?.[0] ?? '' }
}

async function shown(folder: string): Promise<{ plans: { hash: string }[]; tasks: { spec: unknown }[] }> {
  return JSON.parse((await bosunIn(folder, 'show', '--json')).stdout) as never
}

describe('M-48: a frozen plan', () => {
  it('is carried out as it was saved without asking the planner, and the run records its hash', async () => {
    const { folder, file, hash } = await frozen()
    const run = await bosunIn(folder, 'run', '--plan', 'plan.lock.json')
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('2 succeeded') })
    expect(askedIn(folder)).toBe('')
    const { plans, tasks } = await shown(folder)
    expect(plans).toEqual([{ request: 'fanOut', hash, tasks: 2 }])
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { tasks: unknown[] }
    expect(tasks.map(({ spec }) => spec)).toEqual(expect.arrayContaining(saved.tasks))
    expect((await bosunIn(folder, 'show')).stdout).toContain(`plan      2 tasks, ${hash}`)
    // The planner's own run has the same plan, and so the same hash.
    await bosunIn(folder, 'run')
    expect((await shown(folder)).plans).toEqual(plans)
    expect(askedIn(folder)).toBe('x')
  })

  it('that was changed is refused before anything starts; without its hash it is another plan', async () => {
    const { folder, file, hash } = await frozen()
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"id":"a"}', '"id":"z"}'))
    const changed = await bosunIn(folder, 'run', '--plan', 'plan.lock.json')
    expect(changed).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/plan\.lock\.json:2:\d+.*not the one that was saved/),
    })
    expect(runsIn(folder)).toEqual([])
    const loose = text.replace(/^"hash".*\n/m, '').replace('"id":"a"}', '"id":"z"}')
    writeFileSync(file, loose)
    expect(await bosunIn(folder, 'run', '--plan', 'plan.lock.json')).toMatchObject({ code: 0 })
    expect((await shown(folder)).plans[0]?.hash).toMatch(/^sha256:/)
    expect((await shown(folder)).plans[0]?.hash).not.toBe(hash)
    expect(askedIn(folder)).toBe('')
  })

  it('of which its workers make another plan by now is refused before anything starts', async () => {
    const { folder } = await frozen()
    const plugin = PROJECT['plugin.ts']?.replace('result:', "outputs: ({ id }) => [id + '.txt'], result:") ?? ''
    // In a folder of its own, since a module is imported once.
    const again = projectWith({
      ...PROJECT,
      'plugin.ts': plugin,
      'plan.lock.json': readFileSync(join(folder, 'plan.lock.json'), 'utf8'),
    })
    const run = await bosunIn(again, 'run', '--plan', 'plan.lock.json')
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('they state other outputs') })
    expect(runsIn(again)).toEqual([])
  })

  it('that is no graph is refused with 3 before anything starts', async () => {
    const { folder, file } = await frozen()
    const tasks = [{ id: 'a', type: 'echo', body: { id: 'a' }, dependsOn: ['b'] }]
    writeFileSync(file, JSON.stringify({ tasks }))
    expect(await bosunIn(folder, 'run', '--plan', 'plan.lock.json')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('plan.lock.json:1:'),
    })
    expect([runsIn(folder), askedIn(folder)]).toEqual([[], ''])
  })

  it('is not passed over in silence where the manager makes its tasks itself', async () => {
    const config = `import { fanOut, task } from 'bosun'
import plugin from './plugin.ts'
const manager = fanOut({ name: 'own', start: () => [task('echo', { id: 'own' }, { id: 'own' })] })
export default { plugins: [plugin], manager, isolation: 'inline' }\n`
    const folder = projectWith({
      ...PROJECT,
      'bosun.config.ts': config,
      'p.json': '[{"id":"a","type":"echo","body":{"id":"a"}}]',
    })
    const run = await bosunIn(folder, 'run', '--plan', 'p.json')
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('makes its first tasks itself') })
  })
})
