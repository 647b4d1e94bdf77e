import type { DurableFact, RunSummary } from '@bosun/core'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bosunProcess, projectWith, SLEEPERS, sleeping, start } from './process.fixture.ts'

const folders: string[] = []
const project = (files: Readonly<Record<string, string>>) => {
  const folder = projectWith(files)
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Longer than any spec waits. */
const FOREVER_MS = 600_000

async function factsIn(folder: string, type = ''): Promise<readonly DurableFact[]> {
  const { stdout } = await bosunProcess(folder, 'log', 'last', '--json', ...(type === '' ? [] : ['--type', type]))
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as DurableFact)
}

async function runIn(folder: string): Promise<RunSummary> {
  const { stdout } = await bosunProcess(folder, 'runs', '--json')
  return JSON.parse(stdout.split('\n')[0] ?? '') as RunSummary
}

/** Waits until as many attempts have started. */
async function untilStarted(folder: string, { child, done }: ReturnType<typeof start>, count = 1): Promise<void> {
  const until = Date.now() + 90_000
  while ((await factsIn(folder, 'attempt.started')).length < count) {
    if (child.exitCode !== null) throw new Error(`it ended at once: ${JSON.stringify(await done)}`)
    if (Date.now() > until) throw new Error('nothing was started')
  }
}

describe('a run that another process manages', () => {
  it(
    'T-35 M-01: is told, raised, waived, paused and let go on, each a fact with who and why',
    { timeout: 240_000 },
    async () => {
      const folder = project(sleeping(FOREVER_MS, FOREVER_MS, FOREVER_MS))
      const run = start(folder, 'run')
      await untilStarted(folder, run, 2)
      const pid = run.child.pid as number
      const by = ['--by', 'ann']
      const steered = await bosunProcess(folder, 'steer', 'last', 'leave the tests alone', ...by, '--reason', 'red')
      expect(steered).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('is told') as string })
      const raised = await bosunProcess(
        folder,
        'raise-limit',
        'last',
        'tasksMax=20000',
        'wallTimeMs=2d',
        ...by,
        '--reason',
        'long',
      )
      expect(raised).toMatchObject({ code: 0, stderr: '' })
      expect(raised.stdout).toMatch(
        /tasksMax of run \S+: 10000 → 20000\nwallTimeMs of run \S+: 86400000 → 172800000\n$/,
      )
      const waived = await bosunProcess(folder, 'waive', 'last', 'nap-2', '--reason', 'not needed', ...by, '--json')
      expect(JSON.parse(waived.stdout)).toMatchObject({ command: 'waive', changed: true, managedBy: pid })
      const paused = await bosunProcess(folder, 'pause', 'last', '--reason', 'lunch', ...by)
      expect(paused.stdout).toContain(`process ${pid} ends when what runs has ended. Go on with: bosun resume`)
      expect((await bosunProcess(folder, 'pause', 'last')).stdout).toContain('was paused already')
      const resumed = await bosunProcess(folder, 'resume', 'last', ...by, '--reason', 'fed')
      expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining(`goes on in process ${pid}`) as string })
      expect(await bosunProcess(folder, 'resume', 'last')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--take-over') as string,
      })
      const cancelled = await bosunProcess(folder, 'cancel', 'last', 'nap-2', '--reason', 'enough', ...by)
      expect(cancelled).toMatchObject({ code: 0, stdout: 'cancelled: nap-2\n' })
      expect((await bosunProcess(folder, 'cancel', 'last', 'nap-2')).code).toBe(1)
      const ended = await bosunProcess(folder, 'cancel', 'last', '--reason', 'all', ...by)
      expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('No process of it is alive.') as string })
      expect((await run.done).code).toBe(130)
      const facts = (await factsIn(folder)).filter((fact) => 'by' in fact && fact.by === 'ann')
      expect(facts.map(({ type }) => type)).toEqual([
        'steer.received',
        'limits.changed',
        'waiver.given',
        'run.paused',
        'run.resumed',
        'task.cancelled',
        'task.cancelled',
        'task.cancelled',
        'run.cancelled',
      ])
      expect(facts).toMatchObject([
        { reason: 'red' },
        { reason: 'long' },
        { reason: 'not needed' },
        { reason: 'lunch' },
        { reason: 'fed' },
        { reason: 'enough' },
        {},
        {},
        { reason: 'all' },
      ])
    },
  )
})

/** A worker that fails until a file is there, and one that needs it. */
const FLAKY: Readonly<Record<string, string>> = {
  ...SLEEPERS,
  'bosun.config.ts': `export default {
  plugins: ['./plugin', './flaky'], planner: 'files', manager: 'fanOut',
  limits: { slotsMax: 2 }, retry: { retriesMax: 0 },
}\n`,
  'flaky/index.ts': `import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const fetcher = defineWorker({
  name: 'fetcher', summary: 'Fetches.', handles: 'fetch', body: z.string(), result: z.string(), effects: 'none',
  async run({ body }, { attempt }) {
    if (!attempt.id.includes('~')) throw new Error('the network is down')
    return 'got ' + body
  },
})
const joiner = defineWorker({
  name: 'joiner', summary: 'Joins.', handles: 'join', body: z.null(), result: z.json(),
  async run(_, { inputs }) { return { ...inputs } },
})
export default definePlugin({ name: 'flaky', workers: [fetcher, joiner] })\n`,
  'plan.json': JSON.stringify({
    tasks: [
      { id: 'fetch-a', type: 'fetch', body: 'a' },
      { id: 'nap', type: 'sleep', body: 1 },
      { id: 'join', type: 'join', body: null, dependsOn: ['fetch-a', 'nap'] },
    ],
  }),
}

describe('a run that has ended', () => {
  it(
    'S8 T-35: is reopened by retry, goes on by resume, and its dependants get the new result by the old name',
    { timeout: 240_000 },
    async () => {
      const folder = project(FLAKY)
      expect((await bosunProcess(folder, 'run')).code).toBe(1)
      const retried = await bosunProcess(folder, 'retry', 'last', '--by', 'ben', '--reason', 'the network is back')
      expect(retried).toMatchObject({ code: 0, stderr: '' })
      expect(retried.stdout).toContain('is reopened and tries again: fetch-a as fetch-a~2, join as join~2')
      expect(retried.stdout).toMatch(/No process manages it now. Go on with: bosun resume \S+\n$/)
      expect(await runIn(folder)).toMatchObject({ state: 'orphaned' })
      expect((await bosunProcess(folder, 'why', 'last', 'join~2')).stdout).toContain('fetch-a~2')
      const resumed = await bosunProcess(folder, 'resume', 'last')
      expect(resumed).toMatchObject({ code: 0, stderr: '' })
      expect(resumed.stdout).toContain('3 succeeded + 0 failed + 0 lost + 0 cancelled + 0 skipped = 3 tasks')
      const [{ result } = { result: undefined }] = (await factsIn(folder, 'attempt.succeeded')).flatMap((fact) =>
        fact.type === 'attempt.succeeded' && fact.task === 'join~2' ? [fact] : [],
      )
      expect(result).toEqual({ 'fetch-a': 'got a', nap: 1 })
      expect((await factsIn(folder, 'run.reopened'))[0]).toMatchObject({ by: 'ben', reason: 'the network is back' })
      const log = await bosunProcess(folder, 'log', 'last', '--task', 'fetch-a~2')
      expect(log.stdout).toContain('fetch-a~2')
      expect((await bosunProcess(folder, 'show', 'last')).stdout).toContain('fetch-a~2')
      expect(await bosunProcess(folder, 'audit', 'last')).toMatchObject({ code: 0, stderr: '' })
      expect(await bosunProcess(folder, 'retry', 'last', 'nap')).toMatchObject({
        code: 1,
        stdout: 'nothing to try again: nap succeeded\n',
      })
      expect(await bosunProcess(folder, 'retry', 'last')).toMatchObject({
        code: 1,
        stdout: 'nothing to try again: no task failed or was lost\n',
      })
      expect(await bosunProcess(folder, 'adopt', 'last', 'nap')).toMatchObject({
        code: 1,
        stdout: 'nothing to adopt: no result of nap came late\n',
      })
      for (const [command, ...args] of [['pause'], ['steer', 'x'], ['waive', 'nap']]) {
        const { code, stderr } = await bosunProcess(folder, command as string, 'last', ...args)
        expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining('bosun retry')])
      }
    },
  )
})

/** What a process says as it comes, and a wait for a part of it. */
function heard({ child, done }: ReturnType<typeof start>, where: 'stdout' | 'stderr' = 'stdout') {
  let text = ''
  const watchers = new Set<() => void>()
  child[where].on('data', (chunk: Buffer) => {
    text += chunk.toString()
    for (const watch of watchers) watch()
  })
  return (part: RegExp): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = () => part.test(text) && resolve()
    watchers.add(look)
    look()
    void done.then((end) => reject(new Error(`it ended without ${part}: ${JSON.stringify(end)}`)))
    return promise
  }
}

describe('a run whose process is gone or hangs', () => {
  it(
    'X-08: is listed as orphaned with the command that takes it over, which a watcher sees happen',
    { timeout: 240_000 },
    async () => {
      const folder = project(sleeping(FOREVER_MS))
      const run = start(folder, 'run')
      await untilStarted(folder, run)
      const watch = start(folder, 'runs', '--watch', '--json')
      const hears = heard(watch)
      await hears(/"state":"running"/)
      run.child.kill('SIGKILL')
      await run.done
      await hears(/"state":"orphaned"/)
      const { stdout } = await bosunProcess(folder, 'runs')
      const { run: id } = await runIn(folder)
      expect(stdout).toContain(`${id} has lost its process ${run.child.pid}. Take it over with: bosun resume ${id}\n`)
      const cancel = await bosunProcess(folder, 'cancel', 'last')
      expect(cancel).toMatchObject({ code: 0, stdout: `run ${id} is cancelled. No process of it is alive.\n` })
      await hears(/"state":"cancelled"/)
      watch.child.kill('SIGINT')
      expect(await watch.done).toMatchObject({ code: 0, stderr: '' })
    },
  )

  it(
    'P5 X-08: is taken over from a process that hangs, and that one is refused when it wakes up',
    { timeout: 240_000 },
    async () => {
      const folder = project(sleeping(8_000, 8_000))
      const old = start(folder, 'run')
      await untilStarted(folder, old, 2)
      old.child.kill('SIGSTOP')
      const refused = await bosunProcess(folder, 'resume', 'last')
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${old.child.pid}`) as string })
      expect(refused.stderr).toContain('bosun resume RUN --take-over')
      const next = await takenOver(folder, old)
      // Both live now: the old process finds its hosts gone and wants to write that down.
      old.child.kill('SIGCONT')
      const woken = await old.done
      expect(woken).toMatchObject({ code: 1, stderr: expect.stringContaining('taken over') as string })
      expect(await next.done).toMatchObject({ code: 0, stderr: '' })
      const facts = await factsIn(folder)
      const recovered = facts.findIndex(({ type }) => type === 'manager.recovered')
      expect(facts.slice(recovered).filter(({ type }) => type === 'manager.recovered')).toHaveLength(1)
      expect(facts.slice(recovered).filter(({ type }) => type === 'task.succeeded')).toHaveLength(2)
      expect(await bosunProcess(folder, 'audit', 'last')).toMatchObject({ code: 0, stderr: '' })
    },
  )
})

/** A process that was stopped within a transaction holds its lock: it goes on for a moment and is stopped again. */
async function takenOver(folder: string, old: ReturnType<typeof start>): Promise<ReturnType<typeof start>> {
  for (;;) {
    const next = start(folder, 'resume', 'last', '--take-over', '--by', 'ann', '--json')
    const hears = heard(next)
    const isOurs = await hears(/manager\.recovered/).then(
      () => true,
      () => false,
    )
    if (isOurs) return next
    const { code, stderr } = await next.done
    expect({ code, stderr }).toMatchObject({ stderr: expect.stringContaining('its journal is locked') as string })
    old.child.kill('SIGCONT')
    old.child.kill('SIGSTOP')
  }
}

describe('X-06: a run above the cap of its state folder', () => {
  it(
    'says where it stands, is listed, can be cancelled with who and why, and goes on when it is its turn',
    { timeout: 240_000 },
    async () => {
      const sleepers = sleeping(FOREVER_MS)
      const limited = sleepers['bosun.config.ts']?.replace('limits:', 'runsMax: 1, limits:') ?? ''
      const folder = project({ ...sleepers, 'bosun.config.ts': limited })
      const first = start(folder, 'run')
      await untilStarted(folder, first)
      writeFileSync(join(folder, 'plan.json'), JSON.stringify({ tasks: [{ id: 'nap', type: 'sleep', body: 1 }] }))
      const second = start(folder, 'run')
      await heard(second, 'stderr')(/waits for its turn: place 1, since 1 may go on/)
      const third = start(folder, 'run')
      await heard(third, 'stderr')(/waits for its turn: place 2/)
      const listed = (await bosunProcess(folder, 'runs')).stdout
      const waiting = /^(\S+) +waiting \(1\)/m.exec(listed)?.[1] ?? ''
      expect(listed).toMatch(/^\S+ +waiting \(2\)/m)
      expect(await bosunProcess(folder, 'show', waiting)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('waits for its turn') as string,
      })
      const cancelled = await bosunProcess(folder, 'cancel', waiting, '--by', 'ann', '--reason', 'not now')
      expect(cancelled).toMatchObject({ code: 0, stderr: '' })
      expect(cancelled.stdout).toBe(`run ${waiting} is cancelled. No process of it is alive.\n`)
      expect(await second.done).toMatchObject({ code: 130, stdout: expect.stringContaining('not now') as string })
      const [running = ''] = await runsOf(folder, 'running')
      expect((await runsOf(folder, 'waiting')).length).toBe(1)
      expect((await bosunProcess(folder, 'cancel', running)).code).toBe(0)
      expect(await third.done).toMatchObject({ code: 0 })
      expect((await first.done).code).toBe(130)
      expect(await bosunProcess(folder, 'audit', waiting)).toMatchObject({ code: 0, stderr: '' })
    },
  )
})

async function runsOf(folder: string, state: RunSummary['state']): Promise<readonly string[]> {
  const { code, stdout } = await bosunProcess(folder, 'runs', '--json')
  expect(code).toBe(0)
  const runs = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as RunSummary]))
  return runs.flatMap((one) => (one.state === state ? [one.run] : []))
}

/** A worker whose first attempt goes deaf for longer than its lease, and whose others wait until they are stopped. */
const LATE: Readonly<Record<string, string>> = {
  'bosun.config.ts': `export default {
  plugins: ['./late'], planner: 'files', manager: 'fanOut',
  lease: { leaseMs: 500, heartbeatMs: 100, killAfterMs: 600000 }, retry: { retriesMax: 20, backoffMs: 0 },
}\n`,
  'late/index.ts': `import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const dozer = defineWorker({
  name: 'dozer', summary: 'Dozes.', handles: 'doze', body: z.null(), result: z.string(),
  async run(_, { attempt, clock }) {
    if (attempt.epoch > 1) await clock.sleep(${FOREVER_MS})
    const until = Date.now() + 2000
    while (Date.now() < until);
    return 'late but good'
  },
})
export default definePlugin({ name: 'late', workers: [dozer] })\n`,
  'plan.json': JSON.stringify({ tasks: [{ id: 'doze', type: 'doze', body: null }] }),
}

it(
  'T-35 P5: a result that came too late is kept aside, and a person adopts it while the run goes on',
  { timeout: 240_000 },
  async () => {
    const folder = project(LATE)
    const run = start(folder, 'run')
    await untilStarted(folder, run)
    const until = Date.now() + 90_000
    while ((await factsIn(folder, 'result.quarantined')).length === 0) expect(Date.now()).toBeLessThan(until)
    expect((await bosunProcess(folder, 'adopt', 'last', 'doze', '--fact', '1')).stdout).toMatch(/in fact \d+\n$/)
    const adopted = await bosunProcess(folder, 'adopt', 'last', 'doze', '--by', 'ann')
    expect(adopted).toMatchObject({ code: 0, stdout: 'doze has the result that came late, of attempt 1\n' })
    expect(await run.done).toMatchObject({ code: 0 })
    expect((await factsIn(folder, 'result.adopted'))[0]).toMatchObject({ task: 'doze', epoch: 1, by: 'ann' })
    expect((await bosunProcess(folder, 'result', 'last')).stdout).toContain('late but good')
    expect(await bosunProcess(folder, 'audit', 'last')).toMatchObject({ code: 0, stderr: '' })
  },
)

/** The first attempt ends too late for its only chance; another task keeps the run going until a file is there. */
const TOO_LATE: Readonly<Record<string, string>> = {
  'bosun.config.ts': `export default {
  plugins: ['./late'], planner: 'files', manager: 'fanOut', workspace: 'site',
  lease: { leaseMs: 500, heartbeatMs: 100, killAfterMs: 600000 }, retry: { retriesMax: 0 },
}\n`,
  'site/readme.txt': 'The pages.',
  'late/index.ts': `import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
const writer = defineWorker({
  name: 'writer', summary: 'Writes.', handles: 'write', body: z.null(), result: z.string(), effects: 'none',
  tools: { write: files.write('**') },
  async run(_, { tools }) {
    await tools.write({ path: 'mars.html', text: 'late but good' })
    const until = Date.now() + 2000
    while (Date.now() < until);
    return 'mars.html'
  },
})
const keeper = defineWorker({
  name: 'keeper', summary: 'Waits for a file.', handles: 'keep', body: z.null(), result: z.null(),
  tools: { list: files.list('**') },
  async run(_, { tools, clock }) {
    for (;;) {
      const listed = await tools.list({ path: '.' })
      if (JSON.stringify(listed).includes('enough')) return null
      await clock.sleep(50)
    }
  },
})
const joiner = defineWorker({
  name: 'joiner', summary: 'Joins.', handles: 'join', body: z.null(), result: z.json(),
  async run(_, { inputs }) { return { ...inputs } },
})
export default definePlugin({ name: 'late', workers: [writer, keeper, joiner] })\n`,
  'plan.json': JSON.stringify({
    tasks: [
      { id: 'mars', type: 'write', body: null, outputs: ['mars.html'] },
      { id: 'keep', type: 'keep', body: null },
      { id: 'join', type: 'join', body: null, dependsOn: ['mars'] },
    ],
  }),
}

it(
  'T-35 S8: a late result is adopted after the end of its run, with its files, and what waited for it goes on',
  { timeout: 240_000 },
  async () => {
    const folder = project(TOO_LATE)
    const run = start(folder, 'run')
    const until = Date.now() + 90_000
    while ((await factsIn(folder, 'result.quarantined')).length === 0) expect(Date.now()).toBeLessThan(until)
    writeFileSync(join(folder, 'site/enough'), '')
    expect(await run.done).toMatchObject({ code: 1 })
    expect((await bosunProcess(folder, 'why', 'last', 'mars')).stdout).toMatch(/kept in fact \d+: it can be adopted/)
    const adopted = await bosunProcess(folder, 'adopt', 'last', 'mars', '--by', 'ann', '--reason', 'I read it')
    expect(adopted).toMatchObject({ code: 0, stderr: '' })
    expect(adopted.stdout).toMatch(
      /^mars~2 has the result that came late, of attempt 1 of mars\nrun \S+ is reopened\nwhat was skipped behind it goes on: join as join~2\nNo process/,
    )
    expect(existsSync(join(folder, 'site/mars.html'))).toBe(false)
    expect(await bosunProcess(folder, 'resume', 'last')).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(join(folder, 'site/mars.html'), 'utf8')).toBe('late but good')
    expect((await factsIn(folder, 'result.adopted'))[0]).toMatchObject({ by: 'ann', reason: 'I read it' })
    expect((await bosunProcess(folder, 'adopt', 'last', 'mars')).stdout).toBe(
      'nothing to adopt: mars~2 is succeeded already\n',
    )
    expect(await bosunProcess(folder, 'audit', 'last')).toMatchObject({ code: 0, stderr: '' })
  },
)
