import type { DurableFact } from '@bosun/core'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bosunProcess, projectWith, start } from './process.fixture.ts'

/** A worker that writes pages, of which those below `deploy` need a person. */
const DEPLOYING: Readonly<Record<string, string>> = {
  'bosun.config.ts': `export default {
  plugins: ['./plugin'], planner: 'files', manager: 'fanOut', workspace: 'site', limits: { slotsMax: 2 },
  policy: { ask: ['files.write(deploy/**)'] },
}\n`,
  'site/README.md': 'Pages.\n',
  'plugin/index.ts': `import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
const writer = defineWorker({
  name: 'writer', summary: 'Writes a page.', handles: 'write', body: z.string(), result: z.string(),
  tools: { write: files.write('**') }, outputs: (path) => [path], effects: 'none',
  examples: [{ body: 'deploy/a.html' }],
  async run({ body }, { tools }) {
    await tools.write({ path: body, text: '<h1>' + body + '</h1>' })
    return body
  },
})
export default definePlugin({ name: 'deploying', workers: [writer] })\n`,
  'plan.json': JSON.stringify({
    tasks: ['deploy/a.html', 'deploy/b.html', 'c.html'].map((body) => ({
      id: body.replaceAll(/[/.]/g, '-'),
      type: 'write',
      body,
    })),
  }),
}

const folders = [projectWith(DEPLOYING), projectWith(DEPLOYING)] as const
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function factsOf(folder: string, type: DurableFact['type']): Promise<readonly DurableFact[]> {
  const { stdout } = await bosunProcess(folder, 'log', 'last', '--json', '--type', type)
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as DurableFact)
}

async function untilAsked(folder: string, run: ReturnType<typeof start>, count: number): Promise<void> {
  const until = Date.now() + 90_000
  while ((await factsOf(folder, 'approval.requested')).length < count) {
    if (run.child.exitCode !== null) throw new Error(`it ended at once: ${JSON.stringify(await run.done)}`)
    if (Date.now() > until) throw new Error('nothing was asked')
  }
}

it(
  'T-35 R4: what waits for a person is shown, answered from any shell, outlives kill -9 and is not asked again',
  { timeout: 240_000 },
  async () => {
    const [folder] = folders
    const run = start(folder, 'run')
    await untilAsked(folder, run, 2)
    const shown = await bosunProcess(folder, 'show', 'last')
    expect(shown.stdout).toMatch(
      /Waits for a person:\n {2}a1 {2}deploy-\S+ wants: files\.write\(deploy\/\S+\) \(policy\.ask: files\.write\(deploy\/\*\*\)\)\n {6}input \{"path":"deploy\//,
    )
    expect(shown.stdout).toMatch(/bosun approve \S+ a1 {3}or {3}bosun deny \S+ a1\n/)
    const asked = (await factsOf(folder, 'approval.requested')) as readonly { task: string; approval: string }[]
    const first = asked.find(({ approval }) => approval === 'a1')?.task as string
    const why = await bosunProcess(folder, 'why', 'last', first)
    expect(why.stdout).toMatch(/waits for a person to answer a1, asked .* ago: files\.write\(deploy\//)
    expect(why.stdout).toMatch(/bosun approve \S+ a1 {3}or {3}bosun deny \S+ a1\n/)

    const several = await bosunProcess(folder, 'approve', 'last')
    expect(several).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Several questions.*a1, .*; a2, /s) as string,
    })
    const unknown = await bosunProcess(folder, 'deny', 'last', 'a9')
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('No question of this id') as string })
    const approved = await bosunProcess(folder, 'approve', 'last', 'a1', '--by', 'ann', '--reason', 'looked at it')
    expect(approved).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^approved: a1, deploy-/) as string,
    })

    run.child.kill('SIGKILL')
    await run.done
    const denied = await bosunProcess(folder, 'deny', 'last', '--by', 'ben', '--reason', 'not on a Friday', '--json')
    expect(JSON.parse(denied.stdout)).toMatchObject({
      command: 'deny',
      changed: true,
      facts: [{ type: 'approval.given', approval: 'a2', granted: false, by: 'ben', reason: 'not on a Friday' }],
    })
    const resumed = await bosunProcess(folder, 'resume', 'last')
    expect(resumed.code).toBe(1)
    expect(resumed.stdout).toContain('denied by ben: not on a Friday')
    expect(
      new Set(((await factsOf(folder, 'approval.requested')) as typeof asked).map(({ approval }) => approval)),
    ).toEqual(new Set(['a1', 'a2']))
    expect(readFileSync(join(folder, 'site/c.html'), 'utf8')).toContain('c.html')
    const written = ['a', 'b'].filter((page) => existsSync(join(folder, `site/deploy/${page}.html`)))
    expect(written).toHaveLength(1)
    expect((await bosunProcess(folder, 'audit', 'last')).code).toBe(0)
    expect(await bosunProcess(folder, 'approve', 'last')).toMatchObject({ code: 2 })
  },
)

it('says on plain lines what waits for whom, and the command that answers', { timeout: 120_000 }, async () => {
  const [, folder] = folders
  const run = start(folder, 'run')
  await untilAsked(folder, run, 2)
  for (const id of ['a1', 'a2']) await bosunProcess(folder, 'approve', 'last', id, '--by', 'ann')
  const { code, stdout } = await run.done
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /waits for a person: a1, deploy-\S+ wants: files\.write\(deploy\/.*\n {2}bosun approve \S+ a1 /,
  )
  expect(stdout).toContain('approved a1 by ann')
})

it('denies in a trial, where nobody is asked, and permits there what it is told to', { timeout: 120_000 }, async () => {
  const [folder] = folders
  const denied = await bosunProcess(folder, 'try', 'writer', '--json')
  expect(denied.code).toBe(1)
  expect(denied.stdout).toContain('nobody is asked in a trial; --approve permits it')
  const approved = await bosunProcess(folder, 'try', 'writer', '--approve')
  expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('deploy/a.html') as string })
})
