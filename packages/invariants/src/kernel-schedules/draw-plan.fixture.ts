import {
  RunConfigSchema,
  TaskSchema,
  WorkerEntrySchema,
  type RunConfig,
  type Strategy,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import { BUILT_IN_STRATEGIES, composeStrategy, leastLoaded, priority } from '@bosun/kernel'

/** What can go wrong in the virtual world, by name. */
export const FAULTS = [
  'assignment lost',
  'cancelled by a person',
  'discovery of nonsense',
  'host died',
  'hung without beats',
  'limits changed',
  'manager crashed',
  'manager stalled',
  'paused',
  'person steered',
  'planner failed',
  'planner silent',
  'publishing failed',
  'report duplicated',
  'report late',
  'report lost',
  'result exactly at expiry',
  'slot left',
  'stop lost',
  'waived by a person',
  'work failed',
  'zombie with beats',
] as const
export type Fault = (typeof FAULTS)[number]

/** Everything that is fixed before a run begins. */
export interface Plan {
  readonly config: RunConfig
  readonly workers: readonly WorkerEntry[]
  readonly slots: readonly { readonly slot: string; readonly worker: string }[]
  readonly strategy: Strategy
  readonly usesPlanner: boolean
  readonly tasks: readonly Task[]
  /** How likely each fault is when it could happen. */
  readonly faults: ReadonlyMap<Fault, number>
  readonly faultsMax: number
}

const TYPES = ['dig', 'haul'] as const
const STRATEGIES: readonly Strategy[] = [
  ...BUILT_IN_STRATEGIES,
  composeStrategy({ name: 'spread', order: priority, placement: leastLoaded }),
]

/** Ids that discoveries can name: few, so that the same one is found twice. */
export const DISCOVERABLE_COUNT = 12

export class Dice {
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1))
  }

  chance(probability: number): boolean {
    return this.#random() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }

  fraction(): number {
    return this.#random()
  }
}

export function drawPlan(dice: Dice): Plan {
  const config = drawConfig(dice)
  const workers = drawWorkers(dice)
  const slots = workers.flatMap(({ name }) =>
    Array.from({ length: dice.whole(1, 3) }, (_, index) => ({ slot: `${name}/${index + 1}`, worker: name })),
  )
  const tasks: Task[] = []
  const count = dice.whole(0, dice.chance(0.1) ? 30 : 9)
  for (let index = 0; index < count; index += 1)
    tasks.push(
      drawTask(
        dice,
        `t${index}`,
        tasks.map(({ id }) => id),
      ),
    )
  return {
    config,
    workers,
    slots,
    strategy: dice.pick(STRATEGIES),
    usesPlanner: dice.chance(0.25),
    tasks,
    // A swarm: each run knows only some faults, so that the others do not drown what they would find.
    faults: new Map(FAULTS.filter(() => dice.chance(0.35)).map((fault) => [fault, dice.pick([0.02, 0.1, 0.4])])),
    faultsMax: dice.whole(0, 12),
  }
}

function drawConfig(dice: Dice): RunConfig {
  return RunConfigSchema.parse({
    limits: {
      slotsMax: dice.whole(1, 5),
      tasksMax: dice.chance(0.2) ? dice.whole(3, 12) : 200,
      depthMax: dice.chance(0.2) ? 1 : 6,
      fanOutMax: dice.chance(0.2) ? 2 : 50,
      startsPerSecondMax: dice.chance(0.2) ? dice.whole(1, 4) : 1_000,
      timeoutMs: dice.pick([250, 800, 5_000]),
      queueWaitMs: dice.chance(0.2) ? 300 : 20_000,
      planTimeoutMs: 400,
      wallTimeMs: dice.chance(0.1) ? dice.whole(1, 2_000) : 3_600_000,
      tokensMax: dice.pick([0, 100, 100, 400, 100_000]),
      costMicrosMax: 1_000,
    },
    retry: { retriesMax: dice.whole(0, 3), backoffMs: dice.pick([0, 10, 200]), backoffMaxMs: 1_000 },
    lease: { leaseMs: 100, heartbeatMs: 30, progressTimeoutMs: dice.chance(0.2) ? 70 : 0 },
    policy: {
      failure: dice.chance(0.2) ? 'fail-fast' : 'best-effort',
      waive: dice.chance(0.3) ? ['failed', 'skipped', 'cancelled'] : [],
    },
    seed: dice.whole(1, 1_000_000),
  })
}

function drawWorkers(dice: Dice): readonly WorkerEntry[] {
  return TYPES.flatMap((type) =>
    Array.from({ length: dice.whole(1, 2) }, (_, index) =>
      WorkerEntrySchema.parse({
        name: `${type}ger-${index + 1}`,
        handles: type,
        summary: `Can ${type}.`,
        skills: index === 0 ? ['fast', 'deep'] : ['fast'],
        effects: dice.pick(['none', 'none', 'keyed', 'once']),
        ...(dice.chance(0.3) ? { slotsMax: dice.whole(1, 2) } : {}),
      }),
    ),
  )
}

export function drawTask(dice: Dice, id: string, before: readonly string[]): Task {
  const dependsOn = Array.from({ length: dice.whole(0, 3) }, () => dice.pick(before)).filter((one) => one !== undefined)
  return TaskSchema.parse({
    id,
    type: dice.pick(TYPES),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    ...(dice.chance(0.3) ? { outputs: [`out/${id}`] } : {}),
    ...(dice.chance(0.15) ? { excludes: [dice.pick(['gpu', 'disk'])] } : {}),
    ...(dice.chance(0.15) ? { uses: [{ resource: 'db', mode: dice.pick(['read', 'write']) }] } : {}),
    ...(dice.chance(0.1) ? { skills: ['deep'] } : {}),
    ...(dice.chance(0.3) ? { priority: dice.whole(-2, 2) } : {}),
    ...drawLimits(dice),
  })
}

function drawLimits(dice: Dice): Partial<Task> {
  const limits = {
    ...(dice.chance(0.2) ? { retriesMax: dice.whole(0, 2) } : {}),
    ...(dice.chance(0.2) ? { timeoutMs: dice.pick([60, 150, 400]) } : {}),
    ...(dice.chance(0.3) ? { tokensMax: dice.pick([0, 40, 60, 150]) } : {}),
  }
  return Object.keys(limits).length > 0 ? { limits } : {}
}
