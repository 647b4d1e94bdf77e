import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit } from '@bosun/invariants'
import { openState } from '@bosun/runtime'
import type { DurableFact } from '@bosun/core'
import { seededRandom } from '@bosun/kernel'
import { bosun, BosunProcess, type PrintedFact } from './bosun-process.ts'
import { CODE_MAP, referenceOf, valueOf, variantTargets, type KillTarget, type Reference } from './kill-targets.ts'

/** What a number of rounds came to. Every figure but `rounds` and `killed` must be 0. */
export interface KillReport {
  readonly rounds: number
  /** Rounds in which the process was killed before it had ended by itself. */
  killed: number
  acknowledged: number
  lost: number
  /** Finished tasks that were assigned again. */
  repeated: number
  violations: number
  /** Runs that came to something else than without the kill. */
  wrongResults: number
  /** Attempts that a kill has cost; each is to be made good. */
  lostAttempts: number
  readonly faults: string[]
}

export interface KillOptions {
  readonly rounds: number
  /** Which process dies: that of the run, or one of its hosts. */
  readonly victim: 'manager' | 'host'
  /** Which runs, in turn: those of the code map (`codemap`) and of built-in managers. @defaultValue `codemap` alone */
  readonly targets?: readonly string[]
  readonly seed?: number
  readonly onRound?: (round: number, report: KillReport) => void
}

/**
 * Runs a project again and again, kills the process of the run or of a host with SIGKILL at a random
 * moment, and has the run taken up to its end. Shows P1, P6, P8 and M-51 on real processes.
 */
export async function killRounds(options: KillOptions): Promise<KillReport> {
  const { rounds, victim, targets: names = [CODE_MAP.name], seed = 1 } = options
  const report: KillReport = {
    rounds,
    killed: 0,
    acknowledged: 0,
    lost: 0,
    repeated: 0,
    violations: 0,
    wrongResults: 0,
    lostAttempts: 0,
    faults: [],
  }
  const folder = await mkdtemp(join(tmpdir(), 'bosun-kill-'))
  try {
    const targets = [...(await variantTargets(folder)), CODE_MAP].filter(({ name }) => names.includes(name))
    const references = new Map<KillTarget, Reference>()
    for (let round = 1; round <= rounds; round += 1) {
      const target = targets[(round - 1) % targets.length] as KillTarget
      const stateDir = join(folder, 'state')
      // One after the other: rounds share the workspace of their project.
      // oxlint-disable-next-line no-await-in-loop
      const reference = references.get(target) ?? (await referenceOf(target, join(folder, `whole-${target.name}`)))
      references.set(target, reference)
      const random = seededRandom(seed, round)
      // oxlint-disable-next-line no-await-in-loop
      await mkdir(stateDir, { mode: 0o700 })
      // oxlint-disable-next-line no-await-in-loop
      await (victim === 'manager' ? managerRound : hostRound)({ target, reference, stateDir, random, report, round })
      // oxlint-disable-next-line no-await-in-loop
      await rm(stateDir, { recursive: true })
      options.onRound?.(round, report)
    }
    return report
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What one round goes by. */
interface Round {
  readonly target: KillTarget
  readonly reference: Reference
  readonly stateDir: string
  readonly random: () => number
  readonly report: KillReport
  readonly round: number
}

async function managerRound(at: Round): Promise<void> {
  const { target, reference, stateDir, random, report, round } = at
  const first = new BosunProcess(['run', target.folder, '--json', '--state', stateDir])
  const killAt = 1 + Math.floor(random() * reference.facts)
  let printed = 0
  first.onFact(() => {
    printed += 1
    if (printed === killAt) first.child.kill('SIGKILL')
  })
  const { signal } = await first.ended
  if (signal === 'SIGKILL') report.killed += 1
  const run = runOf(first.facts)
  // Killed before the first line came out: nothing was promised to anybody.
  if (run === undefined) return
  const before = new Set(first.facts.filter(({ type }) => type === 'task.succeeded').map(({ task }) => task))
  const second = await bosun('resume', run, target.folder, '--json', '--state', stateDir)
  // The end of the run may be durable without having been printed; judged is then what is there.
  if (second.code !== 0 && !second.errors.includes('"RUN_ENDED"')) {
    report.faults.push(`round ${round}: resume ended with ${second.code}: ${second.errors.slice(0, 500)}`)
  }
  report.repeated += second.facts.filter(({ type, task }) => type === 'task.assigned' && before.has(task)).length
  await judge(at, run, first.facts)
}

async function hostRound(at: Round): Promise<void> {
  const { target, reference, stateDir, random, report, round } = at
  const child = new BosunProcess(['run', target.folder, '--json', '--state', stateDir])
  const hosts: number[] = []
  const killAt = 10 + Math.floor(random() * reference.facts * 0.8)
  let printed = 0
  child.onFact((fact) => {
    printed += 1
    if (fact.type === 'host.started') hosts.push(Number(fact['pid']))
    if (printed < killAt || hosts.length === 0) return
    const pid = hosts[Math.floor(random() * hosts.length)] as number
    hosts.length = 0
    try {
      process.kill(pid, 'SIGKILL')
      report.killed += 1
    } catch {
      // It had ended by itself.
    }
  })
  const { code } = await child.ended
  const run = runOf(child.facts)
  if (code !== 0) report.faults.push(`round ${round}: the run ended with ${code}: ${child.errors.slice(0, 500)}`)
  if (run === undefined) return
  const lost = child.facts.filter(({ type }) => type === 'attempt.lost')
  report.lostAttempts += lost.length
  const retried = child.facts.filter(({ type }) => type === 'task.retried')
  if (retried.length < lost.length) report.faults.push(`round ${round}: ${lost.length} lost, ${retried.length} retried`)
  await judge(at, run, child.facts)
}

/** What the journal says of a round: all that was acknowledged, no invariant broken, the same result. */
async function judge(
  { target, reference, stateDir, report, round }: Round,
  run: string,
  printed: readonly PrintedFact[],
): Promise<void> {
  const state = await openState(stateDir)
  const facts: DurableFact[] = []
  for await (const batch of state.facts(run)) facts.push(...batch)
  await state.close()
  for (const fact of printed) {
    if (fact.seq === 0) continue
    report.acknowledged += 1
    if (JSON.stringify(facts[fact.seq - 1]) !== JSON.stringify(fact)) {
      report.lost += 1
      report.faults.push(`round ${round}: fact ${fact.seq} (${fact.type}) was acknowledged and is not in the journal`)
    }
  }
  const { violations } = audit(facts)
  report.violations += violations.length
  for (const { invariant, sentence } of violations) report.faults.push(`round ${round}: ${invariant} ${sentence}`)
  if (!facts.some(({ type }) => type === 'run.completed')) {
    report.faults.push(`round ${round}: the run of ${target.name} is not completed`)
  }
  if ((await valueOf(target, facts)) !== reference.value) {
    report.wrongResults += 1
    report.faults.push(`round ${round}: the result of ${target.name} differs`)
  }
}

function runOf(facts: readonly PrintedFact[]): string | undefined {
  const started = facts.find(({ type }) => type === 'run.started')
  return started === undefined ? undefined : String(started['run'])
}
