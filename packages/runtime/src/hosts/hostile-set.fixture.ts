// Twenty-one ways in which the code of a plugin may harm others. It is imported by hosts alone.
import * as childProcess from 'node:child_process'
import cluster from 'node:cluster'
import { createSocket } from 'node:dgram'
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'

/** Places of the spec's machine that are none of a plugin's business. */
interface Places {
  readonly files: readonly string[]
  readonly folders: readonly string[]
  readonly parent: number
  readonly port: number
}
type Run = (places: Places, context: { readonly attempt: { readonly id: string } }) => unknown

const worker = (name: string, run: Run) =>
  defineWorker({
    name,
    handles: name,
    summary: 'Harms.',
    body: z.unknown(),
    result: z.unknown(),
    run: ({ body }, context) => run(body as Places, context) as never,
  })

/** What came of each of several tries: its value, or the code it was refused with. */
async function tries(actions: readonly (() => unknown)[]): Promise<unknown[]> {
  const found: unknown[] = []
  for (const action of actions) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      found.push({ allowed: (await action()) ?? null })
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string }
      found.push(`refused: ${code ?? name ?? 'something'}`)
    }
  }
  return found
}

/** Settles with the first sign of success or failure of something that emits events. */
function settled(emitter: { on(event: string, take: (value?: unknown) => void): unknown }): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  emitter.on('error', reject)
  for (const event of ['spawn', 'connect', 'listening', 'online', 'message']) emitter.on(event, () => resolve(event))
  return promise
}

/** Past the host's program; the pipe does not block, so a full one is tried again. */
function writeAll(text: string, descriptor: number): void {
  for (let rest = Buffer.from(text); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
    }
  }
}

// oxlint-disable-next-line unicorn/no-thenable -- that is the attack
const THEN = 'then'
const forever = () => new Promise(() => {})
const anything = process as unknown as Record<string, (...args: unknown[]) => unknown>

export default definePlugin({
  name: 'hostile-set',
  workers: [
    worker('echo', () => 'fine'),
    worker('read-environment', async ({ parent }) => ({
      own: { ...process.env },
      others: await tries(['self', String(parent)].map((id) => () => readFileSync(`/proc/${id}/environ`, 'utf8'))),
    })),
    worker('spawn', () =>
      tries([
        () => settled(childProcess.spawn('/bin/sh', ['-c', 'id'])),
        () => childProcess.execFileSync('/usr/bin/id'),
        () => childProcess.spawnSync(process.execPath, ['-v']).error?.message ?? 'spawned',
        () => anything['execve']?.('/usr/bin/id', [], {}) ?? Promise.reject(new Error('gone')),
      ]),
    ),
    worker('open-socket', ({ port }) =>
      tries([
        () => settled(connect(port, '127.0.0.1')),
        () => settled(createServer().listen(0, '127.0.0.1')),
        () => fetch(`http://127.0.0.1:${port}/`).then(() => 'fetched'),
        () => settled(connect('/var/run/docker.sock')),
        () =>
          new Promise((resolve, reject) => {
            const socket = createSocket('udp4').on('error', reject)
            socket.send('x', port, '127.0.0.1', (error) => (error === null ? resolve('sent') : reject(error)))
          }),
      ]),
    ),
    worker('write-outside', ({ folders }) =>
      tries(
        [...folders, '/tmp', '/dev/shm', '/proc/self', import.meta.dirname].flatMap((folder) => [
          () => writeFileSync(join(folder, 'written'), 'x'),
          () => symlinkSync('/etc/passwd', join(folder, 'written')),
        ]),
      ),
    ),
    worker('read-outside', ({ files, folders, parent }) =>
      tries([
        ...[...files, '/etc/passwd', '/etc/hostname', `/proc/${parent}/cmdline`, '/proc/1/cmdline'].map(
          (file) => () => readFileSync(file, 'utf8'),
        ),
        ...[...folders, '/', '/proc', '/home', '/root'].map((folder) => () => readdirSync(folder)),
      ]),
    ),
    worker('patch-prototypes', () => {
      Object.assign(Object.prototype, { type: 'result', polluted: true })
      JSON.stringify = () => '[{"type":"delegate"}]'
      Object.assign(Array.prototype, { push: () => 0 })
      Object.assign(Map.prototype, { get: () => undefined })
      globalThis.setInterval = (() => 0) as never
      Object.assign(Promise.prototype, { [THEN]: forever })
      return 'patched'
    }),
    worker('never-return', forever),
    worker('block-loop', () => {
      for (;;) if (Date.now() < 0) return null
    }),
    worker('exit', () => process.exit(7)),
    worker('crash', async () => {
      const tried = await tries([() => anything['abort']?.() ?? Promise.reject(new Error('gone'))])
      if (JSON.stringify(tried).includes('allowed')) return tried
      // The way that is always there: an error that nobody can catch.
      setImmediate(() => anything['reallyExit']?.(139))
      return forever()
    }),
    worker('flood-output', () => {
      const chunk = 'x'.repeat(64 * 1024)
      for (let written = 0; written < 48 * 1024 * 1024; written += chunk.length) writeAll(chunk, 1)
      return 'flooded'
    }),
    worker('flood-messages', () => {
      writeAll(`[${Array.from({ length: 5_000 }, () => '{"type":"assign"}').join(',')}]\n`, 3)
      return forever()
    }),
    worker('fork-bomb', () =>
      tries(
        Array.from({ length: 20 }, () => [
          () => settled(childProcess.fork(process.argv[1] ?? '')),
          () => settled(cluster.fork()),
          () => settled(new Worker('setInterval(() => {}, 1)', { eval: true })),
        ]).flat(),
      ),
    ),
    worker('throw-non-errors', () => {
      throw new Proxy(
        {},
        {
          get: () => {
            throw null
          },
          getPrototypeOf: () => {
            throw undefined
          },
        },
      )
    }),
    worker('resolve-twice', () => ({
      [THEN](resolve: (value: unknown) => void, reject: (error: unknown) => void) {
        resolve('first')
        resolve('second')
        reject(new Error('third'))
        setImmediate(() => resolve('fourth'))
        throw new Error('fifth')
      },
    })),
    worker('ignore-abort', (_, context) => {
      const { signal } = context as unknown as { signal: AbortSignal }
      Object.defineProperty(signal, 'aborted', { get: () => false })
      signal.addEventListener('abort', (event) => event.stopImmediatePropagation())
      return new Promise(() => setInterval(() => {}, 1))
    }),
    worker('outlive', (_, { attempt }) => {
      const late = `[{"type":"result","attempt":${JSON.stringify(attempt.id)},"result":"late"}]\n`
      setInterval(() => writeAll(late, 3), 5)
      return 'ended'
    }),
    worker('kill-parent', ({ parent }) =>
      tries([
        () => process.kill(parent, 'SIGKILL'),
        () => process.kill(0, 'SIGKILL'),
        () => process.kill(-1, 'SIGKILL'),
        () => anything['_kill']?.(parent, 9) ?? Promise.reject(new Error('gone')),
        () => anything['_debugProcess']?.(parent) ?? Promise.reject(new Error('gone')),
        () => (anything['binding']?.('process_wrap') as object | undefined) ?? Promise.reject(new Error('gone')),
      ]),
    ),
    worker('write-channel', () => {
      writeAll('\0\0\0 no json\n', 3)
      return forever()
    }),
    worker('overwrite-lock', ({ files }) =>
      tries(
        files.flatMap((file) => [
          () => writeFileSync(file, 'evil'),
          () => appendFileSync(file, 'evil'),
          () => rmSync(file),
          () => renameSync(file, `${file}.old`),
        ]),
      ),
    ),
    worker('eat-memory', () => {
      const held: Buffer[] = []
      for (;;) held.push(Buffer.alloc(32 * 1024 * 1024, 1))
    }),
  ],
})
