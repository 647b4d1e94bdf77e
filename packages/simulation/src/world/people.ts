import type { Limits } from '@bosun/core'
import type { World } from './world.ts'

const ROUNDS = 2
const STEP_MS = 500
const LOOKS = 20
const LOOK_MS = 700
const KINDS = [
  'cancelled',
  'paused',
  'steered',
  'waived',
  'limits-changed',
  'duplicate-submission',
  'drain',
  'retried',
  'adopted',
] as const
type Kind = (typeof KINDS)[number]

/** What the people of the world need to know of the run to take part in it. */
export interface RunAtHand {
  readonly taskIds: () => readonly string[]
  /** Tasks with a result that came too late. */
  readonly lateIds: () => readonly string[]
  readonly leave: (slot: string, forMs: number) => void
}

/** People and circumstances that act on the run from outside, at times drawn in advance. */
export function schedulePeople(world: World, run: RunAtHand): void {
  for (let index = 0; index < KINDS.length; index += 1) {
    const kind = KINDS[index] as Kind
    for (let round = 0; round < ROUNDS; round += 1) {
      if (!world.fault(kind, 'run', index, 0, round)) continue
      const delayMs = world.choices.pick('people.when', 64, index, 0, round) * STEP_MS
      world.after(delayMs, () => act(world, run, kind, index, round))
    }
  }
}

function act(world: World, run: RunAtHand, kind: Kind, site: number, round: number): void {
  const pick = (bound: number, nth: number) => world.choices.pick('people.what', bound, site, round, nth)
  const ids = run.taskIds()
  const task = ids[pick(ids.length, 0)] ?? 'ghost'
  switch (kind) {
    case 'cancelled': {
      const scope = ([{ kind: 'task', task }, { kind: 'subtree', task }, { kind: 'run' }] as const)[pick(3, 1)] ?? {
        kind: 'run',
      }
      world.command({ type: 'cancel', scope, by: 'ada', reason: 'enough' })
      return
    }
    case 'paused':
      world.command({ type: 'pause', by: 'ada', reason: 'lunch' })
      world.after(1 + pick(60, 1) * 1_000, () => world.command({ type: 'resume', by: 'ada' }))
      return
    case 'steered':
      world.command({ type: 'steer', text: 'faster', by: 'ada' })
      return
    case 'waived':
      world.command({ type: 'waive', tasks: [task, 'n1', 'c1'], by: 'ada', reason: 'fine' })
      return
    case 'limits-changed':
      world.command({ type: 'raiseLimits', limits: changedLimits(pick), by: 'ada' })
      return
    case 'duplicate-submission':
      world.command({ type: 'steer', text: 'again', by: 'ada' })
      return
    case 'retried':
      // What a manager of a user makes of a run that goes on after its end is for its own specs.
      if (world.setting.manager === undefined) {
        world.command({ type: 'retry', tasks: pick(2, 1) === 0 ? ids : [task], by: 'ada', reason: 'once more' })
      }
      return
    case 'adopted':
      // From then on ada looks again and again whether something came late, also for a task of which nothing may have.
      for (let look = 0; look < LOOKS; look += 1) {
        world.after(look * LOOK_MS, () => {
          for (const late of new Set([...run.lateIds(), task]))
            world.command({ type: 'adopt', task: late, by: 'ada', reason: 'it is good' })
        })
      }
      return
    case 'drain': {
      const { slot } = world.scenario.slots[pick(world.scenario.slots.length, 2)] as { slot: string }
      run.leave(slot, 1_000 * (1 + pick(30, 3)))
    }
  }
}

function changedLimits(pick: (bound: number, nth: number) => number): Partial<Limits> {
  switch (pick(6, 4)) {
    case 0:
      return { slotsMax: 1 + pick(4, 5) }
    case 1:
      return { tokensMax: pick(1_000, 6) }
    case 2:
      return { tasksMax: 1 + pick(30, 7) }
    case 3:
      return { timeoutMs: 2_000 + pick(20_000, 8) }
    case 4:
      return { startsPerSecondMax: 1 + pick(10, 9) }
    default:
      return { fanOutMax: pick(5, 10) }
  }
}
