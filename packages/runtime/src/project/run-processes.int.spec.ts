import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { platform } from 'node:os'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { killGroup } from '../hosts/kill-host-groups.ts'
import { identifyProcess, isAlive } from '../hosts/process-identity.ts'
import { thisProcess } from '../journal/owner.ts'
import { RunProcesses } from './run-processes.ts'

/** A process that starts one in a session of its own, which starts a third; each says its number. */
const GROWS = `
const { spawn } = require('node:child_process')
const [depth] = process.argv.slice(1).map(Number)
console.log(process.pid)
const options = { stdio: 'inherit', detached: true }
if (depth > 1) spawn(process.execPath, ['-e', process.env.GROWS, String(depth - 1)], options)
setInterval(() => {}, 1000)
`

/** The tree and its numbers, the root first. */
async function grown(): Promise<{ root: ChildProcess; pids: readonly number[] }> {
  const root = spawn(process.execPath, ['-e', GROWS, '3'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, GROWS },
  })
  const pids: number[] = []
  onTestFinished(() => {
    for (const pid of pids) killGroup(pid)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  createInterface({ input: root.stdout }).on('line', (line) => {
    pids.push(Number(line))
    if (pids.length === 3) resolve()
  })
  await promise
  return { root, pids }
}

function hostOf(pid: number) {
  return { ...identifyProcess(pid), host: 'h1', group: pid }
}

describe.skipIf(platform() !== 'linux')('the processes of a run (needs /proc of Linux)', () => {
  it('P20 T-35: what has left the group of its host is found below it, and killed when nobody manages the run', async () => {
    const { root, pids } = await grown()
    const identities = pids.map(identifyProcess)
    const processes = new RunProcesses(undefined, [hostOf(pids[0] as number)])
    // The way hosts are killed reaches their group, which two of the three have left.
    killGroup(pids[0] as number)
    await once(root, 'exit')
    expect(await Promise.all(identities.map(isAlive))).toEqual([false, true, true])
    expect(await processes.gone()).toEqual({ processes: [] })
    expect(await Promise.all(identities.map(isAlive))).toEqual([false, false, false])
  }, 30_000)

  it('T-35: what lives on below a process that goes on is named with it, and left alone', async () => {
    const { pids } = await grown()
    const left = await new RunProcesses(thisProcess(), []).gone()
    expect(left?.keptBy).toBe(process.pid)
    const named = left?.processes.map(({ pid }) => pid)
    for (const pid of pids) expect(named).toContain(pid)
    expect(await Promise.all(pids.map((pid) => isAlive(identifyProcess(pid))))).toEqual([true, true, true])
  }, 30_000)

  it('a number that belongs to another process by now is not taken for the host that had it', async () => {
    const { pids } = await grown()
    const stale = { ...hostOf(pids[0] as number), startTime: '1' }
    expect(await new RunProcesses(undefined, [stale]).gone()).toEqual({ processes: [] })
    expect(await isAlive(identifyProcess(pids[0] as number))).toBe(true)
  })
})
