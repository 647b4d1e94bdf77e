import { RunConfigSchema, WorkerEntrySchema, type Fact, type Json, type Strategy } from '@bosun/core'
import { composeStrategy, MODEL_PROVIDER, seededRandom, type Input } from '@bosun/kernel'
import { commutative, dynamic, openSession, task, type ManagerSession } from '@bosun/managers'
import { runOnClock } from './run-on-clock.ts'

/** Walks a made-up tree of folders: whatever a worker finds becomes a task, and one task comes after all. */
export const walker = dynamic<Json, string, Json, number>({
  name: 'walker',
  start: () => [task('scan', 'a', { id: 'a' }), task('scan', 'b', { id: 'b' }), task('scan', 'c', { id: 'c' })],
  discovered: (id) => task('scan', id, { id }),
  reduce: commutative((sum, one) => sum + Number(one), 0),
  afterwards: (_sum, view) => [
    task('write', null, {
      id: 'write',
      dependsOn: Array.from(view.tasks()).flatMap(({ spec, status }) => (status === 'succeeded' ? [spec.id] : [])),
    }),
  ],
})

const WORKERS = [
  WorkerEntrySchema.parse({ name: 'scanner', handles: 'scan', summary: 'Scans.' }),
  WorkerEntrySchema.parse({ name: 'writer', handles: 'write', summary: 'Writes.' }),
]
const STARTED_AT = 1_000_000

/** A strategy as the drawn journals want it: with backoffs that keep the times of reports apart from the others. */
export function inTens(strategy: Strategy): Strategy {
  return composeStrategy({ ...strategy, retry: { next: () => 10 } })
}

/**
 * A journal with all that can make a replay differ: findings, failed and lost attempts, publications,
 * pauses, slots that leave and a manager that restarts, all drawn from a seed.
 */
export function drawnJournal(seed: number, strategy: Strategy): readonly Fact[] {
  const random = seededRandom(seed, 1)
  const upTo = (most: number) => Math.floor(random() * (most + 1))
  const config = RunConfigSchema.parse({
    limits: { slotsMax: 1 + upTo(3) },
    retry: { retriesMax: upTo(2) },
    policy: { failure: random() < 0.2 ? 'fail-fast' : 'best-effort', waive: ['failed', 'lost', 'skipped'] },
    seed,
  })
  const script: Input[] = [
    {
      type: 'start',
      at: STARTED_AT,
      run: 'r',
      goal: 'tree',
      manager: walker.name,
      config,
      origins: {},
      workers: WORKERS,
    },
  ]
  for (let slot = 1; slot <= 3; slot += 1) {
    for (const worker of ['scanner', 'writer']) {
      script.push({ type: 'joined', at: STARTED_AT + upTo(5), slot: `${worker}/${slot}`, worker })
    }
  }
  script.push(...drawnPeople(upTo))
  let session: ManagerSession | undefined
  const { facts } = runOnClock({
    strategy,
    script,
    follows: (fact) =>
      fact.type === 'run.paused' && fact.by === MODEL_PROVIDER
        ? [{ type: 'resume', at: fact.at + 4, by: 'ann' }]
        : drawnReports(fact, upTo),
    answers: ({ message }, { view }) => {
      session ??= openSession(walker, { goal: 'tree', view, onViolation: (error) => expectNone(error.message) })
      return session.deliver(message)
    },
  })
  return facts
}

/** At another time than any report: which of two comes first within one ms is not in a journal. */
function drawnPeople(upTo: (most: number) => number): readonly Input[] {
  const at = STARTED_AT + 15 + 10 * upTo(10)
  switch (upTo(7)) {
    case 0:
      return [
        { type: 'pause', at, by: 'ann', reason: 'lunch' },
        { type: 'resume', at: at + 40, by: 'ann' },
      ]
    case 1:
      return [
        { type: 'left', at, slot: 'scanner/1', reason: 'drained' },
        { type: 'joined', at: at + 30, slot: 'scanner/1', worker: 'scanner' },
      ]
    case 2:
      return [{ type: 'cancel', at, scope: { kind: 'subtree', task: 'a' }, by: 'ann', reason: 'enough' }]
    case 3:
      return [{ type: 'cancel', at, scope: { kind: 'run' }, by: 'ann', reason: 'enough' }]
    case 4:
      // Right after another fact: for how long nobody was alive before a restart is not in a journal either.
      return [
        { type: 'steer', at, text: 'go on', by: 'ann' },
        { type: 'recovered', at, managerEpoch: 2, owner: 'another' },
      ]
    case 5:
      return [
        {
          type: 'retry',
          at: at + 300,
          tasks: ['a', 'b', 'c', 'ax', 'ay', 'bx', 'by', 'cx', 'cy'],
          by: 'ann',
          reason: 'again',
        },
      ]
    default:
      return []
  }
}

function drawnReports(fact: Fact, upTo: (most: number) => number): readonly Input[] {
  if (fact.type === 'attempt.succeeded' && fact.outputs.length > 0) {
    const { task, epoch, at } = fact
    return [{ type: 'published', at: at + upTo(5), task, epoch, files: [{ path: 'out', hash: 'h', bytes: 1 }] }]
  }
  if (fact.type !== 'task.assigned') return []
  const { task, epoch, at } = fact
  const endAt = Math.ceil((at + 3 + upTo(60)) / 10) * 10
  const of = { task, epoch }
  const found = task.length < 4 && task !== 'write' ? ['x', 'y'].slice(upTo(2)).map((name) => task + name) : []
  const inputs: Input[] = [{ type: 'started', at: at + upTo(2), ...of, host: 'h1' }]
  for (const item of found) inputs.push({ type: 'discovered', at: at + 2, ...of, item })
  const usage = { tokens: upTo(9), costMicros: 1 }
  const error = { code: 'WORKER_THREW', message: 'no' } as const
  const how = upTo(9)
  if (how === 0) inputs.push({ type: 'error', at: endAt, ...of, error, usage })
  else if (how === 2) inputs.push({ type: 'error', at: endAt, ...of, error: REFUSED, usage })
  else if (how === 1) inputs.push({ type: 'lost', at: endAt, ...of, error: { code: 'HOST_DIED', message: 'gone' } })
  else inputs.push({ type: 'result', at: endAt, ...of, result: upTo(100), outputs: task === 'write' ? ['out'] : [] })
  return inputs
}

const REFUSED = { code: 'MODEL_QUOTA_SPENT', message: 'no more' } as const

function expectNone(message: string): never {
  throw new Error(message)
}
