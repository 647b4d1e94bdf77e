import {
  RunConfigSchema,
  WorkerEntrySchema,
  type Decision,
  type Fact,
  type FactOf,
  type FactType,
  type Strategy,
  type Task,
} from '@bosun/core'
import { createAuditor, type Violation, type WorldEvent } from '@bosun/invariants'
import {
  BUILT_IN_STRATEGIES,
  createKernel,
  decide,
  nextMessage,
  type Input,
  type Kernel,
  type UntimedInput,
} from '@bosun/kernel'
import type { Choice } from '../choices/choices.ts'
import type { Trace, TraceEvent } from '../trace/trace.ts'

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never

/** A schedule that is told step by step: the real kernel decides and the real invariants judge. */
export class TraceStory {
  readonly #kernel: Kernel = createKernel(BUILT_IN_STRATEGIES[0] as Strategy)
  readonly #auditor = createAuditor()
  readonly #events: TraceEvent[] = []
  #violation: Violation | undefined
  at = 0

  constructor(slots = ['worker/1', 'worker/2']) {
    const config = RunConfigSchema.parse({})
    const workers = [WorkerEntrySchema.parse({ name: 'worker', handles: 'work', summary: 'Works.' })]
    this.feed({ type: 'start', run: 'r', goal: null, manager: 'boss', config, origins: {}, workers })
    for (const slot of slots) this.feed({ type: 'joined', slot, worker: 'worker' })
  }

  feed(input: UntimedInput): this {
    for (const fact of decide(this.#kernel, { ...input, at: this.at } as Input)) this.#take(fact)
    return this
  }

  /** A fact that no right kernel would write. */
  forge<T extends FactType>(type: T, fields: Omit<FactOf<T>, 'seq' | 'at' | 'cause' | 'type'>): this {
    const seq = this.#auditor.ledger.seq + 1
    return this.#take({
      seq,
      at: this.at,
      cause: this.#auditor.ledger.cause + 1,
      type,
      ...fields,
    } as unknown as FactOf<T>)
  }

  world(event: Untimed<WorldEvent>): this {
    const seen = { ...event, at: this.at } as WorldEvent
    this.#events.push(seen)
    this.#violation ??= this.#auditor.observe(seen)
    return this
  }

  after(ms: number): this {
    this.at += ms
    return this
  }

  delegate(...tasks: readonly (Partial<Task> & { id: string })[]): this {
    const decision: Decision = {
      type: 'delegate',
      tasks: tasks.map((task) => ({ type: 'work', body: null, ...task })),
    }
    return this.hear(decision)
  }

  /** The manager hears its next message and decides. */
  hear(...decisions: readonly Decision[]): this {
    return nextMessage(this.#kernel.state, this.at) === undefined ? this : this.feed({ type: 'decided', decisions })
  }

  /** The code of an attempt begins on its slot, and says so. */
  work(slot: string, task: string, epoch = 1): this {
    this.world({ type: 'world.working', slot, task, epoch })
    return this.feed({ type: 'started', task, epoch, host: 'h' })
  }

  /** The code of an attempt is done; its result is on the way. */
  finish(slot: string, task: string, epoch = 1): this {
    return this.world({ type: 'world.rested', slot, task, epoch, how: 'finished' })
  }

  arrive(task: string, epoch = 1): this {
    return this.world({ type: 'world.delivered', report: 'result', task, epoch })
  }

  result(task: string, epoch = 1): this {
    return this.arrive(task, epoch).feed({ type: 'result', task, epoch, result: null, outputs: [] })
  }

  /** What the run has, judged to the first violation. */
  trace(choices: readonly Choice[] = []): Trace {
    const facts = this.#events.filter(({ type }) => !type.startsWith('world.')).length
    const end = { facts, inputs: facts, virtualMs: this.at, ...(this.#violation && { violation: this.#violation }) }
    return { events: this.#events, log: [], choices, end, hash: 'h' }
  }

  #take(fact: Fact): this {
    this.#events.push(fact)
    this.#violation ??= this.#auditor.feed(fact)
    return this
  }
}

const LATE: Choice = { label: 'fault.result-late', site: [0, 1, 0], bound: 2, value: 1 }

/** The late result of an attempt that was given up is accepted: breaks S3. */
export function lateResult(task = 'src/a'): Trace {
  const story = new TraceStory().delegate({ id: task }).after(5).work('worker/1', task)
  story
    .world({ type: 'world.fault', kind: 'result-late', on: `${task}@1` })
    .after(12)
    .finish('worker/1', task)
  story.after(29_988).feed({ type: 'tick' }).feed({ type: 'steer', text: 'more', by: 'ada' }).delegate({ id: 'src/b' })
  story.after(1_000).feed({ type: 'tick' }).after(3).work('worker/2', task, 2).after(7).arrive(task)
  return story.forge('attempt.succeeded', { task, epoch: 1, result: null, outputs: [] }).trace([LATE])
}

/** The same schedule without the fault. */
export function punctualResult(task = 'src/a'): Trace {
  const story = new TraceStory().delegate({ id: task }).after(5).work('worker/1', task)
  return story.after(12).finish('worker/1', task).result(task).hear().hear({ type: 'finish', result: null }).trace()
}

/** A run of many tasks on several slots that nothing goes wrong in, of about `eventsCount` events. */
export function busyRun(eventsCount: number, slotsCount = 6): Trace {
  const slots = Array.from({ length: slotsCount }, (_, index) => `worker/${index + 1}`)
  const tasks = Array.from({ length: Math.ceil(eventsCount / 8) }, (_, index) => ({ id: `site/page-${index + 1}` }))
  const story = new TraceStory(slots).delegate(...tasks)
  const given = new Set<string>()
  while (given.size < tasks.length) {
    const assigned = story.trace().events.filter((event) => event.type === 'task.assigned' && !given.has(event.task))
    for (const event of assigned) {
      if (event.type !== 'task.assigned') continue
      given.add(event.task)
      story.after(7 + (given.size % 5) * 3).work(event.slot, event.task)
      if (given.size % 9 === 0) story.world({ type: 'world.fault', kind: 'slow', on: event.slot })
      story
        .after(20 + (given.size % 7) * 11)
        .finish(event.slot, event.task)
        .result(event.task)
    }
  }
  return story.trace()
}

/** A worker wakes after its lease has run out and reports; nobody is to blame, but its code ran on. */
export function wokenWorker(): Trace {
  const story = new TraceStory()
    .delegate({ id: 'a' }, { id: 'b', dependsOn: ['a'] })
    .after(5)
    .work('worker/1', 'a')
  story.world({ type: 'world.fault', kind: 'pause-and-wake', on: 'worker/1' }).after(30_000).feed({ type: 'tick' })
  story.after(1_000).feed({ type: 'tick' }).after(3).work('worker/1', 'a', 2).after(900).finish('worker/1', 'a')
  story.after(2).result('a').after(20).finish('worker/1', 'a', 2).after(1).result('a', 2)
  return story.after(4).work('worker/1', 'b').trace()
}
