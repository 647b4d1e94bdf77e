import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DurableFact } from '@bosun/core'
import { audit } from '@bosun/invariants'
import { openState } from '@bosun/runtime'
import { BosunProcess } from './bosun-process.ts'

/** What came of telling the process of a run to end. */
export interface EndRound {
  readonly code: number | null
  /** From SIGTERM to the exit. */
  readonly endedMs: number
  /** Whether the run rests, given back by its process. */
  readonly isAtRest: boolean
  readonly assignedAfter: number
  /** Leases that nobody took back. */
  readonly leasesLeft: number
  readonly violations: readonly string[]
}

const ENDED_MS_MAX = 5_000
const SLOTS = 2
const PLUGIN = join(import.meta.dirname, 'stop-plugin.ts')

/** Sends SIGTERM to the process of a run while all its slots are at work that does not end (P22). */
export async function endRound(): Promise<EndRound> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-end-'))
  const config = { plugins: [PLUGIN], manager: 'fanOut', planner: 'files', limits: { slotsMax: SLOTS } }
  const tasks = ['a', 'b', 'c', 'd'].map((id) => ({ id, type: 'wait_gate', body: null }))
  await writeFile(join(folder, 'bosun.config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ tasks }))
  const run = new BosunProcess(['run', folder, '--json'])
  try {
    await started(run)
    const from = performance.now()
    run.child.kill('SIGTERM')
    const { code } = await run.ended
    return { code, endedMs: Math.round(performance.now() - from), ...(await leftIn(join(folder, '.bosun'))) }
  } finally {
    run.child.kill('SIGKILL')
    await run.ended
    await rm(folder, { recursive: true, force: true })
  }
}

/** What many rounds came to. */
export interface EndReport {
  readonly rounds: number
  readonly slowestMs: number
  readonly faults: readonly string[]
}

export async function endRounds(rounds: number, onRound: (done: number) => void = () => {}): Promise<EndReport> {
  const faults: string[] = []
  let slowestMs = 0
  for (let round = 1; round <= rounds; round += 1) {
    // One after the other: a round is about time.
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await endRound()
    slowestMs = Math.max(slowestMs, outcome.endedMs)
    if (!isClean(outcome)) faults.push(`round ${round}: ${JSON.stringify(outcome)}`)
    onRound(round)
  }
  return { rounds, slowestMs, faults }
}

function isClean({ code, endedMs, isAtRest, assignedAfter, leasesLeft, violations }: EndRound): boolean {
  const isQuiet = isAtRest && assignedAfter === 0 && leasesLeft === 0 && violations.length === 0
  return code === 5 && endedMs <= ENDED_MS_MAX && isQuiet
}

// Private

/** Resolves when every slot has begun to work. */
async function started(run: BosunProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let count = 0
  run.onFact(({ type }) => {
    if (type === 'attempt.started') count += 1
    if (count === SLOTS) resolve()
  })
  void run.ended.then(() => reject(new Error(`It ended at once: ${run.errors}`)))
  await promise
}

async function leftIn(stateDir: string): Promise<Omit<EndRound, 'code' | 'endedMs'>> {
  const state = await openState(stateDir)
  try {
    const [summary] = await state.runs()
    const facts: DurableFact[] = []
    for await (const batch of state.facts(summary?.run ?? '')) facts.push(...batch)
    const paused = facts.findIndex(({ type }) => type === 'run.paused')
    const countOf = (type: DurableFact['type']) => facts.filter((fact) => fact.type === type).length
    return {
      isAtRest: summary?.state === 'paused' && summary.owner === undefined,
      assignedAfter: facts.slice(paused).filter(({ type }) => type === 'task.assigned').length,
      leasesLeft: countOf('task.assigned') - countOf('attempt.lost'),
      violations: audit(facts).violations.map(({ sentence }) => sentence),
    }
  } finally {
    await state.close()
  }
}
