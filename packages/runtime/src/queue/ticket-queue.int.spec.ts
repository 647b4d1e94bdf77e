import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { openState } from '../project/open-state.ts'
import { expectClean, gate, stored, temporaryFolder, world } from '../run/world.fixture.ts'
import { TicketQueue } from './ticket-queue.ts'

const CHILD = join(import.meta.dirname, 'queue-child.fixture.ts')

/** A process that takes part in the queue of a folder. */
function participant(stateDir: string, runsMax = 1) {
  const child = spawn(process.execPath, ['--conditions=@bosun/source', CHILD, stateDir, String(runsMax)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said: string[] = []
  const watchers = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line)
    for (const look of watchers) look()
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  return {
    said,
    pid: child.pid,
    ask: (line: string) => child.stdin.write(`${line}\n`),
    kill: () => child.kill('SIGKILL') && exited,
    /** Resolves when a line has been said. */
    says(line: string): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => said.includes(line) && resolve()
      watchers.add(look)
      look()
      return promise
    },
  }
}

function folder(): string {
  const stateDir = join(temporaryFolder(), '.bosun')
  mkdirSync(stateDir)
  return stateDir
}

describe('X-06: runs above the cap of a state folder', { timeout: 60_000 }, () => {
  it('wait their turn over processes, first come, first served, and each hears where it stands', async () => {
    const stateDir = folder()
    const processes = ['a', 'b', 'c', 'd'].map((run) => ({ run, ...participant(stateDir, 2) }))
    for (const [index, { run, ask, says }] of processes.entries()) {
      ask(`enter ${run}`)
      // oxlint-disable-next-line no-await-in-loop
      await says(index < 2 ? `goes ${run}` : `waits ${run} ${index - 1}`)
    }
    const [a, b, c, d] = processes as [(typeof processes)[0], ...typeof processes]
    expect(new TicketQueue(stateDir, 2).waiting()).toMatchObject([
      { run: 'c', place: 1, owner: { pid: c?.pid } },
      { run: 'd', place: 2, owner: { pid: d?.pid } },
    ])
    b?.ask('leave b')
    await Promise.all([c?.says('goes c'), d?.says('waits d 1')])
    expect(d?.said).not.toContain('goes d')
    a.ask('leave a')
    await d?.says('goes d')
    // Whoever comes again is the last.
    a.ask('enter a2')
    await a.says('waits a2 1')
  })

  it('lose their place with their process, whether that waits or goes on', async () => {
    const stateDir = folder()
    const [a, b, c] = [participant(stateDir), participant(stateDir), participant(stateDir)]
    a.ask('enter a')
    await a.says('goes a')
    b.ask('enter b')
    await b.says('waits b 1')
    c.ask('enter c')
    await c.says('waits c 2')
    await b.kill()
    expect(new TicketQueue(stateDir, 1).waiting()).toMatchObject([{ run: 'c', place: 1 }])
    await c.says('waits c 1')
    await a.kill()
    await c.says('goes c')
  })

  it('can be cancelled, and are refused in a second process, unless that takes them over in their place', async () => {
    const stateDir = folder()
    const [a, b, c] = [participant(stateDir), participant(stateDir), participant(stateDir)]
    a.ask('enter a')
    await a.says('goes a')
    b.ask('enter b')
    await b.says('waits b 1')
    c.ask('enter b')
    await c.says('refused b RUN_BUSY')
    c.ask('take a')
    await c.says('goes a')
    // Whoever had it before has nothing to give back any more.
    a.ask('leave a')
    await a.says('left a')
    const queue = new TicketQueue(stateDir, 1)
    expect(await queue.withdraw('a', { by: 'ann', reason: 'no' })).toBe(false)
    expect(await queue.withdraw('b', { by: 'ann', reason: 'enough' })).toBe(true)
    await b.says('withdrawn b ann enough')
    expect(queue.waiting()).toEqual([])
  })
})

const holds = () => {
  const door = gate()
  const worker = defineWorker({
    name: 'holder',
    handles: 'hold',
    summary: 'Waits at a door.',
    body: z.number(),
    result: z.number(),
    run: async ({ body }) => door.opened.then(() => body),
  })
  return { worker, open: door.open }
}
const manager = fanOut<number>({ name: 'one', start: (body) => [task('hold', body, { id: 'a' })] })

describe('X-06: several runs of one process', { timeout: 60_000 }, () => {
  it('share the cap of their folder: one waits, is listed so, and begins when another has ended', async () => {
    const { worker, open } = holds()
    const root = temporaryFolder()
    const { bosun } = await world({ folder: root, journal: 'sqlite', workers: [worker], runsMax: 1 })
    const first = await bosun.run(manager, 1, { run: 'first' })
    const waits = Promise.withResolvers<unknown>()
    const second = bosun.run(manager, 2, { run: 'second', onWait: waits.resolve })
    expect(await waits.promise).toEqual({ run: 'second', place: 1, runsMax: 1 })
    const state = await openState(join(root, '.bosun'))
    onTestFinished(() => state.close())
    expect((await state.runs()).map(({ run, state: is, place }) => [run, is, place])).toEqual([
      ['first', 'running', undefined],
      ['second', 'waiting', 1],
    ])
    expect(await state.submit('second', { kind: 'pause', body: {} }).catch(({ code }) => code)).toBe('RUN_WAITING')
    open()
    expect((await first.outcome).end?.type).toBe('run.completed')
    expect((await (await second).outcome).end).toMatchObject({ type: 'run.completed', result: { result: [2] } })
  })

  it('of which one is cancelled while it waits: who and why are facts, and its manager hears nothing', async () => {
    const { worker, open } = holds()
    const root = temporaryFolder()
    const { bosun } = await world({ folder: root, journal: 'sqlite', workers: [worker], runsMax: 1 })
    const first = await bosun.run(manager, 1)
    const waits = Promise.withResolvers<unknown>()
    const second = bosun.run(manager, 2, { run: 'second', onWait: waits.resolve })
    await waits.promise
    const state = await openState(join(root, '.bosun'))
    onTestFinished(() => state.close())
    const answer = await state.submit('second', { kind: 'cancel', body: { reason: 'wrong goal' } }, 'ann')
    expect(answer.facts.map(({ type }) => type)).toEqual(['run.started', 'run.cancelled'])
    expect((await (await second).outcome).end).toMatchObject({ type: 'run.cancelled', by: 'ann', reason: 'wrong goal' })
    expect((await state.runs()).map(({ run, state: is }) => [run, is])).toContainEqual(['second', 'cancelled'])
    expectClean(await stored(bosun.journal, 'second'))
    open()
    await first.outcome
  })

  it('are refused when the process closes while they wait', async () => {
    const { worker } = holds()
    const { bosun } = await world({ workers: [worker], runsMax: 1 })
    await bosun.run(manager, 1)
    const waits = Promise.withResolvers<unknown>()
    const second = bosun.run(manager, 2, { onWait: waits.resolve }).catch(({ code }) => code)
    await waits.promise
    await bosun.close()
    expect(await second).toBe('RUN_ENDED')
  })

  it('of which one rests paused leaves its place to another', async () => {
    const { worker, open } = holds()
    const { bosun } = await world({ workers: [worker], runsMax: 1 })
    const first = await bosun.run(manager, 1)
    const second = bosun.run(manager, 2)
    await first.stop('lunch', { graceMs: 0 })
    expect((await first.outcome).end).toBeUndefined()
    open()
    expect((await (await second).outcome).end?.type).toBe('run.completed')
  })
})
