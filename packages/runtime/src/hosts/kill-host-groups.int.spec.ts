import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { killGroup, killHostGroups } from './kill-host-groups.ts'
import { identifyProcess, isAlive } from './process-identity.ts'

/** A process of a group of its own that says when its own child is there, too. */
async function tree(): Promise<{
  child: ChildProcess
  grandchild: number
  record: Parameters<typeof killHostGroups>[0][number]
}> {
  const child = spawn('/bin/sh', ['-c', 'sleep 600 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  const pid = child.pid ?? 0
  return {
    child,
    grandchild: Number(line.toString()),
    record: { host: `h${pid}`, group: pid, ...identifyProcess(pid) },
  }
}

describe('killHostGroups', () => {
  it('P20: kills the whole tree of a host that an earlier manager left, a stopped one as well', async () => {
    const { child, grandchild, record } = await tree()
    const descendant = identifyProcess(grandchild)
    child.kill('SIGSTOP')
    expect(await killHostGroups([record])).toEqual([record.host])
    expect(await isAlive(record)).toBe(false)
    // The signal is on its way to the rest of the group as well; nothing tells when it has come.
    await expect.poll(() => isAlive(descendant)).toBe(false)
  })

  it('leaves a process alone that merely has the number of a recorded one', async () => {
    const { child, record } = await tree()
    const others = [
      { ...record, startTime: `${Number(record.startTime) - 1}` },
      { ...record, bootId: '00000000-0000-0000-0000-000000000000' },
      { ...record, startTime: '' },
      { ...record, bootId: '' },
    ]
    expect(await killHostGroups(others)).toEqual([])
    expect(await isAlive(record)).toBe(true)
    killGroup(record.group)
    await once(child, 'exit')
    expect(await killHostGroups([record])).toEqual([])
  })

  it.each([0, 1, -1, Number.NaN, 1.5])('never kills group %d', (group) => {
    expect(killGroup(group)).toBe(false)
  })
})
