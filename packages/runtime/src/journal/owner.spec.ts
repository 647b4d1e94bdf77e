import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { isAlive, isSameOwner, ownerOfProcess, thisProcess } from './owner.ts'

describe('The owner of a run', () => {
  it('is this process, and alive', () => {
    const owner = thisProcess()
    expect(owner.pid).toBe(process.pid)
    expect(isAlive(owner)).toBe(true)
    expect(isSameOwner(owner, thisProcess())).toBe(true)
  })

  it('R3: is dead when another process took over its id, or the machine was started again', () => {
    const owner = thisProcess()
    expect(isAlive({ ...owner, startTime: '1' })).toBe(false)
    expect(isAlive({ ...owner, bootId: 'an earlier boot' })).toBe(false)
    expect(isAlive({ ...owner, pid: 2 ** 30 })).toBe(false)
  })

  it('R3: is dead once its process was killed', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000); process.stdout.write("up")'])
    await once(child.stdout, 'data')
    const owner = ownerOfProcess(child.pid ?? 0)
    expect(isAlive(owner)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(owner)).toBe(false)
  })
})
