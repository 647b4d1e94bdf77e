import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDurable, type DurableFact } from '@bosun/core'
import { openProject, SqliteJournal } from '@bosun/runtime'
import { definePlanner } from '@bosun/sdk'

const HOSTS = 2
const PLUGIN = join(import.meta.dirname, 'noop-plugin.ts')
const ECHO = join(import.meta.dirname, 'echo-child.ts')

/** What one round came to. */
export interface HostRates {
  /** No-op tasks per second, from the first assignment to the last outcome. */
  readonly tasksPerSecond: number
  /** Messages echoed per second by two processes while the same facts are written. */
  readonly echoesPerSecond: number
}

/**
 * Benchmark (d): no-op tasks through two child-process hosts with the whole embedded runtime, beside
 * two processes that echo a message of an assignment's size over the same kind of channel, one at a
 * time each, while the facts of the run are written to the same kind of journal.
 */
export async function hostRates(tasks: number, inFlight: number): Promise<HostRates> {
  const { facts, seconds } = await throughHosts(tasks, inFlight)
  return { tasksPerSecond: tasks / seconds, echoesPerSecond: await echoes(tasks, inFlight, facts) }
}

async function throughHosts(
  count: number,
  inFlight: number,
): Promise<{ facts: readonly DurableFact[]; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-bench-hosts-'))
  const limits = { slotsMax: HOSTS * inFlight, startsPerSecondMax: 1_000_000, tasksMax: count }
  await writeFile(
    join(folder, 'bosun.config.json'),
    JSON.stringify({ plugins: [PLUGIN], manager: 'fanOut', limits, attemptsPerHost: inFlight }),
  )
  const planner = definePlanner('many', () => ({
    tasks: Array.from({ length: count }, (_, index) => ({ id: `t${index}`, type: 'noop', body: null })),
  }))
  const project = await openProject(folder, { planner })
  try {
    const run = await project.start({ goal: undefined })
    const facts: DurableFact[] = []
    let from = 0
    let to = 0
    let succeeded = 0
    run.facts$.subscribe((fact) => {
      if (isDurable(fact)) facts.push(fact)
      if (fact.type !== 'task.succeeded') return
      succeeded += 1
      // From the moment on at which both hosts are warm.
      if (succeeded === Math.floor(count / 10)) from = performance.now()
      if (succeeded === count) to = performance.now()
    })
    await run.outcome
    return { facts, seconds: (to - from) / 1000 / 0.9 }
  } finally {
    await project.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Echoes as many messages as there were tasks; each answer appends its share of the facts. */
async function echoes(count: number, inFlight: number, facts: readonly DurableFact[]): Promise<number> {
  const stateDir = await mkdtemp(join(tmpdir(), 'bosun-bench-echo-'))
  const journal = await SqliteJournal.open({ stateDir })
  const epoch = await journal.acquire('echo', { pid: process.pid, bootId: 'bench', startTime: 'bench' })
  const children = Array.from({ length: HOSTS }, () =>
    spawn(process.execPath, [ECHO], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] }),
  )
  const perEcho = facts.length / count
  let written = 0
  const write = (echoed: number) => {
    const upTo = Math.min(facts.length, Math.round(echoed * perEcho))
    if (upTo === written) return
    const batch = facts.slice(written, upTo)
    void journal.append('echo', epoch, written, batch)
    written = upTo
  }
  const from = performance.now()
  await echoAll(
    children.map((child) => child.stdio[3] as Duplex),
    count,
    inFlight,
    write,
  )
  write(count)
  await journal.close()
  const seconds = (performance.now() - from) / 1000
  for (const child of children) child.kill()
  await rm(stateDir, { recursive: true, force: true })
  return count / seconds
}

function echoAll(
  channels: readonly Duplex[],
  count: number,
  inFlight: number,
  onEcho: (echoed: number) => void,
): Promise<void> {
  const message = JSON.stringify({
    type: 'run',
    assignment: {
      run: 'r',
      task: { id: 't12345', type: 'noop', body: null },
      epoch: 1,
      worker: 'noop',
      slot: 'noop/1',
      inputs: {},
      timeoutMs: 600_000,
    },
  })
  let sent = 0
  let echoed = 0
  return new Promise((resolve) => {
    for (const channel of channels) {
      const send = () => {
        if (sent >= count) return
        sent += 1
        channel.write(`${message}\n`)
      }
      channel.setEncoding('utf8')
      channel.on('data', (chunk: string) => {
        for (const char of chunk) {
          if (char !== '\n') continue
          echoed += 1
          onEcho(echoed)
          if (echoed === count) resolve()
          else send()
        }
      })
      for (let index = 0; index < inFlight; index += 1) send()
    }
  })
}
