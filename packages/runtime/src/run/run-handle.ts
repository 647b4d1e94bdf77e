import {
  BosunError,
  type CancelScope,
  type Command,
  type Fact,
  type FactOf,
  type Json,
  type Report,
  type RunView,
} from '@bosun/core'
import { why, type Reason } from '@bosun/kernel'
import { filter, from, map, mergeMap, type Observable } from 'rxjs'
import { z } from 'zod'
import type { RunLoop, RunOutcome } from './run-loop.ts'
import type { RunPorts } from './run-ports.ts'

/** What a person or a program holds of a run that this process manages. */
export class RunHandle implements AsyncIterable<readonly Fact[]> {
  readonly run: string
  /** Settles when the run has ended or rests paused. Rejects only when its journal failed. */
  readonly outcome: Promise<RunOutcome>
  /** Facts in order, each after it is durable; volatile ones in between. */
  readonly facts$: Observable<Fact>
  /** How tasks ended, in the order in which they did. */
  readonly outcomes$: Observable<
    FactOf<'task.succeeded' | 'task.failed' | 'task.lost' | 'task.cancelled' | 'task.skipped'>
  >
  /** What the manager publishes while it folds. Never final. */
  readonly partial$: Observable<Json>
  readonly #loop: RunLoop
  readonly #ports: Pick<RunPorts, 'journal' | 'results' | 'beats' | 'workers'>
  readonly #ends: (() => void)[] = []
  /** Commands that are being carried out. */
  readonly #underWay = new Set<number>()

  constructor(loop: RunLoop, ports: Pick<RunPorts, 'journal' | 'results' | 'beats' | 'workers'>) {
    this.run = loop.run
    this.outcome = loop.outcome
    this.#loop = loop
    this.#ports = ports
    this.facts$ = loop.feed.facts$.pipe(mergeMap((facts) => from(facts)))
    this.outcomes$ = this.facts$.pipe(filter(isOutcomeFact))
    this.partial$ = loop.feed.partials$.pipe(map((value) => value))
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Fact[]> {
    return this.#loop.feed[Symbol.asyncIterator]()
  }

  /**
   * The manager's result.
   *
   * @throws the cause when the run did not complete, naming the tasks that are missing
   */
  get result(): Promise<Json> {
    return this.outcome.then(({ end }) => {
      if (end?.type === 'run.completed') return end.result
      if (end === undefined) throw new BosunError('RUN_UNRESOLVED', { at: this.run, received: 'a paused run' })
      const missing = 'missing' in end ? end.missing : []
      throw new BosunError('RUN_UNRESOLVED', {
        at: this.run,
        summary: `The run ended ${end.type.slice(4)} (${end.causeCode})`,
        received: missing.length === 0 ? 'no unsuccessful task' : `without ${missing.slice(0, 10).join(', ')}`,
        fix: `Ask \`bosun show ${this.run}\` for the reasons.`,
      })
    })
  }

  /** The run as it is now, ahead of what is durable by what is in flight. */
  get view(): RunView {
    return this.#loop.kernel.view
  }

  /** Why a task is not done. @throws TASK_UNKNOWN */
  why(task: string): readonly Reason[] {
    return why(this.#loop.kernel, task)
  }

  /** Cancels the run or a part of it. Resolves when that is durable. */
  cancel(reason: string, scope: CancelScope = { kind: 'run' }, by = 'user'): Promise<void> {
    return new Promise((resolve) => this.#loop.take({ type: 'cancel', scope, by, reason }, resolve))
  }

  /** Starts nothing more; what runs may end. The run then rests and can be resumed. */
  pause(reason: string, by = 'user'): Promise<void> {
    return new Promise((resolve) => this.#loop.take({ type: 'pause', by, reason }, resolve))
  }

  /** @internal Connects the run to its workers' side and begins. */
  begin(): void {
    const { journal, results, beats, workers } = this.#ports
    this.#ends.push(
      results.consume(this.run, (reports: readonly Report[]) => this.#loop.takeReports(reports)),
      beats.watch(this.run, ({ run: _run, ...beat }) => {
        this.#loop.take(beat.type === 'beat' ? beat : { ...beat, type: 'progressed' })
      }),
      workers.onHostStarted((host) => this.#loop.take({ type: 'hostStarted', ...host })),
      journal.watchCommands(this.run, () => void this.#takeCommands()),
    )
    const end = () => {
      for (const stop of this.#ends.splice(0)) stop()
    }
    this.outcome.then(end, end)
    workers.start()
    this.#loop.start()
  }

  /** Carries out what other processes asked for, and settles each after its fact is durable. */
  async #takeCommands(): Promise<void> {
    const { journal } = this.#ports
    for (const command of await journal.commands(this.run)) {
      if (this.#underWay.has(command.id)) continue
      this.#underWay.add(command.id)
      const arrival = arrivalOf(command)
      const settle = () => void journal.settle(this.run, command.id, this.#loop.kernel.state.seq).catch(() => {})
      if (arrival === undefined) settle()
      else this.#loop.take(arrival, settle)
    }
  }
}

const OUTCOME_FACTS = new Set(['task.succeeded', 'task.failed', 'task.lost', 'task.cancelled', 'task.skipped'])

function isOutcomeFact(
  fact: Fact,
): fact is FactOf<'task.succeeded' | 'task.failed' | 'task.lost' | 'task.cancelled' | 'task.skipped'> {
  return OUTCOME_FACTS.has(fact.type)
}

const CommandBody = z.object({
  reason: z.string().default(''),
  text: z.string().default(''),
  task: z.string().optional(),
  tasks: z.array(z.string()).default([]),
})

/** A command as an input; `undefined` for one that this version cannot carry out. */
function arrivalOf(command: Command): Parameters<RunLoop['take']>[0] | undefined {
  const body = CommandBody.safeParse(command.body ?? {}).data
  if (body === undefined) return undefined
  const { by } = command
  switch (command.kind) {
    case 'cancel': {
      const scope: CancelScope = body.task === undefined ? { kind: 'run' } : { kind: 'subtree', task: body.task }
      return { type: 'cancel', scope, by, reason: body.reason }
    }
    case 'pause':
      return { type: 'pause', by, reason: body.reason }
    case 'resume':
      return { type: 'resume', by }
    case 'steer':
      return { type: 'steer', text: body.text, by }
    case 'waive':
      return { type: 'waive', tasks: body.tasks, by, reason: body.reason }
    case 'raise-limit':
      return undefined
  }
}
