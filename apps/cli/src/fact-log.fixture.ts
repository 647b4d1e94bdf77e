import { RunConfigSchema, type DurableFact, type Fact, type FactOf, type FactType, type Tally } from '@bosun/core'

type Fields<T extends FactType> = Omit<FactOf<T>, 'seq' | 'at' | 'cause' | 'type'>

/** A log of facts that numbers itself; `after` moves its clock. */
export class FactLog {
  readonly facts: Fact[] = []
  #at = Date.UTC(2026, 0, 2, 3, 4, 5)
  #seq = 0

  after(ms: number): this {
    this.#at += ms
    return this
  }

  add<T extends FactType>(type: T, fields: Fields<T>): this {
    const isVolatile = type === 'attempt.beat' || type === 'attempt.progressed' || type === 'manager.stalled'
    if (!isVolatile) this.#seq += 1
    this.facts.push({ seq: isVolatile ? 0 : this.#seq, at: this.#at, cause: 1, type, ...fields } as unknown as Fact)
    return this
  }

  started(run = 'r-1', manager = 'fanOut', origins: Record<string, string> = {}): this {
    const config = RunConfigSchema.parse({})
    return this.add('run.started', { version: 1, run, goal: null, manager, config, origins, workers: [] })
  }

  task(
    id: string,
    more: { type?: string; parent?: string; dependsOn?: string[]; purpose?: string; group?: string } = {},
  ): this {
    const { type = 'generate_page', parent, ...rest } = more
    const task = { id, type, body: null, ...rest }
    return this.add('task.added', { task, depth: 0, by: 'manager', ...(parent === undefined ? {} : { parent }) })
  }

  assign(task: string, slot = 'page-writer/1', epoch = 1): this {
    return this.add('task.assigned', {
      task,
      epoch,
      worker: slot.split('/')[0] ?? slot,
      slot,
      rule: 'fifo/first-fit',
      retry: epoch - 1,
      deadline: this.#at + 15_000,
    }).add('attempt.started', { task, epoch, host: 'h-1' })
  }

  succeed(task: string, files: readonly string[] = [], epoch = 1): this {
    this.add('attempt.succeeded', { task, epoch, result: null, outputs: [...files] })
    if (files.length > 0) {
      this.add('outputs.published', { task, epoch, files: files.map((path) => ({ path, hash: 'x', bytes: 1 })) })
    }
    return this.add('task.succeeded', { task, epoch })
  }

  failAttempt(task: string, message: string, epoch = 1): this {
    return this.add('attempt.failed', { task, epoch, error: { code: 'WORKER_THREW', message } })
  }

  get durable(): DurableFact[] {
    return this.facts.filter((fact): fact is DurableFact => fact.seq > 0)
  }
}

export function tally(counts: Partial<Tally>): Tally {
  const zero = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0, unresolved: 0, refused: 0 }
  const all = { ...zero, ...counts }
  return { total: all.succeeded + all.failed + all.lost + all.cancelled + all.skipped + all.unresolved, ...all }
}

/** The planet site, as it should go. */
export function planetSite(): FactLog {
  return new FactLog()
    .started()
    .task('mars')
    .task('moon')
    .task('index', { type: 'build_index', dependsOn: ['mars', 'moon'] })
    .assign('mars', 'page-writer/1')
    .assign('moon', 'page-writer/2')
    .after(800)
    .succeed('moon', ['site/moon.html'])
    .after(400)
    .succeed('mars', ['site/mars.html'])
    .assign('index', 'index-writer/1')
    .after(300)
    .succeed('index', ['site/index.html'])
    .add('run.completed', { result: { pages: 2 }, tally: tally({ succeeded: 3 }), waived: [] })
}

/** The planet site, with a page that fails for good. */
export function failedSite(): FactLog {
  return new FactLog()
    .started()
    .task('mars')
    .task('moon')
    .task('index', { type: 'build_index', dependsOn: ['mars', 'moon'] })
    .assign('mars', 'page-writer/1')
    .assign('moon', 'page-writer/2')
    .after(500)
    .succeed('moon', ['site/moon.html'])
    .failAttempt('mars', 'no such planet')
    .add('task.retried', {
      task: 'mars',
      epoch: 1,
      counted: true,
      retry: 1,
      notBefore: 0,
      reason: { code: 'WORKER_THREW', message: 'no such planet' },
    })
    .after(200)
    .assign('mars', 'page-writer/1', 2)
    .after(500)
    .failAttempt('mars', 'no such planet', 2)
    .add('task.failed', { task: 'mars', error: { code: 'WORKER_THREW', message: 'no such planet' } })
    .add('task.skipped', { task: 'index', because: 'mars', outcome: 'failed' })
    .add('run.failed', {
      causeCode: 'TASKS_WITHOUT_SUCCESS',
      result: { pages: 1 },
      tally: tally({ succeeded: 1, failed: 1, skipped: 1 }),
      missing: ['mars', 'index'],
    })
}
