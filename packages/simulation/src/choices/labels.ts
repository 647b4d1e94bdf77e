import { FAULT_KINDS, type FaultKind } from '../faults/fault-catalogue.ts'

/**
 * What a choice can be about. The place of a label is part of every printed replay string: new ones
 * are added at the end, and one that nothing asks for any more (`graph.drop`, `strategy.random`) keeps its place.
 */
export const LABELS = [
  // The scenario
  'graph.size',
  'graph.edge',
  'graph.drop',
  'task.type',
  'task.priority',
  'task.outputs',
  'task.excludes',
  'task.uses',
  'task.tokens',
  'task.retries',
  'task.timeout',
  'workers.slots',
  'workers.effects',
  'workers.cap',
  'config.slots',
  'config.retries',
  'config.backoff',
  'config.failure',
  'config.tokens',
  'config.timeout',
  'config.rate',
  'config.tasks',
  'config.depth',
  'config.fan-out',
  'config.planner',
  'config.waive',
  'config.seed',
  'goal',
  'phase.calm',
  // The schedule
  'work.duration',
  'work.emits',
  'work.discovers',
  'work.usage',
  'work.progress',
  'work.random',
  'net.delay',
  'store.delay',
  'order.next',
  'people.when',
  'people.what',
  'fault.size',
  'manager.whim',
  'strategy.random',
  'work.model',
  'config.progress',
  'config.queue',
  'net.late',
  'net.again',
  'manager.down',
  'manager.clock',
  'manager.stall',
  'timer.late',
  'slot.late',
  // Code of users
  'user',
  'workers.second',
  'task.skills',
  // Whether, and how, a schedule is compared with a plainer one
  'cross',
  // What tasks have in common
  'task.key',
  // Models and tools
  'workers.model',
  'config.slice',
  'work.calls',
  'work.tools',
  'plan.usage',
  'quota.back',
  // Groups
  'group.limits',
  'group.policy',
  'task.group',
  'manager.group',
  // What people are asked, and what they say
  'config.ask',
  'work.asks',
  'manager.asks',
  'people.answer',
  // Twins of what takes long
  'config.hedge',
  // The longest time of the run
  'config.wall',
] as const

export type Label = (typeof LABELS)[number]

/** The number of each label and fault within a replay string. Faults begin at 128. */
export const LABEL_CODES: ReadonlyMap<string, number> = new Map<string, number>([
  ...LABELS.map((label, index) => [label, index] as const),
  ...FAULT_KINDS.map((kind, index) => [`fault.${kind}`, 128 + index] as const),
])

/** The number of each kind of fault: what is asked for most often is not looked up by a text that has to be made. */
export const FAULT_CODES: ReadonlyMap<FaultKind, number> = new Map(
  FAULT_KINDS.map((kind, index) => [kind, 128 + index] as const),
)

/** The label of a number. */
export const LABEL_NAMES: ReadonlyMap<number, string> = new Map([...LABEL_CODES].map(([name, code]) => [code, name]))
