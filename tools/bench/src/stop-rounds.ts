import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ResultQueue, type DurableFact, type Fact, type Report } from '@bosun/core'
import { audit } from '@bosun/invariants'
import plannerFiles from '@bosun/planner-files'
import { openProject, openState, type RunHandle } from '@bosun/runtime'
import toolsFiles from '@bosun/tools-files'
import { ContainerModule } from 'inversify'
import { bosun } from './bosun-process.ts'

/** What a stopped host led to in one round. */
export interface StopRound {
  readonly end: string | undefined
  /** What is published in the end. */
  readonly published: string
  /** The attempt that was stopped, and the one that its task was given to meanwhile. */
  readonly stopped: number
  readonly successor: number
  /** The epoch whose result was accepted. */
  readonly accepted: number | undefined
  readonly quarantined: boolean
  /** Why attempts of the task were lost. */
  readonly lost: readonly string[]
  readonly violations: readonly string[]
  /** What `show` and `log` print, where asked for. */
  readonly shown: string
  readonly facts: readonly DurableFact[]
}

export interface StopOptions {
  /** `continued`: the host goes on after its lease and reports late. `killed`: it is killed while it is stopped. */
  readonly fate: 'continued' | 'killed'
  /** False: late reports pass for the live attempt, as in a system without a fence. */
  readonly fence?: boolean
  /** Looks at the run with the command line's `show` and `log` as well. */
  readonly show?: boolean
}

const PLUGIN = join(import.meta.dirname, 'stop-plugin.ts')
const LEASE_MS = 400

/**
 * Stops a host with SIGSTOP while it holds a lease, waits until its task is assigned again, and lets
 * it go on: its late result must change nothing (P5).
 */
export async function stopRound({ fate, fence = true, show = false }: StopOptions): Promise<StopRound> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-stop-'))
  await writeProject(folder, fate)
  const epochs = { stopped: 0, successor: 0 }
  const project = await openProject(folder, {
    builtIn: [toolsFiles, plannerFiles],
    modules: fence ? [] : [unfenced(epochs)],
  })
  try {
    const run = await project.start({ goal: undefined })
    const watch = new Watch(run)
    // Usually the first; on a slow machine a lease may run out before its host is up.
    const written = await watch.first(({ type, task }) => type === 'attempt.progressed' && task === 'write')
    epochs.stopped = Number(written['epoch'])
    const started = await watch.first(
      ({ type, task, epoch }) => type === 'attempt.started' && task === 'write' && epoch === epochs.stopped,
    )
    // The whole group: in a sandbox the first process of a host is not the one that works.
    const group = watch.groupOf(String(started['host']))
    process.kill(-group, 'SIGSTOP')
    const next = await watch.first(
      ({ type, task, epoch }) => type === 'attempt.progressed' && task === 'write' && Number(epoch) > epochs.stopped,
    )
    epochs.successor = Number(next['epoch'])
    if (fate === 'continued') {
      process.kill(-group, 'SIGCONT')
      // The gate keeps the run open until the late result has come.
      if (fence)
        await watch.first(
          ({ type, task, kind }) => type === 'result.quarantined' && task === 'write' && kind === 'result',
        )
    }
    await watch.first(({ type, task }) => type === 'task.succeeded' && task === 'write')
    await mkdir(join(folder, 'open'))
    const { end } = await run.outcome
    const shown = show ? await shownBy(folder, run.run) : ''
    return { ...(await summary(folder, run.run, end?.type)), ...epochs, shown }
  } finally {
    await project.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeProject(folder: string, fate: StopOptions['fate']): Promise<void> {
  const config = {
    plugins: [PLUGIN],
    manager: 'fanOut',
    planner: 'files',
    limits: { slotsMax: 3 },
    retry: { retriesMax: 10, backoffMs: 0 },
    lease: {
      leaseMs: LEASE_MS,
      heartbeatMs: 50,
      ...(fate === 'continued' ? { killAfterMs: 600_000 } : { killAfterMs: 100 }),
    },
  }
  const tasks = [
    { id: 'write', type: 'slow_write', body: { path: 'out/file.txt', returnsAfterMs: LEASE_MS * 2 } },
    { id: 'gate', type: 'wait_gate', body: null },
  ]
  await writeFile(join(folder, 'bosun.config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ tasks }))
}

async function summary(
  folder: string,
  run: string,
  end: string | undefined,
): Promise<Omit<StopRound, 'stopped' | 'successor' | 'shown'>> {
  const state = await openState(join(folder, '.bosun'))
  const facts: DurableFact[] = []
  for await (const batch of state.facts(run)) facts.push(...batch)
  await state.close()
  const accepted = facts.find((fact) => fact.type === 'attempt.succeeded' && fact.task === 'write')
  const result = accepted?.type === 'attempt.succeeded' ? (accepted.result as { epoch?: number }) : undefined
  return {
    end,
    published: await readFile(join(folder, 'out/file.txt'), 'utf8'),
    accepted: result?.epoch,
    quarantined: facts.some(
      (fact) => fact.type === 'result.quarantined' && fact.task === 'write' && fact.kind === 'result',
    ),
    lost: facts.flatMap((fact) => (fact.type === 'attempt.lost' && fact.task === 'write' ? [fact.error.code] : [])),
    violations: audit(facts).violations.map(({ sentence }) => sentence),
    facts,
  }
}

async function shownBy(folder: string, run: string): Promise<string> {
  const state = join(folder, '.bosun')
  const [page, log] = [await bosun('show', run, '--state', state), await bosun('log', run, '--state', state)]
  return page.text + log.text
}

/** Waits for facts of a run, those that have come included. */
class Watch {
  readonly #facts: Fact[] = []
  readonly #waiting = new Set<() => void>()

  constructor(run: RunHandle) {
    run.facts$.subscribe((fact) => {
      this.#facts.push(fact)
      for (const look of this.#waiting) look()
    })
  }

  first(
    fits: (fact: Fact & Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Fact & Readonly<Record<string, unknown>>> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.#facts.find((fact) => fits(fact as never))
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found as never)
      }
      this.#waiting.add(look)
      look()
    })
  }

  groupOf(host: string): number {
    const started = this.#facts.find((fact) => fact.type === 'host.started' && fact.host === host)
    if (started?.type !== 'host.started') throw new Error(`No host ${host} was started`)
    return started.group
  }
}

/** The control arm: a queue that gives the late result the epoch of the attempt that lives. */
function unfenced(epochs: { readonly stopped: number; readonly successor: number }): ContainerModule {
  const isLate = (report: Report) =>
    report.task === 'write' && report.type === 'result' && report.epoch === epochs.stopped && epochs.successor > 0
  return new ContainerModule(({ onActivation }) => {
    onActivation(ResultQueue, (_context, queue) => {
      const consume = queue.consume.bind(queue)
      queue.consume = (run, take) =>
        consume(run, (reports) =>
          take(reports.map((report) => (isLate(report) ? { ...report, epoch: epochs.successor } : report))),
        )
      return queue
    })
  })
}

/** What many rounds came to. */
export interface StopReport {
  readonly rounds: number
  readonly quarantined: number
  /** Rounds of the control arm, without a fence, in which the late result was accepted. */
  readonly controlAccepted: number
  readonly controlRounds: number
  readonly faults: readonly string[]
}

/** Rounds in which the host goes on, each tenth followed by one of the control arm. */
export async function stopRounds(rounds: number, onRound: (done: number) => void = () => {}): Promise<StopReport> {
  const faults: string[] = []
  const counts = { quarantined: 0, controlAccepted: 0, controlRounds: 0 }
  for (let round = 1; round <= rounds; round += 1) {
    // One after the other: a round is about time.
    // oxlint-disable-next-line no-await-in-loop
    const { facts: _facts, shown: _shown, ...outcome } = await stopRound({ fate: 'continued' })
    const { end, published, accepted, quarantined, successor, violations } = outcome
    if (quarantined) counts.quarantined += 1
    const isOfSuccessor = accepted === successor && published === `epoch ${successor}\n`
    if (end !== 'run.completed' || !isOfSuccessor || !quarantined || violations.length > 0) {
      faults.push(`round ${round}: ${JSON.stringify(outcome)}`)
    }
    if (round % 10 === 0) {
      // oxlint-disable-next-line no-await-in-loop
      const control = await stopRound({ fate: 'continued', fence: false })
      counts.controlRounds += 1
      if (control.accepted === control.stopped) counts.controlAccepted += 1
    }
    onRound(round)
  }
  if (counts.controlAccepted < counts.controlRounds * 0.95)
    faults.push('the control arm does not fail without the fence')
  return { rounds, ...counts, faults }
}
