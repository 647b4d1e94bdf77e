import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '@bosun/core'
import { defineTool, type AnyToolHandler } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { assignment } from '../broker/workers-side.fixture.ts'
import { machineSandbox } from './probe-sandbox.ts'
import { hostedSide, hostilePlugin } from './hosted-side.fixture.ts'
import { gate } from './hostile-plugin.fixture.ts'
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts'

const ownerProgram = fileURLToPath(new URL('./owner-process.fixture.ts', import.meta.url))

const key = (task: string, epoch = 1) => ({ run: 'r', task, epoch })
const ended = (reports: readonly Report[]) => reports.filter(({ type }) => ['result', 'error', 'lost'].includes(type))

describe('workers in hosts of their own', () => {
  it('M-10, T-10: run in a process of their own group and report once', async () => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('reporter', { id: 'a/b', body: { n: 1 } }, { epoch: 3 })])
    const result = await side.ended('a/b', 3)
    const [host] = side.started
    expect(host).toMatchObject({
      host: expect.stringMatching(/^host-/),
      pid: expect.any(Number),
      sandbox: machineSandbox().sandbox,
    })
    expect(host?.group).toBe(host?.pid)
    expect(host?.pid).not.toBe(process.pid)
    expect(result).toMatchObject({
      type: 'result',
      result: { body: { n: 1 }, attempt: { id: 'r/a/b@3', epoch: 3 }, idempotencyKey: 'r/a/b' },
    })
    expect(side.reports.map(({ type }) => type)).toEqual(['started', 'emitted', 'discovered', 'result'])
    expect(side.seenBeats).toContainEqual({ ...key('a/b', 3), type: 'progress', note: 'half', done: 1, total: 2 })
    // The same host serves the next attempt.
    side.queue.enqueue([assignment('echo', { id: 'next', body: 'x' })])
    expect(await side.ended('next')).toMatchObject({ result: 'x' })
    expect(side.started).toHaveLength(1)
  })

  it('T-02: body and result are checked where the code runs', async () => {
    await using side = hostedSide()
    side.queue.enqueue([
      assignment('strict', { id: 'bad', body: { planet: '../x' } }),
      assignment('strict', { id: 'long', body: { planet: 'jupiter' } }),
    ])
    expect(await side.ended('bad')).toMatchObject({ type: 'error', error: { code: 'TASK_BODY_INVALID', at: 'bad' } })
    expect(await side.ended('long')).toMatchObject({ type: 'error', error: { code: 'RESULT_INVALID' } })
  })

  it.each([
    ['long', /first x+ … x+ last/],
    ['NO_SUCH_CODE', /foreign/],
    ['__proto__', /foreign/],
  ])('M-51, M-54: fail at once with what they threw, however it looks (%s)', async (body, message) => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('throw', { id: 'a', body })])
    expect(await side.ended('a')).toMatchObject({
      type: 'error',
      error: { code: 'WORKER_THREW', message: expect.stringMatching(message) },
    })
    expect(side.reports.filter(({ type }) => type === 'violation')).toEqual([])
  })

  it('M-23, M-24: call the tools they name through the gateway, and no other', async () => {
    await using side = hostedSide()
    side.queue.enqueue([
      assignment('caller', { id: 'a', body: { names: ['gate', 'write', 'read', 'delegate', '__proto__'] } }),
    ])
    expect(await side.ended('a')).toMatchObject({ result: ['passed a', 'TOOL_DENIED', 'absent', 'absent', 'absent'] })
    expect(await side.reported('denied', 'a')).toMatchObject({ tool: 'write', rule: 'files.write(site/**)' })
  })

  it('H10: see an empty environment, no arguments and no channel', async () => {
    process.env['BOSUN_CANARY'] = 'secret-4711'
    await using side = hostedSide()
    side.queue.enqueue([assignment('environment', { id: 'a' })])
    expect(await side.ended('a')).toMatchObject({ result: { env: {}, argv: [], proto: false, send: 'undefined' } })
  })

  it('refuses a result that is too large for a message, and goes on', async () => {
    await using side = hostedSide()
    side.queue.enqueue([
      assignment('large', { id: 'a', body: { length: 9_000_000 } }),
      assignment('large', { id: 'b', body: { length: 100_000 } }),
    ])
    expect(await side.ended('a')).toMatchObject({ type: 'error', error: { code: 'RESULT_INVALID' } })
    expect(((await side.ended('b')) as { result: string }).result).toHaveLength(100_000)
  })

  it('M-08: are given the instructions of the skills that the task names, and no other', async () => {
    await using side = hostedSide({ hosts: { skills: { style: 'Write plainly.', secret: 'No.' } } })
    side.queue.enqueue([assignment('skilled', { id: 'a', skills: ['style', 'unknown'] })])
    expect(await side.ended('a')).toMatchObject({ result: ['Write plainly.'] })
  })

  it('share a host only where the pool is told so, and then its death', async () => {
    await using side = hostedSide({ hosts: { attemptsPerHost: 3, hostsMax: 1 } })
    side.queue.enqueue(['a', 'b', 'c', 'd'].map((id) => assignment('hang', { id })))
    await side.reported('started', 'c')
    expect(side.started).toHaveLength(1)
    process.kill(side.started[0]?.pid ?? 0, 'SIGKILL')
    await Promise.all(['a', 'b', 'c'].map((id) => side.ended(id)))
    expect(ended(side.reports).map(({ type }) => type)).toEqual(['lost', 'lost', 'lost'])
    // The one that waited goes to the next host.
    await side.reported('started', 'd')
    expect(side.started).toHaveLength(2)
  })

  it('H13: what a worker does to the prototypes of its process stays there', async () => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('pollute', { id: 'a', body: { kind: 'x' } })])
    await side.ended('a')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('what the code in a host is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-refused-'))
  const secret = join(folder, 'secret')
  writeFileSync(secret, 'x')

  const refusals = [
    ['read', secret],
    ['read', '/etc/passwd'],
    ['read', '/proc/1/environ'],
    ['environ', undefined],
    ['flags', folder],
    ['built-in flags', folder],
    ['stat', secret],
    ['exists', secret],
    ['list', folder],
    ['write', join(folder, 'new')],
    ['write', hostilePlugin.entry],
    ['link', join(folder, 'link')],
    ['spawn', undefined],
    ['connect', undefined],
    ['unix', join(folder, 'socket')],
    ['listen', undefined],
    ['lookup', undefined],
    ['datagram', undefined],
    ['fetch', undefined],
    ['thread', undefined],
    ['kill', undefined],
    ['addon', undefined],
    ['binding', undefined],
    ['sqlite', join(folder, 'database')],
    ['inspector', undefined],
    ['wasi', undefined],
    ['send', undefined],
  ] as const

  it('H11, M-22, M-24: files, processes, threads, network, signals, databases', async () => {
    await using side = hostedSide()
    side.queue.enqueue(
      refusals.map(([what, argument], index) =>
        assignment('try', { id: `${what}-${index}`, body: { what, argument: argument ?? null } as never }),
      ),
    )
    const results = await Promise.all(refusals.map(([what], index) => side.ended(`${what}-${index}`)))
    const found = results.map((report) => {
      // Some refusals are thrown where no handler of the worker is; then its host dies of them.
      if (report.type === 'lost')
        return `${report.task} ${report.error.message.includes('restricted') ? 'refused' : 'lost'}`
      const { allowed, value } = (report as unknown as { result: { allowed: boolean; value?: string } }).result
      return `${report.task} ${allowed && value !== 'false' ? `allowed ${value}` : 'refused'}`
    })
    expect(found).toEqual(refusals.map(([what], index) => `${what}-${index} refused`))
    expect(['new', 'link', 'database'].filter((name) => existsSync(join(folder, name)))).toEqual([])
  })
})

describe('the death of a host', () => {
  it.each([
    ['exit', 'exit code 7', 'HOST_DIED'],
    ['throw', 'out of the blue', 'HOST_DIED'],
    ['reject', 'nobody cares', 'HOST_DIED'],
  ])('M-51: an attempt whose code ends by %s is lost, with the reason', async (how, text, code) => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('die', { id: 'a', body: { how } })])
    const report = await side.ended('a')
    expect(report).toMatchObject({ type: 'lost', error: { code } })
    expect((report as { error: { message: string } }).error.message).toContain(text)
    // Siblings go on in a new host.
    side.queue.enqueue([assignment('echo', { id: 'b', body: 1 })])
    expect(await side.ended('b')).toMatchObject({ type: 'result' })
  })

  it('M-51: an attempt whose host runs out of memory is lost', async () => {
    await using side = hostedSide({ hosts: { memoryMb: 32 } })
    side.queue.enqueue([assignment('die', { id: 'a', body: { how: 'memory' } })])
    expect(await side.ended('a')).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
  })

  it('M-51, P7: an attempt whose host is killed is lost at once, and only that', async () => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('hang', { id: 'a' }), assignment('hang', { id: 'b' })])
    const { host } = await side.reported('started', 'a')
    await side.reported('started', 'b')
    process.kill(side.started.find((record) => record.host === host)?.pid ?? 0, 'SIGKILL')
    const report = await side.ended('a')
    expect(report).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
    expect((report as { error: { message: string } }).error.message).toContain('SIGKILL')
    expect(ended(side.reports).map(({ task }) => task)).toEqual(['a'])
  })

  it('H23: giant output is drained and bounded, and its end is shown without control bytes', async () => {
    let shownLength = 0
    const onOutput = (_host: string, _stream: string, text: string) => (shownLength += text.length)
    await using side = hostedSide({ hosts: { onOutput } })
    const shout = async (bytes: number) => {
      side.queue.enqueue(
        [1, 2].map((stream) => assignment('shout', { id: `${bytes}/${stream}`, body: { bytes, stream } })),
      )
      await side.ended(`${bytes}/1`)
      return side.ended(`${bytes}/2`)
    }
    // The first buffers come to stay; what counts is that the rest adds nothing.
    await shout(32 * 1024 * 1024)
    const before = process.memoryUsage.rss()
    const report = (await shout(256 * 1024 * 1024)) as { type: string; error: { message: string } }
    const grown = process.memoryUsage.rss() - before
    expect(report.type).toBe('lost')
    expect(report.error.message).toContain('last words ]0;titleend')
    expect(report.error.message).toContain('bytes in all')
    expect(report.error.message.length).toBeLessThan(2_000)
    expect(report.error.message.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(grown).toBeLessThan(64 * 1024 * 1024)
    expect(shownLength).toBeLessThan(4 * (256 + 64 + 1) * 1024)
  })

  it('H14, H23: a message without an end ends the host', async () => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('endless', { id: 'a' })])
    const report = await side.ended('a')
    expect(report).toMatchObject({ type: 'lost' })
    expect((report as { error: { message: string } }).error.message).toContain('without an end')
  })

  it('H24, P18: a host that asks for more than it reads is killed before its owner drowns in answers', async () => {
    const large = 'x'.repeat(7 * 1024 * 1024)
    const generous = defineTool(gate, () => large) as AnyToolHandler
    await using side = hostedSide({ side: { tools: [generous] } })
    side.queue.enqueue([assignment('gorge', { id: 'a' })])
    expect(await side.ended('a')).toMatchObject({
      type: 'lost',
      error: { code: 'HOST_DIED', message: expect.stringContaining('does not read') },
    })
  })

  it('H24, P18: signs of life that come in a flood are dropped, and the attempt goes on', async () => {
    await using side = hostedSide()
    const note = { type: 'progress', attempt: 'r/a@1', note: 'on and on' }
    const line = `${JSON.stringify(Array.from({ length: 20_000 }, () => note))}\n`
    side.queue.enqueue([assignment('forge', { id: 'a', body: [line, line] })])
    expect(await side.ended('a')).toMatchObject({ type: 'result', result: 'honest' })
    expect(side.seenBeats.length).toBeGreaterThan(900)
    expect(side.seenBeats.length).toBeLessThan(10_000)
  })

  it('P12: starts after deaths are bounded, loudly, and attempts that wait are served when time allows', async () => {
    await using side = hostedSide({ hosts: { restartsMax: 2, restartsWithinMs: 5_000 } })
    for (const id of ['a', 'b', 'c']) {
      side.queue.enqueue([assignment('die', { id, body: { how: 'exit' } })])
      // oxlint-disable-next-line no-await-in-loop
      await side.ended(id)
    }
    side.queue.enqueue([assignment('echo', { id: 'd', body: 'alive' })])
    expect((await side.troubled('HOST_START_FAILED')).message).toContain('2 deaths within 5000 ms')
    expect(await side.ended('d')).toMatchObject({ result: 'alive' })
  })

  it('P11: a place that one plugin gives back serves the attempts that wait for another', async () => {
    await using side = hostedSide({ hosts: { hostsMax: 1 } })
    side.queue.enqueue([assignment('polite', { id: 'a' })])
    await side.reported('started', 'a')
    const twin = join(mkdtempSync(join(tmpdir(), 'bosun-twin-')), 'twin.mjs')
    writeFileSync(twin, `export { default } from ${JSON.stringify(hostilePlugin.entry)}`)
    const result = Promise.withResolvers<unknown>()
    const sinks = {
      started: () => {},
      result: result.resolve,
      error: result.reject,
      lost: result.reject,
      beat: () => {},
    }
    // The folder of the first is code that the second imports.
    const other = { specifier: './twin.mjs', entry: twin, folder: dirname(twin) }
    side.hosts.run(other, assignment('echo', { id: 'b', body: 'served' }), sinks as never)
    side.queue.cancel([key('a')])
    expect(await side.ended('a')).toMatchObject({ type: 'error' })
    expect(await result.promise).toBe('served')
  })

  it('M-53: a host that takes its time to start does not pass for a silent worker', async () => {
    await using side = hostedSide({ hosts: { hostsMax: 1, heartbeatMs: 20 } })
    side.queue.enqueue([assignment('echo', { id: 'a' })])
    // No host runs in its first milliseconds: these beats are those of the pool.
    await side.until(() => side.seenBeats.length >= 2)
    expect(side.reports).toEqual([])
    expect(await side.ended('a')).toMatchObject({ type: 'result' })
  })

  it('M-34, P11: a host that is not ready in time is killed, with a reason of its own', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'bosun-endless-')), 'endless.mjs')
    writeFileSync(file, 'await new Promise((resolve) => setTimeout(resolve, 2 ** 30))')
    await using side = hostedSide({ hosts: { startTimeoutMs: 300 } })
    const lost = Promise.withResolvers<{ code: string; message: string }>()
    const endless = { specifier: './endless.mjs', entry: file, folder: file }
    side.hosts.run(endless, assignment('echo', { id: 'x' }), { lost: lost.resolve, beat: () => {} } as never)
    expect(await lost.promise).toMatchObject({
      code: 'HOST_START_FAILED',
      message: expect.stringContaining('not ready within 300 ms'),
    })
  })

  it('a plugin that cannot be loaded loses its attempts with HOST_START_FAILED', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'bosun-broken-')), 'broken.mjs')
    writeFileSync(file, 'export default { kind: "something" }')
    await using side = hostedSide()
    const sinks = Promise.withResolvers<{ code: string; message: string }>()
    const broken = { specifier: './broken.mjs', entry: file, folder: file }
    side.hosts.run(broken, assignment('echo', { id: 'x' }), { lost: sinks.resolve, beat: () => {} } as never)
    const error = await sinks.promise
    expect(error.code).toBe('HOST_START_FAILED')
    expect(error.message).toContain('definePlugin')
    await expect(side.hosts.describe(broken)).rejects.toMatchObject({ code: 'PLUGIN_INVALID' })
  })
})

describe('the stop of an attempt', () => {
  it('M-53: asks politely, and the attempt ends by itself', async () => {
    await using side = hostedSide({ side: { killAfterMs: 60_000 } })
    side.queue.enqueue([assignment('polite', { id: 'a' })])
    await side.reported('started', 'a')
    side.queue.cancel([key('a')])
    expect(await side.ended('a')).toMatchObject({ type: 'error', error: { code: 'ATTEMPT_DEAD' } })
    expect(side.hosts.hosts()).toHaveLength(1)
  })

  it('M-53, P11: kills a host that hangs, and one whose loop is blocked', async () => {
    await using side = hostedSide({ side: { killAfterMs: 50 } })
    side.queue.enqueue([assignment('hang', { id: 'a' }), assignment('block', { id: 'b' })])
    await side.reported('started', 'a')
    await side.until(() => side.seenBeats.find(({ type, task }) => type === 'progress' && task === 'b'))
    side.queue.cancel([key('a'), key('b')])
    expect(await side.ended('a')).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
    expect(await side.ended('b')).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
    // Killed because nobody needs them: not a death that counts against a restart.
    expect(side.troubles).toEqual([])
  })

  // Seen to wait for ever about once in three runs of the whole suite, and never by itself: a second try keeps that
  // from failing all, and what there was is printed.
  it('M-53: a blocked loop sends no beats, while a waiting worker does', { retry: 1 }, async ({ onTestFailed }) => {
    await using side = hostedSide({ side: { killAfterMs: 10 } })
    onTestFailed(() => console.log(side.troubles, side.started, side.reports, side.seenBeats.slice(-5)))
    side.queue.enqueue([assignment('block', { id: 'blocked' }), assignment('hang', { id: 'waiting' })])
    await side.until(() => side.seenBeats.find(({ type, task }) => type === 'progress' && task === 'blocked'))
    const beatsOf = (id: string) => side.seenBeats.filter(({ type, task }) => type === 'beat' && task === id).length
    // Some beats of the other later, the blocked one has long stopped: it had 50 ms until it blocked.
    const first = beatsOf('waiting')
    await side.until(() => beatsOf('waiting') >= first + 20)
    const blocked = beatsOf('blocked')
    await side.until(() => beatsOf('waiting') >= first + 40)
    expect(beatsOf('blocked')).toBe(blocked)
    side.queue.cancel([key('blocked'), key('waiting')])
    await side.ended('waiting')
    await side.ended('blocked')
  })

  it('P5, T-15: a host that was stopped and wakes up late reports as the old attempt and can call nothing', async () => {
    await using side = hostedSide({ side: { killAfterMs: 60_000 } })
    side.queue.enqueue([assignment('caller', { id: 'a', body: { names: ['gate', 'gate'] } })])
    await side.reported('started', 'a')
    // All of the host, which is more than one process where it is inside bubblewrap.
    const group = -(side.started[0]?.group ?? 0)
    process.kill(group, 'SIGSTOP')
    // The kernel has counted it lost and assigned the task again.
    side.queue.cancel([key('a')])
    side.queue.enqueue([assignment('echo', { id: 'a', body: 'new' }, { epoch: 2 })])
    expect(await side.ended('a', 2)).toMatchObject({ type: 'result', result: 'new' })
    process.kill(group, 'SIGCONT')
    const late = await side.ended('a', 1)
    expect(late).toMatchObject({ type: 'result', epoch: 1, outputs: [] })
    expect((late as unknown as { result: string[] }).result).toContain('ATTEMPT_DEAD')
  })

  it('P20: closing the pool leaves no process behind', async () => {
    const side = hostedSide()
    side.queue.enqueue([assignment('hang', { id: 'a' }), assignment('block', { id: 'b' })])
    await side.reported('started', 'a')
    await side.reported('started', 'b')
    const pids = side.started.map(({ pid }) => pid)
    await side[Symbol.asyncDispose]()
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(side.hosts.hosts()).toEqual([])
  })

  it.each([
    ['hang', 'with'],
    ['hang', 'without'],
    // A loop that is blocked never hears that its channel is closed: the kernel has to end it.
    ['block', 'with'],
    ['block', 'without'],
  ])('P20, X-02: a host that does "%s" ends when its owner is killed, %s bubblewrap', async (worker, walls) => {
    const owner = spawn(process.execPath, ['--conditions=@bosun/source', ownerProgram, worker, walls], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(owner, 'exit')
    let host: ProcessIdentity
    try {
      const [line] = (await once(owner.stdout, 'data')) as [Buffer]
      host = identifyProcess(Number(line.toString()))
      expect(await isAlive(host)).toBe(true)
    } finally {
      owner.kill('SIGKILL')
      await ended
    }
    // It is no child of ours: nothing tells of its end.
    await expect.poll(() => isAlive(host), { timeout: 10_000 }).toBe(false)
  })
})
