import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assignment } from '../broker/workers-side.fixture.ts'
import type { HostRecord } from './host.ts'
import { hostedSide } from './hosted-side.fixture.ts'
import { killHostGroups } from './kill-host-groups.ts'
import { machine, MACHINES } from './machines.fixture.ts'
import { machineSandbox, probeSandbox } from './probe-sandbox.ts'
import { identifyProcess, isAlive } from './process-identity.ts'

const { bubblewrap, lack } = machineSandbox()

describe('the record of a host', () => {
  const lacking = MACHINES.filter(([, , kind]) => kind !== undefined)

  it.each(lacking)(
    'H26: says that there are no namespaces, and why, on a machine %s',
    async (_, answer, __, detail) => {
      // What else the real machine has does not matter here.
      const sandbox = { ...probeSandbox(machine(answer), true), prlimit: undefined, setpriv: undefined }
      await using side = hostedSide({ hosts: { sandbox } })
      side.queue.enqueue([assignment('echo', { id: 'a', body: 1 })])
      await side.ended('a')
      expect(side.started.map((record) => record.sandbox)).toEqual([sandbox.sandbox])
      expect(sandbox.sandbox).toContain(`no namespaces (${detail}`)
    },
  )

  it.skipIf(bubblewrap === undefined)(
    `H26: says that there are, on a machine with a bubblewrap that works${lack === undefined ? '' : ` (SKIPPED: ${lack.detail})`}`,
    async () => {
      await using side = hostedSide()
      side.queue.enqueue([assignment('environment', { id: 'a' })])
      await side.ended('a')
      expect(side.started[0]?.sandbox).toMatch(/^bubblewrap, node-permission/)
    },
  )

  it.skipIf(bubblewrap === undefined)(
    'P20, X-02: is enough to kill all that lives inside of its namespace, a stopped process as well',
    async () => {
      await using side = hostedSide()
      side.queue.enqueue([assignment('hang', { id: 'a' })])
      await side.reported('started', 'a')
      const [record] = side.started as [HostRecord]
      const inside = descendants(record.pid).map((pid) => identifyProcess(pid))
      // The first process of the namespace, and Node.
      expect(inside).toHaveLength(2)
      process.kill(-record.group, 'SIGSTOP')
      expect(await killHostGroups([record])).toEqual([record.host])
      await expect.poll(() => Promise.all(inside.map((one) => isAlive(one)))).toEqual([false, false])
    },
  )
})

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}
