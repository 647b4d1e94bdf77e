import type { Json } from '@bosun/core'
import { coreInvariants, livenessInvariants, qualityInvariants } from '@bosun/invariants'
import type { Behaviour, Setting } from '../subject/setting.ts'
import type { MutantModules } from './mutant-modules.fixture.ts'
import type { StageName } from './mutant.fixture.ts'

const TREE = { root: ['left', 'right'], left: ['leaf'], right: ['leaf', 'stem'] } as Readonly<Record<string, string[]>>

/** What runs around a mutant: the strategy, and a manager where the defect needs one of its own. */
export function stageOf(name: StageName, modules: MutantModules): Setting {
  const setting = STAGES[name](modules)
  const promised = qualityInvariants(setting.strategy.guarantees)
  return { ...setting, invariants: [...coreInvariants, ...livenessInvariants, ...promised] }
}

/** All stages, by name. */
export const STAGE_NAMES: readonly StageName[] = [
  'graph',
  'modest',
  'priority',
  'stealing',
  'keeping',
  'hedging',
  'search',
  'fan-out',
  'meddle',
  'stop',
  'row',
]

const STAGES: Readonly<Record<StageName, (modules: MutantModules) => Setting>> = {
  /** A drawn graph under the default strategy. */
  graph: ({ settingOf, kernel }) => settingOf({ kind: 'strategy', strategy: kernel.composeStrategy({ name: 'fifo' }) }),

  /** A drawn graph under a strategy that promises nothing, so that only what holds for all is judged. */
  modest: ({ settingOf, kernel }) =>
    settingOf({ kind: 'strategy', strategy: kernel.composeStrategy({ name: 'modest', guarantees: [] }) }),

  /** A drawn graph under a strategy that promises to respect priorities. */
  priority: ({ settingOf, kernel }) => {
    const strategy = kernel.BUILT_IN_STRATEGIES.find(({ name }) => name === 'priority')
    if (strategy === undefined) throw new Error('no strategy named priority')
    return settingOf({ kind: 'strategy', strategy })
  },

  /** More tasks than slots, under a strategy that places them ahead and lets idle slots steal. */
  stealing: (modules) => crowd(modules, true),

  /** The same without stealing. */
  keeping: (modules) => crowd(modules, false),

  /** A drawn graph in which what takes longer than its peers gets a twin. */
  hedging: ({ settingOf, kernel }) =>
    settingOf(
      { kind: 'strategy', strategy: kernel.composeStrategy({ name: 'fifo' }) },
      { hedge: { hedgesMax: 2, afterRatio: 1.5, samplesMin: 2, afterMsMin: 0 } },
    ),

  /** A manager whose tasks find further tasks. */
  search: ({ settingOf, managers }) => {
    const scan = (path: string) => managers.task('scan', path, { id: path })
    const manager = managers.dynamic({
      name: 'search',
      start: () => [scan('root')],
      discovered: (path: string) => scan(path),
      reduce: managers.ordered((all: Json[], one: Json) => [...all, one], []),
    })
    return settingOf({ kind: 'manager', manager }, { workers: { scan: listFolder } })
  },

  /** A manager that hands over two tasks and lists their results in order. */
  'fan-out': ({ settingOf, managers }) => {
    const manager = managers.fanOut({
      name: 'pages',
      start: () => ['a', 'b'].map((id) => managers.task('write', id, { id })),
    })
    return settingOf({ kind: 'manager', manager }, { workers: { write: (id) => ({ result: id }) } })
  },

  /** A manager that meddles with a task at work: amends it, cancels it, and adds below it what comes too late. */
  meddle: ({ settingOf, managers }) => {
    const { amend, cancelSubtree, delegate, finish, task, wake } = managers
    const work = (id: string) => task('work', id, { id })
    const manager = managers.foldManager({
      name: 'meddler',
      initial: () => null,
      on: {
        goal: () => delegate([work('quick'), work('long')]),
        discovered: (_state, { task: parent, item }) => delegate([work(String(item))], { parent }),
        outcome(_state, { task: id }, { at }) {
          if (id !== 'quick') return []
          return [
            amend({ replace: [{ ...work('long'), priority: 1 }] }),
            cancelSubtree('long', 'enough'),
            cancelSubtree('quick', 'nothing below it either'),
            wake('later', at + 3_000),
          ]
        },
        woke: () => delegate([work('late')], { parent: 'long' }),
        settled: () => finish(null),
      },
    })
    const limits = { timeoutMs: 300_000 }
    return settingOf({ kind: 'manager', manager }, { workers: { work: takeTime }, limits, comparesRuns: false })
  },

  /** A manager that stops its one task while it is at work. */
  stop: ({ settingOf, managers }) => {
    const { cancelTask, delegate, finish, foldManager, task, wake } = managers
    const manager = foldManager({
      name: 'stopper',
      initial: () => null,
      on: {
        goal: (_state, _message, { at }) => [
          delegate(task('work', 'long', { id: 'long' })),
          wake('enough', at + 2_000),
        ],
        woke: () => cancelTask('long', 'enough'),
        settled: () => finish(null),
      },
    })
    return settingOf({ kind: 'manager', manager }, { workers: { work: takeTime }, comparesRuns: false })
  },

  /** Three tasks of one row, the last of which is found on the way, under a strategy that keeps rows in order. */
  row: ({ settingOf, kernel, managers }) => {
    const step = (id: string) => managers.task('step', id, { id, key: 'row' })
    const manager = managers.dynamic({
      name: 'row',
      start: () => ['first', 'second'].map(step),
      discovered: (id: string) => step(id),
      reduce: managers.commutative((count: number) => count + 1, 0),
    })
    const strategy = kernel.composeStrategy({ name: 'fifo', guarantees: ['work-conserving', 'fifo-per-key'] })
    return settingOf({ kind: 'manager', manager }, { strategy, workers: { step: leadOn } })
  },
}

/** Ten tasks that are there at once, some of which need more than a slot. */
function crowd({ settingOf, kernel, managers }: MutantModules, steal: boolean): Setting {
  const manager = managers.fanOut({
    name: 'crowd',
    start: () =>
      Array.from({ length: 10 }, (_, index) =>
        managers.task('work', index, { id: `t${index}`, ...(index % 4 === 3 ? { excludes: ['gpu'] } : {}) }),
      ),
  })
  const strategy = kernel.composeStrategy({ name: 'crowd', dispatch: { ahead: 2, steal } })
  return settingOf({ kind: 'manager', manager }, { strategy, workers: { work: (body) => ({ result: body }) } })
}

/** Longer than the faults of some schedules last, and longer than a slot may take to stop. */
const DURATIONS_MS = { quick: 6_000, long: 60_000, found: 60_000 } as Readonly<Record<string, number>>

const takeTime: Behaviour = (id) => ({
  result: id,
  durationMs: DURATIONS_MS[String(id)] ?? 1_000,
  discovered: id === 'quick' ? ['found'] : [],
})

const leadOn: Behaviour = (id) => ({ result: id, discovered: id === 'first' ? ['third'] : [] })

/** What a simulated worker finds in a folder. */
const listFolder: Behaviour = (path) => ({ result: path, discovered: TREE[String(path)] ?? [] })
