import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bosun, BosunProcess } from './bosun-process.ts'
import type { LongRun } from './log-growth-child.ts'
import { measuredIn } from './measuring-child.ts'

/** What long runs made of their disk. */
export interface LogGrowthReport {
  readonly facts: number
  readonly seconds: number
  readonly bytesPerFact: number
  /** The largest write-ahead log while our own readers followed the run, in MiB. */
  readonly ownReadersMiB: number
  /** Facts that the loop over the handle had read when the run was over. */
  readonly readAtEnd: number
  /** Facts that `bosun log --follow` printed. */
  readonly followed: number
  /** Facts of the run that a stranger read in one transaction, and the largest log of it, in MiB. */
  readonly pinnedFacts: number
  readonly strangerMiB: number
  /** The log after the stranger had gone, in MiB. */
  readonly afterMiB: number
  readonly faults: readonly string[]
}

const FACTS_PER_TASK = 6
const BYTES_PER_FACT_MAX = 1.2 * 1024
const LOG_MIB_MAX = 64
const LOOK_MS = 20
const CHILD = new URL('./log-growth-child.ts', import.meta.url)
const MIB = 2 ** 20

/**
 * Writes a run of so many facts while `log --follow`, `runs --watch` and a loop over its handle read it, and
 * half as many while a stranger reads them in one transaction and then ends (P17).
 */
export async function logGrowth(facts: number, tell: (done: number) => void = () => {}): Promise<LogGrowthReport> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-log-'))
  await writeFile(join(folder, 'bosun.config.json'), JSON.stringify({ plugins: [], manager: 'fanOut' }))
  try {
    const own = await withOwnReaders(folder, facts, tell)
    const pinned = await withStranger(folder, Math.ceil(facts / 2))
    const { said, ...report } = { ...own, ...pinned }
    return { ...report, faults: faultsOf(report, said) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

async function withOwnReaders(folder: string, facts: number, tell: (done: number) => void) {
  const log = new Sizes(fileOf(folder, 'own'))
  const run = longRun(folder, 'own', facts)
  await log.until((bytes) => bytes > 0)
  const state = ['--state', join(folder, '.bosun')]
  const follower = new BosunProcess(['log', 'own', '--follow', '--json', ...state])
  const watcher = new BosunProcess(['runs', '--watch', '--json', ...state])
  let followed = 0
  follower.onFact(({ seq }) => {
    if (seq > 0) followed += 1
    if (followed % 10_000 === 0) tell(followed)
    // A million of them need not be kept.
    follower.facts.length = 0
  })
  const { facts: written, seconds, readAtEnd } = await run
  const ownReadersMiB = log.most / MIB
  await follower.ended
  watcher.child.kill('SIGINT')
  await watcher.ended
  log.end()
  const bytesPerFact = Math.round(statSync(fileOf(folder, 'own')).size / written)
  return { facts: written, seconds, readAtEnd, bytesPerFact, ownReadersMiB: Math.round(ownReadersMiB), followed }
}

async function withStranger(folder: string, facts: number) {
  const file = fileOf(folder, 'pinned')
  const log = new Sizes(file)
  const run = longRun(folder, 'pinned', facts)
  await log.until((bytes) => bytes > MIB)
  const stranger = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'pinned-reader.ts'), file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(stranger.stdout, 'data')
  await Promise.race([log.until((bytes) => bytes > 1.1 * LOG_MIB_MAX * MIB), run])
  const { text: said } = await bosun('doctor', folder)
  stranger.stdin.end()
  await once(stranger, 'exit')
  const strangerMiB = Math.round(log.most / MIB)
  await Promise.race([log.until((bytes) => bytes <= LOG_MIB_MAX * MIB), run])
  const afterMiB = Math.round(log.now / MIB)
  const { facts: pinnedFacts } = await run
  log.end()
  return { pinnedFacts, strangerMiB, afterMiB, said }
}

function longRun(folder: string, run: string, facts: number): Promise<LongRun> {
  return measuredIn<LongRun>(CHILD, [folder, run, `${Math.ceil(facts / FACTS_PER_TASK)}`], () => {})
}

function fileOf(folder: string, run: string): string {
  return join(folder, '.bosun/runs', `${run}.sqlite`)
}

/** Looks at the size of a log over and over. */
class Sizes {
  readonly #file: string
  readonly #timer: NodeJS.Timeout
  #isOver = false
  most = 0

  constructor(database: string) {
    this.#file = `${database}-wal`
    this.#timer = setInterval(() => this.now, LOOK_MS)
  }

  get now(): number {
    const bytes = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0
    this.most = Math.max(this.most, bytes)
    return bytes
  }

  async until(fits: (bytes: number) => boolean): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop
    while (!this.#isOver && !fits(this.now)) await sleep(LOOK_MS)
  }

  end(): void {
    this.#isOver = true
    clearInterval(this.#timer)
  }
}

function faultsOf(report: Omit<LogGrowthReport, 'faults'>, said: string): readonly string[] {
  const { bytesPerFact, facts, followed, ownReadersMiB, strangerMiB, afterMiB } = report
  return [
    ...(ownReadersMiB <= LOG_MIB_MAX ? [] : [`the log grew to ${ownReadersMiB} MiB beside our own readers`]),
    ...(bytesPerFact <= BYTES_PER_FACT_MAX ? [] : [`a fact takes ${bytesPerFact} bytes`]),
    ...(followed === facts ? [] : [`log --follow printed ${followed} of ${facts} facts`]),
    // Else it was no stranger that anything had to be done about.
    ...(strangerMiB > LOG_MIB_MAX
      ? []
      : [`the log grew to ${strangerMiB} MiB only beside a stranger; take more facts`]),
    ...(said.includes('the write-ahead log of pinned has grown to') ? [] : [`doctor said: ${said}`]),
    ...(afterMiB <= LOG_MIB_MAX ? [] : [`the log still had ${afterMiB} MiB after the stranger had gone`]),
  ]
}
