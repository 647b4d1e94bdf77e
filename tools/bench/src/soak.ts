import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunEnd, type DurableFact } from '@bosun/core'
import { audit } from '@bosun/invariants'
import { seededRandom } from '@bosun/kernel'
import { openState } from '@bosun/runtime'
import { bosun, BosunProcess, type PrintedFact } from './bosun-process.ts'

/** What runs under faults came to, one after the other. */
export interface SoakReport {
  readonly runs: number
  readonly tasks: number
  readonly facts: number
  readonly hostsKilled: number
  readonly hostsStopped: number
  readonly managersKilled: number
  readonly managersEnded: number
  readonly tasksCancelled: number
  readonly faults: readonly string[]
}

export interface SoakOptions {
  readonly seconds: number
  readonly seed?: number
  /** From one fault to the next. @defaultValue 5,000 */
  readonly everyMs?: number
  /** Tasks of each run. @defaultValue 1,500 */
  readonly tasks?: number
  readonly onSecond?: (seconds: number) => void
}

const PLUGIN = join(import.meta.dirname, 'variant-workers-plugin.ts')
/** Every fifth task waits for the one before. */
const CHAINED = 5
const LOOK_MS = 100
const STOPPED_MS = 2_500
const KINDS = ['hostsKilled', 'hostsStopped', 'managersKilled', 'managersEnded', 'tasksCancelled'] as const
type Kind = (typeof KINDS)[number]

/**
 * Runs after runs on real hosts, with a fault every few seconds: SIGKILL and SIGSTOP of hosts, SIGKILL and
 * SIGTERM of the process of the run, which is then resumed, and cancels of single tasks. Each journal is
 * audited at its end, and has to hold all that was acknowledged (P21).
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-soak-'))
  try {
    return await new Soak(folder, options).all()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

class Soak {
  readonly #folder: string
  readonly #options: Required<SoakOptions>
  readonly #random: () => number
  readonly #from = performance.now()
  readonly #faults: string[] = []
  readonly #counts = { runs: 0, tasks: 0, facts: 0 }
  readonly #struck: Record<Kind, number> = {
    hostsKilled: 0,
    hostsStopped: 0,
    managersKilled: 0,
    managersEnded: 0,
    tasksCancelled: 0,
  }
  #process!: BosunProcess
  #printed: PrintedFact[] = []
  #nextFault = 0

  constructor(folder: string, { seed = 1, everyMs = 5_000, tasks = 1_500, onSecond, seconds }: SoakOptions) {
    this.#folder = folder
    this.#options = { seed, everyMs, tasks, seconds, onSecond: onSecond ?? (() => {}) }
    this.#random = seededRandom(seed, 1)
  }

  async all(): Promise<SoakReport> {
    await this.#writeProject()
    this.#nextFault = this.#options.everyMs
    while (this.#elapsedMs < this.#options.seconds * 1_000) {
      // One after the other: a fault is aimed at the one that goes on.
      // oxlint-disable-next-line no-await-in-loop
      await this.#run()
    }
    return { ...this.#counts, ...this.#struck, faults: this.#faults }
  }

  get #elapsedMs(): number {
    return performance.now() - this.#from
  }

  /** Whether a fault is due; when the time is over, the last run goes to its end in peace. */
  get #isTime(): boolean {
    const elapsedMs = this.#elapsedMs
    if (elapsedMs < this.#nextFault || elapsedMs > this.#options.seconds * 1_000) return false
    return this.#printed.length > 0
  }

  get #stateDir(): string {
    return join(this.#folder, '.bosun')
  }

  async #writeProject(): Promise<void> {
    const { tasks } = this.#options
    const config = {
      plugins: [PLUGIN],
      manager: 'fanOut',
      planner: 'files',
      limits: { slotsMax: 4, startsPerSecondMax: 100_000 },
      retry: { retriesMax: 20, backoffMs: 10 },
      lease: { leaseMs: 1_500, heartbeatMs: 200, killAfterMs: 200 },
    }
    const plan = Array.from({ length: tasks }, (_, n) => ({
      id: `t${n}`,
      type: 'step',
      body: n,
      ...(n % CHAINED === 0 ? {} : { dependsOn: [`t${n - 1}`] }),
    }))
    await writeFile(join(this.#folder, 'bosun.config.json'), JSON.stringify(config))
    await writeFile(join(this.#folder, 'plan.json'), JSON.stringify({ tasks: plan }))
  }

  /** One run, through as many processes as it takes. */
  async #run(): Promise<void> {
    this.#printed = []
    let code = await this.#live(['run', this.#folder])
    for (;;) {
      const run = runOf(this.#printed)
      // Killed before it said its name: whatever it stored, nobody was promised anything.
      if (run === undefined) return
      if (code !== 5 && code !== null) return this.#judge(run)
      // oxlint-disable-next-line no-await-in-loop
      code = await this.#live(['resume', run, this.#folder])
    }
  }

  /** One process, with faults at their times, to its end. */
  async #live(args: readonly string[]): Promise<number | null> {
    const child = new BosunProcess([...args, '--json'])
    this.#process = child
    child.onFact((fact) => this.#printed.push(fact))
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop
      if ((await Promise.race([child.ended, sleep(LOOK_MS)])) !== undefined) break
      this.#options.onSecond(Math.floor(this.#elapsedMs / 1_000))
      // oxlint-disable-next-line no-await-in-loop
      if (this.#isTime) await this.#strike()
    }
    const { code } = await child.ended
    // The end may be durable without having been printed; then there is nothing to resume.
    if (code === 2 && child.errors.includes('"RUN_ENDED"')) return 0
    if (code !== 0 && code !== 1 && code !== 5 && code !== null) {
      this.#faults.push(`a process ended with ${code}: ${child.errors.slice(0, 300)}`)
      return 1
    }
    return code
  }

  async #strike(): Promise<void> {
    this.#nextFault = this.#elapsedMs + this.#options.everyMs
    const kind = KINDS[Math.floor(this.#random() * KINDS.length)] as Kind
    const group = this.#hostGroup()
    if (kind === 'tasksCancelled') {
      const task = `t${Math.floor(this.#random() * this.#options.tasks)}`
      // One that has ended is not cancelled any more, which the command says.
      await bosun('cancel', runOf(this.#printed) ?? 'last', task, '--state', this.#stateDir)
    } else if (kind === 'managersKilled') this.#process.child.kill('SIGKILL')
    else if (kind === 'managersEnded') this.#process.child.kill('SIGTERM')
    else if (group === undefined) return
    else if (kind === 'hostsKilled') signal(group, 'SIGKILL')
    else {
      signal(group, 'SIGSTOP')
      setTimeout(() => signal(group, 'SIGCONT'), STOPPED_MS)
    }
    this.#struck[kind] += 1
  }

  /** The process group of one of the hosts that were started last. */
  #hostGroup(): number | undefined {
    const groups = this.#printed.flatMap((fact) => (fact.type === 'host.started' ? [Number(fact['group'])] : []))
    const alive = groups.slice(-4).filter((group) => signal(group, 0))
    return alive[Math.floor(this.#random() * alive.length)]
  }

  async #judge(run: string): Promise<void> {
    const facts = await this.#stored(run)
    const ended = new Map(facts.flatMap((fact) => (OUTCOMES.has(fact.type) ? [[taskOf(fact), fact.type]] : [])))
    this.#counts.runs += 1
    this.#counts.tasks += ended.size
    this.#counts.facts += facts.length
    for (const fact of this.#printed) {
      if (fact.seq === 0 || JSON.stringify(facts[fact.seq - 1]) === JSON.stringify(fact)) continue
      this.#faults.push(`run ${this.#counts.runs}: fact ${fact.seq} (${fact.type}) was acknowledged and is lost`)
    }
    for (const { invariant, sentence } of audit(facts).violations) {
      this.#faults.push(`run ${this.#counts.runs}: ${invariant} ${sentence}`)
    }
    const wrong = [...ended].filter(([, type]) => type === 'task.failed' || type === 'task.lost')
    if (wrong.length > 0) this.#faults.push(`run ${this.#counts.runs}: ${wrong.length} tasks did not survive a fault`)
    if (!facts.some((fact) => isRunEnd(fact)) || ended.size !== this.#options.tasks) {
      this.#faults.push(`run ${this.#counts.runs}: ${ended.size} of ${this.#options.tasks} tasks have ended`)
    }
  }

  async #stored(run: string): Promise<readonly DurableFact[]> {
    const state = await openState(this.#stateDir)
    const facts: DurableFact[] = []
    for await (const batch of state.facts(run)) facts.push(...batch)
    await state.close()
    return facts
  }
}

const OUTCOMES: ReadonlySet<string> = new Set([
  'task.succeeded',
  'task.failed',
  'task.lost',
  'task.cancelled',
  'task.skipped',
])

function taskOf(fact: DurableFact): string {
  return 'task' in fact && typeof fact.task === 'string' ? fact.task : ''
}

/** Whether the group was there. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name)
  } catch {
    return false
  }
}

function runOf(facts: readonly PrintedFact[]): string | undefined {
  const started = facts.find(({ type }) => type === 'run.started')
  return started === undefined ? undefined : String(started['run'])
}
