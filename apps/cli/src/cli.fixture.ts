import { BosunError, RunConfigSchema, type Fact, type RunSummary, type RunView, type Task } from '@bosun/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine, Project, ProjectFlags, RunHandle, State } from './engine.ts'
import type { FactLog } from './fact-log.fixture.ts'
import { runProgram } from './program.ts'
import type { InterruptKind, Terminal } from './terminal.ts'

/** A terminal that keeps what is written to it. */
export class FakeTerminal implements Terminal {
  stdout = ''
  stderr = ''
  killed: number | undefined
  readonly cwd: string
  readonly env: Record<string, string | undefined> = {}
  readonly #isTerminal: boolean
  readonly #listeners = new Set<(kind: InterruptKind) => void>()

  constructor(options: { isTerminal?: boolean; cwd?: string } = {}) {
    this.#isTerminal = options.isTerminal ?? false
    this.cwd = options.cwd ?? mkdtempSync(join(tmpdir(), 'bosun-cli-'))
  }

  get out() {
    return this.#sink((text) => (this.stdout += text))
  }

  get err() {
    return this.#sink((text) => (this.stderr += text))
  }

  now(): number {
    return Date.UTC(2026, 0, 2, 3, 4, 10)
  }

  sleep(): Promise<void> {
    return Promise.resolve()
  }

  onInterrupt(take: (kind: InterruptKind) => void): () => void {
    this.#listeners.add(take)
    return () => this.#listeners.delete(take)
  }

  kill(code: number): void {
    this.killed = code
  }

  interrupt(kind: InterruptKind = 'interrupt'): void {
    for (const listener of this.#listeners) listener(kind)
  }

  get isListening(): boolean {
    return this.#listeners.size > 0
  }

  #sink(write: (text: string) => void) {
    return { isTerminal: this.#isTerminal, columns: 100, rows: 30, write }
  }
}

/** A run that has happened already, told fact by fact. */
export function handleOf(log: FactLog, more: Partial<RunHandle> = {}): RunHandle {
  const end = log.facts.at(-1)
  const isEnd = end?.type.startsWith('run.') === true && end.type !== 'run.paused'
  return {
    run: 'r-1',
    facts: batches(log.facts),
    result: Promise.resolve({ end: isEnd ? (end as never) : undefined }),
    cancel: () => Promise.resolve(),
    drain: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    ...more,
  }
}

async function* batches(facts: readonly Fact[]): AsyncGenerator<readonly Fact[]> {
  for (let index = 0; index < facts.length; index += 3) yield await Promise.resolve(facts.slice(index, index + 3))
}

export interface FakeWorld {
  readonly project?: Partial<Project>
  readonly runs?: Readonly<Record<string, FactLog>>
  readonly state?: Partial<State>
  readonly engine?: Partial<Engine>
  /** Told how projects are opened. */
  readonly opened?: (folder: string, flags: ProjectFlags) => void
}

const never = (): never => {
  throw new Error('the spec does not say')
}

/** An engine that runs nothing: projects and journals are what the spec says. */
export function fakeEngine(terminal: FakeTerminal, world: FakeWorld): Engine {
  const project: Project = {
    folder: terminal.cwd,
    stateDir: join(terminal.cwd, '.bosun'),
    manager: 'fanOut',
    planner: 'files',
    effective: { config: RunConfigSchema.parse({}), origins: { 'limits.slotsMax': 'default' } },
    planPreview: () => Promise.resolve({ tasks: [], groups: [], workers: [] }),
    start: never,
    resume: never,
    close: () => Promise.resolve(),
    ...world.project,
  }
  return {
    openProject(folder, flags) {
      world.opened?.(folder, flags)
      return Promise.resolve(project)
    },
    openState: () => Promise.resolve(fakeState(world)),
    stateDirOf: () => Promise.resolve(terminal.cwd),
    pluginsOf: () => Promise.resolve([]),
    readFactsFile: never,
    tryWorker: never,
    checkMachine: never,
    ...world.engine,
  }
}

/** Runs one command line in a made-up world. */
export async function bosun(
  args: readonly string[],
  world: FakeWorld = {},
  terminal = new FakeTerminal(),
): Promise<{ code: number; stdout: string; stderr: string; terminal: FakeTerminal }> {
  const engine = fakeEngine(terminal, world)
  const code = await runProgram(args, terminal, () => Promise.resolve(engine), '0.0.0')
  return { code, stdout: terminal.stdout, stderr: terminal.stderr, terminal }
}

function fakeState(world: FakeWorld): State {
  const runs = world.runs ?? {}
  const logOf = (run: string): FactLog => {
    const log = runs[run]
    if (log === undefined) throw new BosunError('RUN_UNKNOWN', { at: run })
    return log
  }
  return {
    runs: () => Promise.resolve(Object.entries(runs).map(([run, log], index) => summary(run, log, index))),
    async *facts(run, from = 0) {
      yield await Promise.resolve(logOf(run).durable.filter(({ seq }) => seq > from))
    },
    async *exportRun(run) {
      for (const fact of logOf(run).durable) yield await Promise.resolve(`${JSON.stringify({ hash: '', fact })}\n`)
    },
    view: (run) => Promise.resolve(viewOf(run, logOf(run))),
    why: () => Promise.resolve([]),
    submit: () => Promise.resolve({ facts: [] }),
    sizeOf: () => Promise.resolve(4096),
    dropRun: () => Promise.resolve(),
    importRun: () => Promise.resolve('r-1'),
    processes: () => Promise.resolve({ gone: () => Promise.resolve({ processes: [] }) }),
    close: () => Promise.resolve(),
    ...world.state,
  }
}

function summary(run: string, log: FactLog, index: number): RunSummary {
  const last = log.facts.at(-1)
  return {
    run,
    manager: 'fanOut',
    startedAt: (log.facts[0]?.at ?? 0) + index,
    updatedAt: last?.at ?? 0,
    state: last?.type === 'run.completed' ? 'completed' : last?.type === 'run.failed' ? 'failed' : 'running',
    facts: log.durable.length,
    owner: undefined,
  }
}

/** Enough of a view for the pages that show one. */
export function viewOf(run: string, log: FactLog): RunView {
  const tasks = log.facts.flatMap((fact) => (fact.type === 'task.added' ? [fact.task as Task] : []))
  const views = tasks.map((spec) => ({
    spec,
    status: 'waiting' as const,
    depth: 0,
    parent: undefined,
    epoch: 0,
    retries: 0,
    readyAt: 0,
    remaining: 0,
    attempt: undefined,
    owner: undefined,
    result: undefined,
    error: undefined,
    because: undefined,
    waived: false,
  }))
  return {
    run,
    goal: null,
    config: RunConfigSchema.parse({}),
    workers: [],
    paused: false,
    approvals: [],
    spent: { tokens: 0, costMicros: 0 },
    tally: {
      total: tasks.length,
      succeeded: 0,
      failed: 0,
      lost: 0,
      cancelled: 0,
      skipped: 0,
      unresolved: 0,
      refused: 0,
    },
    at: 0,
    task: (id) => views.find(({ spec }) => spec.id === id),
    tasks: () => views,
    group: () => [],
    groups: () => [],
    isClosed: () => false,
  }
}
