import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ErrorRecord, Report } from '@bosun/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { assignment, realClock, workersSide } from '../broker/workers-side.fixture.ts'
import { HostPool } from './host-pool.ts'
import type { PluginDescription } from './host-protocol.ts'
import type { HostRecord } from './host.ts'
import type { PluginLocation } from './plugin-location.ts'
import { machineSandbox, probeSandbox, type SandboxProbe } from './probe-sandbox.ts'
import { ProcessExecutor } from './process-executor.ts'

const CANARY = 'canary-4711-canary'
const file = fileURLToPath(new URL('./hostile-set.fixture.ts', import.meta.url))
const plugin: PluginLocation = { specifier: './hostile-set.fixture.ts', entry: file, folder: file }

/** What of a report is looked at. */
type Ending = Extract<Report, { type: 'result' | 'error' | 'lost' }>
interface Behaviour {
  readonly name: string
  /** Whether it has to be stopped from outside. */
  readonly isStopped?: boolean
  readonly ends: (ending: Ending, sandbox: SandboxProbe) => void
}

const isRefused = (ending: Ending) => {
  expect(ending).toMatchObject({ type: 'result' })
  const { result } = ending as unknown as { result: unknown[] }
  expect(result.filter((one) => typeof one !== 'string')).toEqual([])
}
const isLost = (text: string) => (ending: Ending) => {
  expect(ending).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
  expect((ending as { error: ErrorRecord }).error.message).toContain(text)
}

const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'read-environment',
    ends: (ending) => {
      const { result } = ending as unknown as { result: { own: object; others: unknown[] } }
      expect(result.own).toEqual({})
      expect(result.others.filter((one) => typeof one !== 'string')).toEqual([])
      expect(JSON.stringify(ending)).not.toContain(CANARY)
    },
  },
  { name: 'spawn', ends: isRefused },
  {
    name: 'open-socket',
    // Node refuses some of it where no handler of the worker is; then its host dies of that.
    ends: (ending) => (ending.type === 'lost' ? isLost('restricted')(ending) : isRefused(ending)),
  },
  { name: 'write-outside', ends: isRefused },
  { name: 'read-outside', ends: isRefused },
  // Its own host no longer works; whether it still tells so is up to it.
  {
    name: 'patch-prototypes',
    isStopped: true,
    ends: ({ type }) => expect(['result', 'error', 'lost']).toContain(type),
  },
  { name: 'never-return', isStopped: true, ends: isLost('did not stop within') },
  { name: 'block-loop', isStopped: true, ends: isLost('did not stop within') },
  { name: 'exit', ends: isLost('exit code 7') },
  { name: 'crash', ends: isLost('exit code 139') },
  { name: 'flood-output', ends: (ending) => expect(ending).toMatchObject({ type: 'result', result: 'flooded' }) },
  { name: 'flood-messages', ends: isLost('1000 messages that its role does not have') },
  { name: 'fork-bomb', ends: isRefused },
  {
    name: 'throw-non-errors',
    ends: (end) => expect(end).toMatchObject({ type: 'error', error: { code: 'WORKER_THREW' } }),
  },
  { name: 'resolve-twice', ends: (ending) => expect(ending).toMatchObject({ type: 'result', result: 'first' }) },
  { name: 'ignore-abort', isStopped: true, ends: isLost('did not stop within') },
  { name: 'outlive', ends: (ending) => expect(ending).toMatchObject({ type: 'result', result: 'ended' }) },
  { name: 'kill-parent', ends: isRefused },
  { name: 'write-channel', ends: isLost('its channel is broken') },
  { name: 'overwrite-lock', ends: isRefused },
  {
    name: 'eat-memory',
    ends: (ending, { prlimit }) => {
      // With a limit it meets an error; without one it would go on until the machine has no more.
      if (prlimit !== undefined) expect(['error', 'lost']).toContain(ending.type)
    },
  },
]

/** This machine, as it would be without bubblewrap. */
const permissionsAlone = probeSandbox((command) =>
  !command.endsWith('/bwrap') && existsSync(command) ? { status: 0 } : { status: null, error: 'ENOENT' },
)
const { bubblewrap, lack } = machineSandbox()
const SANDBOXES = [
  ['the permission model alone', permissionsAlone, true],
  [`bubblewrap${lack === undefined ? '' : ` (SKIPPED: ${lack.detail})`}`, machineSandbox(), bubblewrap !== undefined],
] as const

/** Described by a host, once: none of its code runs here. */
let described: Promise<PluginDescription['workers']>
beforeAll(async () => {
  const hosts = new HostPool({ clock: realClock })
  described = hosts.describe(plugin).then(({ workers }) => workers)
  await described.finally(() => hosts.close())
})

/** A machine with things to harm, and one run of which each attempt is of a hostile plugin. */
async function given(sandbox: SandboxProbe) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-hostile-')))
  const folders = ['workspace', 'state', 'home'].map((name) => join(folder, name))
  for (const path of folders) mkdirSync(path)
  const files = ['workspace/secret', 'state/journal.sqlite', 'home/.npmrc', 'workspace/package-lock.json'].map((name) =>
    join(folder, name),
  )
  for (const path of files) writeFileSync(path, CANARY)
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  let connections = 0
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const started: HostRecord[] = []
  let shown = 0
  const hosts = new HostPool({
    clock: realClock,
    hostsMax: 2,
    heartbeatMs: 50,
    memoryMb: 96,
    sandbox,
    onHostStarted: (record) => started.push(record),
    onOutput: (_host, _stream, text) => (shown += text.length),
  })
  const workers = await described
  const executor = new ProcessExecutor(hosts, new Map(workers.map(({ entry }) => [entry.name, plugin])))
  const side = workersSide({ hosted: workers as never, executor, killAfterMs: 200 })
  return {
    ...side,
    hosts,
    started,
    places: { files, folders, parent: process.pid, port },
    shownLength: () => shown,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      await executor.close()
      await side.pool.close()
      server.close()
    },
  }
}

describe.each(SANDBOXES)('hostile plugins under %s', (_, sandbox, isHere) => {
  it.skipIf(!isHere).each(BEHAVIOURS)(
    'H11: $name is contained and named, siblings finish, and this process is unharmed',
    async ({ name, isStopped, ends }) => {
      process.env['BOSUN_CANARY'] = CANARY
      await using side = await given(sandbox)
      side.queue.enqueue([
        assignment(name, { id: 'hostile', body: side.places as never }),
        assignment('echo', { id: 'before' }),
      ])
      expect(await side.ended('before')).toMatchObject({ type: 'result', result: 'fine' })
      await side.reported('started', 'hostile')
      if (isStopped === true) side.queue.cancel([{ run: 'r', task: 'hostile', epoch: 1 }])
      ends((await side.ended('hostile')) as Ending, sandbox)
      // Whoever comes next, also into what may be the same host, is served.
      side.queue.enqueue(['c', 'd'].map((id) => assignment('echo', { id })))
      for (const id of ['c', 'd']) {
        // oxlint-disable-next-line no-await-in-loop
        const { type } = await side.ended(id)
        // A host that an earlier attempt has spoilt is that plugin's own; it loses no more than what runs in it.
        expect(type).toMatch(name === 'patch-prototypes' ? /result|error|lost/ : 'result')
      }
      const endings = side.reports.filter(
        ({ task, type }) => task === 'hostile' && ['result', 'error', 'lost'].includes(type),
      )
      expect(endings).toHaveLength(1)
      for (const path of side.places.files) expect(readFileSync(path, 'utf8')).toBe(CANARY)
      for (const path of side.places.folders) expect(existsSync(join(path, 'written'))).toBe(false)
      expect(side.connections()).toBe(0)
      expect(side.shownLength()).toBeLessThan(4 * 512 * 1024)
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      expect(JSON.stringify([])).toBe('[]')
      expect(new Set(side.started.map((record) => record.sandbox))).toEqual(new Set([sandbox.sandbox]))
    },
    30_000,
  )

  it.skipIf(!isHere)('H11, H26: what stays open is said where doctor takes it from', () => {
    const topics = sandbox.open.map((sentence) => sentence.split(':')[0])
    expect(topics).toContain('Processor time')
    expect(topics.includes('Signals')).toBe(sandbox.bubblewrap === undefined)
  })
})
