import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BosunProcess } from './bosun-process.ts'
import { DiskProject, HANGS_AFTER_S, judgeDiskRound, wholeRun, type DiskRound, type Whole } from './disk-project.ts'

/** A way in which the system refuses to write: calls, the error they get, and whether all that follow get it as well. */
export interface WriteFault {
  readonly name: string
  readonly calls: string
  readonly error: 'EIO' | 'ENOSPC'
  readonly lasts: boolean
}

const SYNCS = 'fsync,fdatasync'
const WRITES = 'pwrite64,ftruncate'

/** The faults of a disk that is broken, or full, as the system calls of a run see it. */
export const WRITE_FAULTS: readonly WriteFault[] = [
  { name: 'one sync fails', calls: SYNCS, error: 'EIO', lasts: false },
  { name: 'no sync works any more', calls: SYNCS, error: 'EIO', lasts: true },
  { name: 'one write fails', calls: WRITES, error: 'EIO', lasts: false },
  { name: 'the disk is full', calls: WRITES, error: 'ENOSPC', lasts: true },
]

/** What many rounds came to. */
export interface DiskReport {
  readonly rounds: number
  /** Runs that got over the fault, that stopped and said so, and that could not even begin. */
  readonly completed: number
  readonly stopped: number
  readonly unbegun: number
  readonly acknowledged: number
  readonly faults: readonly string[]
}

/** Why calls of the system cannot be made to fail here; undefined where they can. */
export function whyNoTracer(): string | undefined {
  const { status, error, stderr } = spawnSync('strace', [
    '-f',
    '-o',
    '/dev/null',
    '-e',
    'inject=fsync:error=EIO',
    'true',
  ])
  if (status === 0) return undefined
  return `strace does not work here: ${error?.message ?? String(stderr).trim()}`
}

/** Why no small disk can be mounted here; undefined where it can. */
export function whyNoSmallDisk(): string | undefined {
  const { status, error, stderr } = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
  if (status === 0) return undefined
  return `no namespace in which to mount a small disk: ${error?.message ?? String(stderr).trim()}`
}

/**
 * Runs in which the n-th durable write of any thread fails, for every n that a run reaches, and for each
 * of `faults` (P2).
 *
 * @param count rounds in all: where there are more writes than that, they are spread over all of them
 */
export async function writeFaults(
  count: number,
  tell: (done: number) => void = () => {},
  faults: readonly WriteFault[] = WRITE_FAULTS,
): Promise<DiskReport> {
  await using project = await DiskProject.make()
  const whole = await inFolder((stateDir) => wholeRun(project, stateDir))
  const report = new Report(tell)
  const writesByCalls = new Map<string, number>()
  for (const fault of faults) {
    // oxlint-disable-next-line no-await-in-loop
    const writes = writesByCalls.get(fault.calls) ?? (await writesOfRun(project, fault.calls))
    writesByCalls.set(fault.calls, writes)
    for (const nth of spread(writes, Math.max(1, Math.floor(count / faults.length)))) {
      // One after the other: they publish to the same folder.
      // oxlint-disable-next-line no-await-in-loop
      report.add(`${fault.name}, ${nth} of ${writes}`, await tracedRound(project, whole, fault, nth))
    }
  }
  return report
}

/** Runs on disks of so many sizes, from one that holds next to nothing to one that is almost large enough (P2). */
export async function fullDisks(sizes: number, tell: (done: number) => void = () => {}): Promise<DiskReport> {
  await using project = await DiskProject.make()
  const whole = await inFolder((stateDir) => wholeRun(project, stateDir))
  const largest = Math.floor((await inFolder((stateDir) => bytesOfRun(project, stateDir))) / 1024)
  const report = new Report(tell)
  for (const kibibytes of spread(largest, sizes)) {
    // oxlint-disable-next-line no-await-in-loop
    report.add(`${kibibytes} KiB of ${largest}`, await smallDiskRound(project, whole, kibibytes))
  }
  return report
}

// ---------------------------------------------------------------------------------------------

class Report implements DiskReport {
  rounds = 0
  completed = 0
  stopped = 0
  unbegun = 0
  acknowledged = 0
  readonly faults: string[] = []
  readonly #tell: (done: number) => void

  constructor(tell: (done: number) => void) {
    this.#tell = tell
  }

  add(what: string, { stop, acknowledged, faults }: DiskRound): void {
    this.rounds += 1
    this.acknowledged += acknowledged
    if (stop === 'completed') this.completed += 1
    else if (stop === 'stopped') this.stopped += 1
    else this.unbegun += 1
    this.faults.push(...faults.map((fault) => `${what}: ${fault}`))
    this.#tell(this.rounds)
  }
}

/** So many of the numbers from 1 on, evenly, the first and the last among them. */
function spread(last: number, count: number): readonly number[] {
  if (count >= last) return Array.from({ length: last }, (_, index) => index + 1)
  if (count === 1) return [Math.ceil(last / 2)]
  const step = (last - 1) / (count - 1)
  return [...new Set(Array.from({ length: count }, (_, index) => Math.round(1 + index * step)))]
}

function tracedRound(project: DiskProject, whole: Whole, fault: WriteFault, nth: number): Promise<DiskRound> {
  const { calls, error, lasts } = fault
  const inject = `inject=${calls}:error=${error}:when=${nth}${lasts ? '+' : ''}`
  return inFolder((stateDir) => roundOf(project, whole, stateDir, project.run(stateDir, traced(calls, inject))))
}

function smallDiskRound(project: DiskProject, whole: Whole, kibibytes: number): Promise<DiskRound> {
  return inFolder(async (folder) => {
    const [small, copy] = [join(folder, 'small'), join(folder, 'copy')]
    await mkdir(small)
    await mkdir(copy, { mode: 0o700 })
    return roundOf(project, whole, copy, project.run(small, onSmallDisk(kibibytes, small, copy)))
  })
}

async function roundOf(project: DiskProject, whole: Whole, stateDir: string, run: BosunProcess): Promise<DiskRound> {
  try {
    return await judgeDiskRound(project, run, stateDir, whole)
  } finally {
    await project.unpublish()
  }
}

/** Only what is traced stops for the tracer, or this would take minutes. */
function traced(calls: string, ...more: readonly string[]): string[] {
  const expressions = [`trace=${calls}`, ...more].flatMap((expression) => ['-e', expression])
  return ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', ...expressions, ...unlessItHangs()]
}

/** What is on the small disk when the run is over is copied to where there is room. */
function onSmallDisk(kibibytes: number, small: string, copy: string): string[] {
  const script = `mount -t tmpfs -o size=${kibibytes}k,mode=700 tmpfs "$1" || exit 99
    small=$1 copy=$2; shift 2; "$@"; code=$?; cp -a "$small/." "$copy"; exit $code`
  return ['unshare', '-Urm', 'sh', '-c', script, 'sh', small, copy, ...unlessItHangs()]
}

function unlessItHangs(): string[] {
  return ['timeout', '-s', 'KILL', `${HANGS_AFTER_S}`]
}

/** How many calls the busiest thread of a whole run makes: calls are counted by thread. */
async function writesOfRun(project: DiskProject, calls: string): Promise<number> {
  return inFolder(async (stateDir) => {
    const trace = join(stateDir, 'trace')
    const tracer = traced(calls).map((part) => (part === '/dev/null' ? trace : part))
    const { code } = await project.run(join(stateDir, 'state'), tracer).ended
    if (code !== 0) throw new Error(`The run under the tracer ended with ${code}`)
    await project.unpublish()
    const byThread = new Map<string, number>()
    for (const line of (await readFile(trace, 'utf8')).split('\n')) {
      const [, thread, call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? []
      if (thread !== undefined && calls.includes(call ?? '')) byThread.set(thread, (byThread.get(thread) ?? 0) + 1)
    }
    return Math.max(...byThread.values())
  })
}

/** The most that a run has on its disk: what is in the log of the database is in the end not there any more. */
async function bytesOfRun(project: DiskProject, stateDir: string): Promise<number> {
  const run = project.run(stateDir, [])
  let most = 0
  run.onFact(() => (most = Math.max(most, bytesIn(stateDir))))
  await run.ended
  await project.unpublish()
  return most
}

/** What the databases take, beside which the rest is small. */
function bytesIn(stateDir: string): number {
  const folder = join(stateDir, 'runs')
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-disk-state-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
