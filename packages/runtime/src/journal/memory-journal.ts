import { BosunError, type Command, type DurableFact, type Journal, type Owner, type RunSummary } from '@bosun/core'
import { checkNumbers } from './append-queue.ts'
import { encodeFact } from './fact-codec.ts'
import { exportLine } from './export-line.ts'
import { CHAIN_START, chainHash } from './hash-chain.ts'
import { isAlive } from './owner.ts'
import { headAfter, type StoredState } from './run-head.ts'

/**
 * The journal's contract without a disk: for specs, benchmarks and runs that nobody has to resume.
 *
 * Facts are kept as they are given, append by append; nobody may change them afterwards.
 */
export class MemoryJournal implements Journal {
  readonly #runs = new Map<string, Run>()
  readonly #watches = new Map<string, Set<() => void>>()

  async acquire(run: string, owner: Owner, how: { readonly takeOver?: boolean } = {}): Promise<number> {
    const entry = this.#runs.get(run) ?? newRun()
    this.#runs.set(run, entry)
    if (how.takeOver !== true && entry.owner !== undefined && isAlive(entry.owner)) {
      throw new BosunError('RUN_BUSY', { at: run, received: `process ${entry.owner.pid}` })
    }
    entry.owner = owner
    entry.epoch += 1
    return entry.epoch
  }

  async append(run: string, managerEpoch: number, expectedSeq: number, facts: readonly DurableFact[]): Promise<void> {
    checkNumbers(run, expectedSeq, facts)
    const entry = this.#owned(run, managerEpoch)
    if (entry.factsCount !== expectedSeq) {
      throw new BosunError('JOURNAL_CONFLICT', {
        at: run,
        expected: `fact ${expectedSeq} to be the last`,
        received: `fact ${entry.factsCount}`,
      })
    }
    entry.appends.push(facts.slice())
    entry.factsCount += facts.length
    const head = headAfter(facts)
    entry.manager = head.manager ?? entry.manager
    entry.startedAt = head.startedAt ?? entry.startedAt
    entry.updatedAt = head.updatedAt ?? entry.updatedAt
    entry.state = head.state ?? entry.state
  }

  async *read(run: string, from = 0): AsyncIterable<readonly DurableFact[]> {
    const facts = this.#known(run).appends.flat()
    for (let at = from; at < facts.length; at += BATCH_FACTS_MAX) yield facts.slice(at, at + BATCH_FACTS_MAX)
  }

  /** A run as NDJSON, as SqliteJournal writes it. */
  async *exportRun(run: string): AsyncIterable<string> {
    let hash = CHAIN_START
    for (const fact of this.#known(run).appends.flat()) {
      hash = chainHash(hash, encodeFact(fact).text)
      yield exportLine(fact, hash)
    }
  }

  async renew(run: string, managerEpoch: number): Promise<void> {
    this.#owned(run, managerEpoch)
  }

  async release(run: string, managerEpoch: number): Promise<void> {
    this.#owned(run, managerEpoch).owner = undefined
  }

  async runs(): Promise<readonly RunSummary[]> {
    return Array.from(this.#runs, ([run, { owner, manager, startedAt, updatedAt, state, factsCount }]) => {
      const unmanned = state === 'running' && (owner === undefined || !isAlive(owner))
      return {
        run,
        manager,
        startedAt,
        updatedAt,
        state: unmanned ? 'orphaned' : state,
        facts: factsCount,
        owner,
      }
    })
  }

  /** Drops a run with all it holds. */
  async remove(run: string): Promise<void> {
    const { owner } = this.#known(run)
    if (owner !== undefined && isAlive(owner)) {
      throw new BosunError('RUN_BUSY', { at: run, received: `process ${owner.pid}` })
    }
    this.#runs.delete(run)
  }

  async submit(run: string, command: Omit<Command, 'id'>): Promise<number> {
    const entry = this.#known(run)
    const id = entry.commands.length + 1
    entry.commands.push({ command: { id, ...command }, settled: false })
    for (const wake of this.#watches.get(run) ?? []) queueMicrotask(wake)
    return id
  }

  async commands(run: string): Promise<readonly Command[]> {
    return this.#known(run)
      .commands.filter(({ settled }) => !settled)
      .map(({ command }) => command)
  }

  async settle(run: string, id: number): Promise<void> {
    const found = this.#known(run).commands[id - 1]
    if (found !== undefined) found.settled = true
  }

  async isSettled(run: string, id: number): Promise<boolean> {
    return this.#known(run).commands[id - 1]?.settled ?? false
  }

  watchCommands(run: string, wake: () => void): () => void {
    const watches = this.#watches.get(run) ?? new Set()
    this.#watches.set(run, watches.add(wake))
    return () => watches.delete(wake)
  }

  /** Gives every run up; what was appended stays readable. */
  async close(): Promise<void> {
    for (const run of this.#runs.values()) run.owner = undefined
    this.#watches.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #known(run: string): Run {
    const entry = this.#runs.get(run)
    if (entry === undefined) throw new BosunError('RUN_UNKNOWN', { received: run })
    return entry
  }

  #owned(run: string, epoch: number): Run {
    const entry = this.#known(run)
    if (entry.epoch === epoch && entry.owner !== undefined) return entry
    throw new BosunError('JOURNAL_FENCED', {
      at: run,
      expected: `manager epoch ${epoch}`,
      received: entry.owner === undefined ? 'a run that was released' : `manager epoch ${entry.epoch}`,
    })
  }
}

const BATCH_FACTS_MAX = 1000

interface Run {
  epoch: number
  owner: Owner | undefined
  manager: string
  startedAt: number
  updatedAt: number
  state: StoredState
  readonly appends: (readonly DurableFact[])[]
  factsCount: number
  readonly commands: { readonly command: Command; settled: boolean }[]
}

function newRun(): Run {
  return {
    epoch: 0,
    owner: undefined,
    manager: '',
    startedAt: 0,
    updatedAt: 0,
    state: 'running',
    appends: [],
    factsCount: 0,
    commands: [],
  }
}
