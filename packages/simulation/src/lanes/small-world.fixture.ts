import type { AnyWorker, Assignment, Json } from '@bosun/core'
import type { SubjectFault } from '../trace/trace.ts'
import type { AttemptOutcome, Lane, LaneAttempt, ToolOutcome } from './lane.ts'

/** A world of one clock: enough to drive a lane without manager, network or faults. */
export interface SmallWorld {
  /** What happened, in order: `3000 a: emit 1`. */
  readonly log: string[]
  readonly outcomes: Map<string, AttemptOutcome>
  readonly faults: SubjectFault[]
  start(worker: AnyWorker, id: string, body?: Json): LaneAttempt
  /** Does something at a time. */
  at(ms: number, act: () => void): void
  /** Runs until nothing is left to happen. */
  run(): Promise<void>
}

/** `answer` is what tools answer, after a simulated second. */
export function smallWorld(lane: Lane, answer: (name: string, input: Json) => ToolOutcome = () => ({ value: null })) {
  let now = 0
  let seq = 0
  const due: { at: number; seq: number; act: () => void }[] = []
  const after = (ms: number, act: () => void) => {
    due.push({ at: now + ms, seq: (seq += 1), act })
  }
  const world: SmallWorld = {
    log: [],
    outcomes: new Map(),
    faults: [],
    start: (worker, id, body = null) => {
      const say = (text: string) => world.log.push(`${now} ${id}: ${text}`)
      return lane.start(worker, assignmentOf(worker, id, body), {
        now: () => now,
        after,
        random: () => 0.25,
        progress: (note) => say(`progress ${note}`),
        emit: (value) => say(`emit ${JSON.stringify(value)}`),
        discover: (item) => say(`discover ${JSON.stringify(item)}`),
        callTool: (name, input, settle) => {
          say(`${name} ${JSON.stringify(input)}`)
          after(1_000, () => settle(answer(name, input)))
        },
        finished: (outcome) => {
          world.outcomes.set(id, outcome)
          say('error' in outcome ? outcome.error.code : `result ${JSON.stringify(outcome.result)}`)
        },
      })
    },
    at: (ms, act) => after(ms - now, act),
    run: async () => {
      if (lane.restless) await lane.settle()
      while (due.length > 0) {
        due.sort((a, b) => a.at - b.at || a.seq - b.seq)
        const next = due.shift() as (typeof due)[0]
        now = next.at
        next.act()
        if (lane.restless) await lane.settle()
      }
      world.faults.push(...lane.takeFaults())
    },
  }
  return world
}

function assignmentOf(worker: AnyWorker, id: string, body: Json): Assignment {
  return {
    run: 'run',
    task: { id, type: worker.entry.handles, body },
    epoch: 1,
    worker: worker.entry.name,
    slot: `${worker.entry.name}/1`,
    inputs: {},
    timeoutMs: 60_000,
  }
}
