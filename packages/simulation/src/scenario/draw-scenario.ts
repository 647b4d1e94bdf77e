import {
  RunConfigSchema,
  WorkerEntrySchema,
  type AnyWorker,
  type Group,
  type Json,
  type Limits,
  type RunConfig,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import type { Choices } from '../choices/choices.ts'
import type { Behaviour, Setting } from '../subject/setting.ts'
import { DURATION_MODELS, type DurationModel } from './durations.ts'
import type { Scenario, TaskKind } from './scenario.ts'

const CALM_AT_MS = [30_000, 2_000, 8_000, 60_000, 600_000]
const STORE_DELAYS_MS = [0, 0, 2, 40]
const TYPES = ['dig', 'haul'] as const
const DEFAULTS = RunConfigSchema.parse({})
/** A tool of which every call waits for a person where the run says so. */
export const HELD_TOOL = 'deploy.push'

/** Draws what is fixed before a schedule begins. With no choice made it is one task on one slot. */
export function drawScenario(setting: Setting, choices: Choices): Scenario {
  const kinds = judgesQueues(setting) ? kindsOf(setting, choices).map(inQueues) : kindsOf(setting, choices)
  const groups = isDrawn(setting) && choices.chance('group.limits', 0.2) ? drawGroups(choices) : NO_GROUPS
  const tasks = isDrawn(setting) ? drawTasks(setting, kinds, groups, choices) : []
  const workers = drawWorkers(setting, choices, tasks)
  const config = drawConfig(setting, choices)
  return {
    config,
    plainLease: config.lease,
    workers,
    slots: workers.flatMap(({ name }, index) =>
      slotsOf(name, 1 + choices.pick('workers.slots', setting.scope.slotsMax, index)),
    ),
    tasks,
    groups,
    kinds,
    usesPlanner: setting.planner !== undefined || (isDrawn(setting) && choices.chance('config.planner', 0.15)),
    durations: DURATION_MODELS[choices.pick('work.model', DURATION_MODELS.length)] as DurationModel,
    calmAt: CALM_AT_MS[choices.pick('phase.calm', CALM_AT_MS.length)] as number,
    storeDelayMs: STORE_DELAYS_MS[choices.pick('store.delay', STORE_DELAYS_MS.length)] as number,
  }
}

/** Whether a worker is real code, which runs in the async lane. */
export function isRealWorker(worker: AnyWorker | Behaviour): worker is AnyWorker {
  return typeof worker !== 'function'
}

// ---------------------------------------------------------------------------------------------

/** Whether the graph is drawn, and does not come from a manager or a planner under check. */
function isDrawn({ manager, planner }: Setting): boolean {
  return manager === undefined && planner === undefined
}

function drawConfig(setting: Setting, choices: Choices): RunConfig {
  const rarely = (
    label: 'config.rate' | 'config.tasks' | 'config.depth' | 'config.fan-out' | 'config.queue',
    most: number,
  ) => (choices.chance(label, 0.12) ? 1 + choices.pick(label, most, 1) : undefined)
  const limits: Limits = {
    ...DEFAULTS.limits,
    slotsMax: [8, 1, 2, 3, 4][choices.pick('config.slots', 5)] as number,
    tasksMax: rarely('config.tasks', setting.scope.tasksMax) ?? 500,
    depthMax: rarely('config.depth', 2) ?? 32,
    fanOutMax: rarely('config.fan-out', 3) ?? 50,
    startsPerSecondMax: rarely('config.rate', 3) ?? 1_000,
    timeoutMs: [600_000, 20_000, 60_000][choices.pick('config.timeout', 3)] as number,
    queueWaitMs: rarely('config.queue', 40_000) ?? 3_600_000,
    planTimeoutMs: 20_000,
    // Which work a run is in time for hangs on the schedule, so that managers are not compared by it.
    wallTimeMs:
      isDrawn(setting) && choices.chance('config.wall', 0.06)
        ? 20_000 + 1_000 * choices.pick('config.wall', 100, 1)
        : 86_400_000,
    tokensMax: [0, 120, 400][choices.pick('config.tokens', 15) - 12] ?? 100_000,
    costMicrosMax: [500, 0][choices.pick('config.tokens', 12, 1) - 10] ?? 1_000_000,
    attemptTokensMax: [60, 20, 150][choices.pick('config.slice', 3)] as number,
    attemptCostMicrosMax: 200,
    ...setting.limits,
  }
  return {
    ...DEFAULTS,
    limits,
    retry: {
      retriesMax: [2, 0, 1, 3][choices.pick('config.retries', 4)] as number,
      backoffMs: [500, 0, 5_000][choices.pick('config.backoff', 3)] as number,
      backoffMaxMs: 10_000,
      ...setting.retry,
    },
    lease: {
      leaseMs: 15_000,
      heartbeatMs: 5_000,
      progressTimeoutMs: choices.chance('config.progress', 0.12) ? 12_000 : 0,
      killAfterMs: 2_000,
      ...setting.lease,
    },
    policy: {
      failure: choices.chance('config.failure', 0.2) ? 'fail-fast' : 'best-effort',
      waive: choices.chance('config.waive', 0.3) ? ['failed', 'skipped', 'cancelled'] : [],
      deny: [],
      ask: choices.chance('config.ask', 0.2) ? [HELD_TOOL] : [],
      ...setting.policy,
    },
    hedge: drawHedge(setting, choices),
    strategy: setting.strategy.name,
    seed: choices.pick('config.seed', 1_000),
  }
}

/** A policy that comes about in small runs, where few peers have been seen. */
function drawHedge(setting: Setting, choices: Choices): RunConfig['hedge'] {
  // A run that is compared with another has no twins, whatever is asked for: which of a pair is faster is chance.
  // Nor has a manager of a user, unless its check asks for them: what is judged of it need not know of twins.
  const share = setting.hedge.hedgesMax === undefined ? (isDrawn(setting) ? 0.2 : 0) : 1
  if (!choices.chance('config.hedge', share)) return DEFAULTS.hedge
  const pick = (bound: number, nth: number) => choices.pick('config.hedge', bound, nth)
  return {
    hedgesMax: 1 + pick(3, 1),
    afterRatio: [1.5, 1, 3][pick(3, 2)] as number,
    samplesMin: 1 + pick(3, 3),
    afterMsMin: [0, 2_000][pick(2, 4)] as number,
    ...setting.hedge,
  }
}

function drawWorkers(setting: Setting, choices: Choices, tasks: readonly Task[]): readonly WorkerEntry[] {
  const own = Object.entries(setting.workers)
  if (own.length > 0) {
    return own.map(([type, worker]) => (isRealWorker(worker) ? worker.entry : entryOf(type, `${nameOf(type)}-worker`)))
  }
  const entries = TYPES.filter((type) => type === 'dig' || tasks.some((task) => task.type === type)).map(
    (type) => ENTRIES.get(type) as WorkerEntry,
  )
  if (hasSecondWorker(choices)) entries.push(SKILLED)
  return entries.map((entry, index) => ({
    ...entry,
    ...(choices.chance('workers.model', 0.3, index) ? { model: 'fast' } : {}),
    effects: (['none', 'keyed', 'once'] as const)[choices.pick('workers.effects', 3, index)] as 'none',
    ...(choices.chance('workers.cap', 0.3, index) ? { slotsMax: 1 + choices.pick('workers.cap', 2, index, 1) } : {}),
  }))
}

function entryOf(type: string, name: string): WorkerEntry {
  return WorkerEntrySchema.parse({ name, handles: type, summary: `Does ${type}.` })
}

/** Does what the first does, and what asks for a skill besides. */
const SKILLED: WorkerEntry = { ...entryOf('dig', 'deep-digger'), skills: ['deep'] }

/** Whether two workers handle the first type, of which one has a skill that the other lacks. */
function hasSecondWorker(choices: Choices): boolean {
  return choices.chance('workers.second', 0.15)
}

const ENTRIES = new Map(TYPES.map((type) => [type as string, entryOf(type, `${type}ger`)]))

function nameOf(type: string): string {
  return type
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replace(/^-+/, '')
}

/** What the workers can be asked to do: of a real one, what its examples say. */
function kindsOf({ workers }: Setting, choices: Choices): readonly TaskKind[] {
  const own = Object.entries(workers)
  if (own.length === 0) return hasSecondWorker(choices) ? SKILLED_KINDS : KINDS
  return own.map(([type, worker]) => {
    const examples = isRealWorker(worker) ? worker.examples.map(({ body }) => body as Json) : []
    return { type, bodies: examples.length === 0 ? [null] : examples }
  })
}

const KINDS: readonly TaskKind[] = TYPES.map((type) => ({ type, bodies: [null] }))
const SKILLED_KINDS: readonly TaskKind[] = KINDS.map((kind, index) =>
  index === 0 ? { ...kind, skills: ['deep'] } : kind,
)

/** Whether anything is said of tasks that stand in one queue; where it is not, keys are nothing. */
function judgesQueues({ invariants }: Setting): boolean {
  return invariants.some(({ id }) => id === 'Q2' || id === 'Q4')
}

function inQueues(kind: TaskKind): TaskKind {
  return { ...kind, keys: QUEUES }
}

const QUEUES = ['left', 'right']

/** Tasks that depend on earlier ones only, so that no cycle can be drawn. */
function drawTasks(
  setting: Setting,
  kinds: readonly TaskKind[],
  groups: readonly Group[],
  choices: Choices,
): readonly Task[] {
  const count = 1 + choices.pick('graph.size', setting.scope.tasksMax)
  const tasks: Task[] = []
  for (let index = 0; index < count; index += 1) {
    const task = drawTask(choices, kinds, taskId(index), index, tasks)
    tasks.push(groups.length === 0 ? task : inGroup(task, groups, choices, index))
  }
  return tasks
}

/*
 * Names are made once: the same text in each schedule is one and the same object, which is found in
 * maps far faster than its copies.
 */
const TASK_IDS: string[] = []
const SLOTS = new Map<string, Scenario['slots'][number][]>()

function taskId(index: number): string {
  return (TASK_IDS[index] ??= `t${index}`)
}

function slotsOf(worker: string, count: number): Scenario['slots'] {
  const known = SLOTS.get(worker) ?? []
  SLOTS.set(worker, known)
  while (known.length < count) known.push({ slot: `${worker}/${known.length + 1}`, worker })
  return known.slice(0, count)
}

/** One inside of the other, so that a bound of the outer one is shared. Deadlines are rare, as they end much. */
function drawGroups(choices: Choices): readonly Group[] {
  return GROUP_NAMES.map((name, index) => {
    const pick = (bound: number, nth: number) => choices.pick('group.policy', bound, index, nth)
    const slots = choices.pick('group.limits', 3, index, 1)
    const [cap, policy] = [pick(8, 2), pick(6, 3)]
    return {
      name,
      ...(slots === 0 ? {} : { slotsMax: slots }),
      ...(cap < 6 ? {} : { tasksMax: cap - 4 }),
      ...(policy === 1 ? { failure: 'fail-fast' as const } : {}),
      ...(policy === 2 || policy === 3 ? { quorum: policy - 1 } : {}),
      ...(policy === 4 ? { deadlineMs: 4_000 + 1_000 * pick(40, 4) } : {}),
    }
  })
}

const GROUP_NAMES = ['g', 'g/in']
const NO_GROUPS: readonly Group[] = []

/** The task in one of the groups, or in a group of one that nobody has opened, or in none. */
export function inGroup(task: Task, groups: readonly Group[], choices: Choices, site: number): Task {
  const names = [...groups.map(({ name }) => name), `${groups[0]?.name}/other`]
  const picked = choices.pick('task.group', names.length + 1, site)
  return picked === 0 ? task : { ...task, group: names[picked - 1] as string }
}

/** One task; also what a finding leads to, which then has no dependencies. */
export function drawTask(
  choices: Choices,
  kinds: readonly TaskKind[],
  id: string,
  site: number,
  before: readonly Task[],
): Task {
  const density = Math.min(0.3, 3 / (before.length + 1))
  const dependsOn: string[] = []
  for (const { id: other } of before) {
    if (choices.chance('graph.edge', density, site, 0, Number(other.slice(1)))) dependsOn.push(other)
  }
  const task: Task = { id, ...drawKind(choices, kinds, site) }
  if (dependsOn.length > 0) task.dependsOn = dependsOn
  if (choices.chance('task.outputs', 0.2, site)) task.outputs = [`out/${id}`]
  if (choices.chance('task.excludes', 0.12, site)) task.excludes = ['gpu']
  if (choices.chance('task.uses', 0.12, site)) {
    task.uses = [{ resource: 'db', mode: choices.chance('task.uses', 0.5, site, 1) ? 'read' : 'write' }]
  }
  const priority = choices.pick('task.priority', 8, site)
  if (priority > 4) task.priority = priority - 6
  const limits = drawTaskLimits(choices, site)
  if (limits !== undefined) task.limits = limits
  return task
}

/** Most are of the first kind, which keeps the others scarce. */
function drawKind(
  choices: Choices,
  kinds: readonly TaskKind[],
  site: number,
): Pick<Task, 'type' | 'body' | 'skills' | 'key'> {
  const isOther = kinds.length > 1 && choices.chance('task.type', 0.3, site)
  const {
    type,
    bodies,
    skills = [],
    keys = [],
  } = kinds[isOther ? 1 + choices.pick('task.type', kinds.length - 1, site, 1) : 0] as TaskKind
  const body = bodies[choices.pick('task.type', bodies.length, site, 2)] as Json
  const asks = skills.length > 0 && choices.chance('task.skills', 0.4, site)
  const key =
    keys.length > 0 && choices.chance('task.key', 0.8, site)
      ? keys[choices.pick('task.key', keys.length, site, 1)]
      : undefined
  if (!asks && key === undefined) return { type, body }
  return { type, body, ...(asks ? { skills: [...skills] } : {}), ...(key === undefined ? {} : { key }) }
}

function drawTaskLimits(choices: Choices, site: number): Task['limits'] | undefined {
  const retries = choices.pick('task.retries', 12, site)
  const timeout = choices.pick('task.timeout', 12, site)
  const tokens = choices.pick('task.tokens', 8, site)
  if (retries < 9 && timeout < 10 && tokens < 5) return undefined
  return {
    ...(retries < 9 ? {} : { retriesMax: retries - 9 }),
    ...(timeout < 10 ? {} : { timeoutMs: timeout === 10 ? 3_000 : 10_000 }),
    ...(tokens < 5 ? {} : { tokensMax: [40, 60, 150][tokens - 5] as number }),
  }
}
