import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bosun, BosunProcess } from './bosun-process.ts'

/** What a cancelled run left behind. */
export interface CancelRound {
  /** Processes of the tree before, outside of their sandbox: at least two shells and two leaves. */
  readonly grown: number
  /** Those of them that were there 2 s after the cancel was recorded. */
  readonly survivors: number
  /** How `bosun cancel` and `bosun run` ended, and what the former said. */
  readonly cancelCode: number | null
  readonly runCode: number | null
  readonly said: string
}

/** From the record of the cancel to the look for survivors. */
const GONE_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20
const GROWN_WITHIN_MS = 60_000

/**
 * Cancels a run from another process while its worker has a tree of processes, three deep, and looks
 * for those that are left (P20).
 */
export async function cancelRound(sandbox: 'auto' | 'off'): Promise<CancelRound> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-cancel-'))
  // Nobody else sleeps so long, so the tree is found whatever becomes of its parents.
  const seconds = `600.${process.pid}${performance.now().toFixed(6).replace('.', '')}`
  await writeProject(folder, seconds, sandbox)
  const run = new BosunProcess(['run', folder, '--json'])
  try {
    const isCancelled = Promise.withResolvers<void>()
    run.onFact(({ type }) => type === 'run.cancelled' && isCancelled.resolve())
    const grown = await untilGrown(run, seconds)
    const cancel = bosun('cancel', 'last', '--project', folder)
    await Promise.race([isCancelled.promise, run.ended])
    const survivors = await leftAfter(seconds, GONE_WITHIN_MS)
    const { code: cancelCode, text } = await cancel
    const { code: runCode } = await run.ended
    return { grown, survivors, cancelCode, runCode, said: text.trim() }
  } finally {
    run.child.kill('SIGKILL')
    await run.ended
    for (const pid of processesNaming(seconds)) process.kill(pid, 'SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

/** What many rounds came to. */
export interface CancelReport {
  readonly rounds: number
  readonly processes: number
  readonly survivors: number
  readonly faults: readonly string[]
}

/** Rounds with and without a sandbox around the programs, in turn. */
export async function cancelRounds(rounds: number, onRound: (done: number) => void = () => {}): Promise<CancelReport> {
  const faults: string[] = []
  const counts = { processes: 0, survivors: 0 }
  for (let round = 1; round <= rounds; round += 1) {
    // One after the other: a round is about time.
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await cancelRound(round % 2 === 0 ? 'auto' : 'off')
    counts.processes += outcome.grown
    counts.survivors += outcome.survivors
    if (!isClean(outcome)) faults.push(`round ${round}: ${JSON.stringify(outcome)}`)
    onRound(round)
  }
  return { rounds, ...counts, faults }
}

function isClean({ survivors, cancelCode, runCode, said }: CancelRound): boolean {
  return survivors === 0 && cancelCode === 0 && runCode === 130 && said.endsWith('No process of it is alive.')
}

// Private

async function writeProject(folder: string, seconds: string, sandbox: string): Promise<void> {
  const tools = fileURLToPath(import.meta.resolve('@bosun/tools-command'))
  const config = {
    plugins: [join(import.meta.dirname, 'tree-plugin.ts'), { use: tools, trusted: true, options: { sandbox } }],
    manager: 'fanOut',
    planner: 'files',
  }
  const tasks = [{ id: 'grow', type: 'grow_tree', body: { seconds } }]
  await writeFile(join(folder, 'bosun.config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ tasks }))
}

/** Two shells, or three with the one of a sandbox, and two leaves. */
async function untilGrown(run: BosunProcess, seconds: string): Promise<number> {
  const until = performance.now() + GROWN_WITHIN_MS
  for (;;) {
    const found = processesNaming(seconds)
    if (leavesAmong(found) >= 2) return found.length
    if (performance.now() > until || run.child.exitCode !== null)
      throw new Error(`No tree grew: ${run.errors} ${JSON.stringify(run.facts.slice(-3))}`)
    // oxlint-disable-next-line no-await-in-loop
    await pause()
  }
}

async function leftAfter(seconds: string, withinMs: number): Promise<number> {
  const until = performance.now() + withinMs
  for (;;) {
    const { length } = processesNaming(seconds)
    if (length === 0 || performance.now() > until) return length
    // oxlint-disable-next-line no-await-in-loop
    await pause()
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
}

function leavesAmong(pids: readonly number[]): number {
  return pids.filter((pid) => commandOf(pid).startsWith('sleep ')).length
}

/** Processes with a text in their command line, zombies left out: theirs is empty. */
function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  return pids.filter((pid) => pid !== process.pid && commandOf(pid).includes(text))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
