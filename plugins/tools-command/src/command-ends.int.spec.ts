import { readdir, readFile, watch } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call, place, program, tool } from './place.fixture.ts'

/** Processes that still run with this text in their command line. */
async function survivors(mark: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const state = /\) (\w)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))?.[1]
    if (line.includes(mark) && state !== 'Z') found.push(line.replaceAll('\0', ' '))
  }
  return found
}

/** Starts a child that starts a child that starts a child, then says so and goes on for ever. */
const TREE = `
  const { spawn } = require('child_process')
  const depth = Number(process.argv[2])
  if (depth > 0) spawn(process.execPath, [__filename, depth - 1, process.argv[3]], { stdio: 'inherit' })
  else require('fs').writeFileSync('ready', '')
  process.on('SIGTERM', () => {})
  setInterval(() => {}, 1000)
`
/** Waits for a file that somebody makes from now on. */
async function fileIn(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return
}

const mark = () => `mark-${crypto.randomUUID()}`

describe.skipIf(process.platform !== 'linux')('M-34: a program (looks into /proc, which Linux alone has)', () => {
  it('that never prints, never reads and never ends settles as timed out', async () => {
    const { io } = await place(onTestFinished)
    const never = call(await tool(), { command: 'sleep', args: ['1000'], stdin: 'x', timeoutMs: 50 }, io)
    await expect(never).rejects.toMatchObject({ code: 'COMMAND_TIMED_OUT', at: 'sleep' })
  })

  it('that ignores the polite end settles as timed out too', async () => {
    const { io } = await place(onTestFinished)
    const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
    const deaf = call(await tool(), { command: 'node', args: ['-e', script], timeoutMs: 300 }, io)
    await expect(deaf).rejects.toMatchObject({ code: 'COMMAND_TIMED_OUT' })
  })

  it('that has stopped itself settles as timed out too', async () => {
    const { io } = await place(onTestFinished)
    const args = ['-e', `process.kill(process.pid, 'SIGSTOP')`]
    const stopped = call(await tool(), { command: 'node', args, timeoutMs: 300 }, io)
    await expect(stopped).rejects.toMatchObject({ code: 'COMMAND_TIMED_OUT' })
  })

  it('that crashes settles with its signal', async () => {
    const { io } = await place(onTestFinished)
    const args = ['-e', `process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)`]
    expect(await call(await tool(), { command: 'node', args }, io)).toMatchObject({ exitCode: null, signal: 'SIGSEGV' })
  })

  it('that fails settles with its exit code', async () => {
    const { io } = await place(onTestFinished)
    expect(await call(await tool(), { command: 'false' }, io)).toMatchObject({ exitCode: 1, signal: null })
  })

  it('that is stopped settles with the reason of the stop, before or after its start', async () => {
    const { io, controller } = await place(onTestFinished)
    const reason = new Error('revoked')
    const handler = await tool()
    const running = call(handler, { command: 'sleep', args: ['1000'] }, io)
    setImmediate(() => controller.abort(reason))
    await expect(running).rejects.toBe(reason)
    await expect(call(handler, { command: 'sleep', args: ['1000'] }, io)).rejects.toBe(reason)
  })

  it('P20: takes a tree of three along when it is stopped, each deaf to the polite end', async () => {
    const { io, programs, controller } = await place(onTestFinished)
    const [name, path, reason] = [mark(), await program(join(programs, 'tree.cjs'), TREE), new Error('revoked')]
    const ready = fileIn(io.staging, 'ready')
    const tree = call(await tool(), { command: 'node', args: [path, '2', name] }, io)
    await ready
    expect(await survivors(name)).toHaveLength(3)
    controller.abort(reason)
    await expect(tree).rejects.toBe(reason)
    expect(await survivors(name)).toEqual([])
  })

  it('leaves nothing behind that it started and did not wait for', async () => {
    const { io, programs } = await place(onTestFinished)
    const name = mark()
    const path = await program(
      join(programs, 'leaves.cjs'),
      `require('child_process').spawn('sleep', ['1000'], { argv0: ${JSON.stringify(name)}, stdio: 'inherit' }).unref()
       process.exit(0)`,
    )
    expect(await call(await tool(), { command: 'node', args: [path] }, io)).toMatchObject({ exitCode: 0 })
    expect(await survivors(name)).toEqual([])
  })
})
