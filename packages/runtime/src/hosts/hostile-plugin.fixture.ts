import { spawn } from 'node:child_process'
import { lookup } from 'node:dns'
import { createSocket } from 'node:dgram'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { AnyWorker, WorkerContext } from '@bosun/core'
import { declareTool, definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

/** A tool without code here: the owner of the host has it. */
export const gate = declareTool({
  name: 'test.gate',
  summary: 'Waits until the spec opens it.',
  access: 'read',
  input: z.object({ text: z.string() }),
  output: z.string(),
})

const anything = z.unknown()
const worker = (name: string, run: AnyWorker['run'], more: object = {}): AnyWorker =>
  defineWorker({ name, summary: 'Works.', handles: name, body: anything, result: anything, run, ...more })

/** What code in a host might try against the machine; each by itself, to see what it meets. */
const attempts: Readonly<Record<string, (argument: string) => unknown>> = {
  read: (path) => readFileSync(path, 'utf8').length,
  stat: (path) => statSync(path).size,
  exists: (path) => existsSync(path),
  list: (path) => readdirSync(path).length,
  write: (path) => writeFileSync(path, 'x'),
  link: (path) => symlinkSync('/etc/passwd', path),
  spawn: () => ended(spawn('/bin/true')),
  connect: () => ended(connect(9, '127.0.0.1')),
  unix: (path) => ended(connect(path)),
  listen: () => ended(createServer().listen(0, '127.0.0.1')),
  lookup: () =>
    new Promise((resolve, reject) =>
      lookup('localhost', (error, address) => (error === null ? resolve(address) : reject(error))),
    ),
  datagram: () =>
    new Promise((resolve, reject) => {
      const socket = createSocket('udp4').on('error', reject)
      socket.send('x', 9, '127.0.0.1', (error) => (error === null ? resolve('sent') : reject(error)))
    }),
  fetch: () => fetch('http://127.0.0.1:9/'),
  thread: () => ended(new Worker('1', { eval: true })),
  kill: () => process.kill(process.ppid, 0),
  addon: () => process.dlopen({ exports: {} }, '/tmp/x.node'),
  binding: () => (process as unknown as { binding(name: string): unknown }).binding('fs'),
  sqlite: async (path) => new (await import('node:sqlite')).DatabaseSync(path).exec('create table t(a)'),
  inspector: async () => (await import('node:inspector')).open(0),
  wasi: async () => new (await import('node:wasi')).WASI({ version: 'preview1' }),
  // V8 then writes a file per compiled function, past the permission model.
  flags: (path) => setFlagsFromString(`--trace-turbo --trace-turbo-path=${path}`),
  'built-in flags': (path) =>
    (process.getBuiltinModule('v8').setFlagsFromString as (flags: string) => void)(`--trace-turbo-path=${path}`),
  send: () => (process.send as (message: unknown) => void)({ type: 'result' }),
  environ: () => readFileSync('/proc/self/environ', 'utf8').length,
}

function ended(emitter: { on(event: string, take: (value: unknown) => void): unknown }): Promise<string> {
  return new Promise((resolve, reject) => {
    emitter.on('error', reject)
    for (const event of ['spawn', 'connect', 'listening', 'online']) emitter.on(event, () => resolve(event))
  })
}

/** Writes past the host's program; the sockets do not block, so a full one is tried again. */
function writeAll(text: string, descriptor = 3): void {
  for (let rest = Buffer.from(text); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
    }
  }
}

const forgeries = worker(
  'forge',
  async ({ body }, { tools }: WorkerContext) => {
    for (const line of body as string[]) writeAll(line)
    // What came before is read before this call is answered.
    await (tools as unknown as { gate(input: object): Promise<string> }).gate({ text: 'forged' })
    return 'honest'
  },
  { tools: { gate: gate() } },
)

/** Large reports without an end, past the host's own program. */
const reportFlood = worker('report-flood', async ({ body }) => {
  for (;;) {
    writeAll(`[{"type":"emitted","attempt":"${String(body)}","value":"${'x'.repeat(4 * 1024 * 1024)}"}]\n`)
    await new Promise((resolve) => setImmediate(resolve))
  }
})

export default definePlugin({
  name: 'hostile',
  workers: [
    worker('echo', ({ body }) => body),
    worker('noop', () => null),
    worker('skilled', (_, { skills }: WorkerContext) => skills),
    worker('hang', () => new Promise(() => {})),
    worker(
      'polite',
      (_, { signal }: WorkerContext) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ),
    worker('block', (_, { progress }: WorkerContext) => {
      // Lets the owner know, then keeps the event loop for itself.
      progress('blocking')
      return new Promise((resolve) =>
        setTimeout(() => {
          for (;;) if (Date.now() < 0) resolve(null)
        }, 50),
      )
    }),
    worker('die', ({ body }) => {
      const { how } = body as { how: string }
      if (how === 'exit') process.exit(7)
      if (how === 'throw')
        setImmediate(() => {
          throw new Error('out of the blue')
        })
      if (how === 'reject') void Promise.reject(new Error('nobody cares'))
      if (how === 'memory') {
        const held: unknown[] = []
        for (;;) held.push(Array.from({ length: 100_000 }, () => cpus.length))
      }
      if (how === 'channel') {
        writeSync(3, 'no json\n')
        process.exit(0)
      }
      return new Promise(() => {})
    }),
    worker('throw', ({ body }) => {
      if (body === 'long') throw new Error(`first ${'x'.repeat(100_000)} last`)
      throw Object.assign(new Error('foreign'), { [Symbol.for('bosun.error')]: true, code: body as string })
    }),
    worker('shout', async ({ body }) => {
      const { bytes, stream } = body as { bytes: number; stream: 1 | 2 }
      const chunk = `\u001b[31m${'x'.repeat(64 * 1024)}`
      for (let written = 0; written < bytes; written += chunk.length) writeAll(chunk, stream)
      writeAll('\nlast words \u001b]0;title\u0007\u202eend\n', stream)
      process.exit(3)
    }),
    worker('endless', () => {
      for (let index = 0; index < 64; index += 1) writeAll('['.repeat(1024 * 1024))
      return null
    }),
    worker(
      'gorge',
      (_, { attempt }: WorkerContext) => {
        for (let call = 1; call <= 40; call += 1) {
          const message = { type: 'call', attempt: attempt.id, call, name: 'gate', input: { text: 'more' } }
          writeAll(`[${JSON.stringify(message)}]\n`)
        }
        // Nothing that is answered is ever read.
        for (;;) if (Date.now() < 0) return null
      },
      { tools: { gate: gate() } },
    ),
    worker('try', async ({ body }) => {
      const { what, argument } = body as { what: string; argument?: string }
      try {
        return { allowed: true, value: String(await attempts[what]?.(argument ?? '')) }
      } catch (error) {
        const { code, message, cause } = error as { code?: string; message: string; cause?: { code?: string } }
        return { allowed: false, code: code ?? cause?.code ?? 'none', message }
      }
    }),
    worker('environment', () => ({
      env: { ...process.env },
      argv: process.argv.slice(2),
      proto: '__proto__' in {},
      send: typeof process.send,
      globals: Object.keys(globalThis),
    })),
    worker('reporter', ({ body }, { progress, emit, discover, attempt, idempotencyKey, random }: WorkerContext) => {
      progress('half', { done: 1, total: 2 })
      emit({ part: 1 })
      discover({ path: 'src' })
      return { body: body as null, attempt, idempotencyKey, draws: [random(), random()] }
    }),
    worker(
      'caller',
      async ({ body }, { tools }: WorkerContext) => {
        const { names } = body as { names: string[] }
        const results: unknown[] = []
        const open = tools as unknown as Record<string, ((input: object) => Promise<unknown>) | undefined>
        for (const name of names) {
          try {
            // oxlint-disable-next-line no-await-in-loop
            results.push((await open[name]?.({ text: 'a', path: 'a.txt' })) ?? 'absent')
          } catch (error) {
            results.push((error as { code: string }).code)
          }
        }
        return results
      },
      { tools: { gate: gate(), write: files.write('site/**') } },
    ),
    worker('large', ({ body }) => 'x'.repeat((body as { length: number }).length)),
    worker('pollute', ({ body }) => {
      const kind = (body as { kind: string }).kind
      Object.assign(Object.prototype, { polluted: kind })
      return JSON.parse(`{"list":[1]}`) as unknown
    }),
    forgeries,
    reportFlood,
    worker('large-reports', ({ body }, { emit }: WorkerContext) => {
      for (let count = 0; count < (body as number); count += 1) emit('x'.repeat(4 * 1024 * 1024))
    }),
    defineWorker({
      name: 'strict',
      summary: 'Is strict.',
      handles: 'strict',
      body: z.object({ planet: z.string().regex(/^[a-z]+$/) }),
      result: z.object({ path: z.string() }),
      outputs: ({ planet }) => [`site/${planet}.html`],
      examples: [{ body: { planet: 'mars' } }],
      run: ({ body }) => ({ path: body.planet.length > 5 ? (1 as never) : body.planet }),
    }),
  ],
})
