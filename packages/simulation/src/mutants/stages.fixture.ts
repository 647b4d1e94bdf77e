import type { Json } from '@bosun/core'
import { coreInvariants, livenessInvariants, qualityInvariants } from '@bosun/invariants'
import type { Behaviour, Deed, Setting } from '../subject/setting.ts'
import type { MutantModules } from './mutant-modules.fixture.ts'
import type { StageName } from './mutant.fixture.ts'

const TREE = { root: ['left', 'right'], left: ['leaf'], right: ['leaf', 'stem'] } as Readonly<Record<string, string[]>>

/** What runs around a mutant: the strategy, and a manager where the defect needs one of its own. */
export function stageOf(name: StageName, modules: MutantModules): Setting {
  const setting = STAGES[name](modules)
  const promised = qualityInvariants(setting.strategy.guarantees)
  return { ...setting, invariants: [...coreInvariants, ...livenessInvariants, ...promised] }
}

const STAGES: Readonly<Record<StageName, (modules: MutantModules) => Setting>> = {
  /** A drawn graph under the default strategy. */
  graph: ({ simulation, kernel }) =>
    simulation.settingOf({ kind: 'strategy', strategy: kernel.composeStrategy({ name: 'fifo' }) }),

  /** A drawn graph under a strategy that promises to respect priorities. */
  priority: ({ simulation, kernel }) => {
    const strategy = kernel.BUILT_IN_STRATEGIES.find(({ name }) => name === 'priority')
    if (strategy === undefined) throw new Error('no strategy named priority')
    return simulation.settingOf({ kind: 'strategy', strategy })
  },

  /** A manager whose tasks find further tasks. */
  search: ({ simulation, managers }) => {
    const scan = (path: string) => managers.task('scan', path, { id: path })
    const manager = managers.dynamic({
      name: 'search',
      start: () => [scan('root')],
      discovered: (path: string) => scan(path),
      reduce: managers.ordered((all: Json[], one: Json) => [...all, one], []),
    })
    return simulation.settingOf({ kind: 'manager', manager }, { workers: { scan: listFolder } })
  },

  /** A manager that hands over three tasks and lists their results in order. */
  'fan-out': ({ simulation, managers }) => {
    const manager = managers.fanOut({
      name: 'pages',
      start: () => ['a', 'b', 'c'].map((id) => managers.task('write', id, { id })),
    })
    return simulation.settingOf({ kind: 'manager', manager }, { workers: { write: (id) => ({ result: id }) } })
  },

  /** A manager that meddles with tasks which are at work: cancels, amends, and adds below what it cancelled. */
  meddle: ({ simulation, managers }) => {
    const { amend, cancelSubtree, delegate, finish, task } = managers
    const work = (id: string) => task('work', id, { id })
    const manager = managers.foldManager({
      name: 'meddler',
      initial: () => null,
      on: {
        goal: () => delegate(['quick', 'long', 'other', 'slow'].map(work)),
        outcome(_state, { task: id }) {
          if (id === 'quick')
            return [cancelSubtree('long', 'enough'), amend({ replace: [{ ...work('other'), priority: 1 }] })]
          return id === 'slow' ? delegate([work('late')], { parent: 'long' }) : []
        },
        settled: () => finish(null),
      },
    })
    const limits = { timeoutMs: 300_000 }
    return simulation.settingOf(
      { kind: 'manager', manager },
      { workers: { work: takeTime }, limits, comparesRuns: false },
    )
  },

  /** Two rows of work: in one of them each task leads to the next, in the other a single one waits. */
  stream: ({ simulation, managers }) => {
    const hop = (step: number) => managers.task('hop', step, { id: `hop-${step}` })
    const manager = managers.dynamic({
      name: 'stream',
      start: () => [hop(1), managers.task('hop', 0, { id: 'waits' })],
      discovered: (step: number) => hop(step),
      reduce: managers.commutative((count: number) => count + 1, 0),
    })
    const behaviour: Behaviour = (step) => nextHop(Number(step))
    return simulation.settingOf(
      { kind: 'manager', manager },
      { workers: { hop: behaviour }, limits: { depthMax: HOPS } },
    )
  },
}

const HOPS = 20
const DURATIONS_MS = { quick: 40_000, slow: 60_000, long: 200_000 } as Readonly<Record<string, number>>

const takeTime: Behaviour = (id) => ({ result: id, durationMs: DURATIONS_MS[String(id)] ?? 1_000 })

function nextHop(step: number): Deed {
  return { result: step, discovered: step > 0 && step < HOPS ? [step + 1] : [] }
}

/** What a simulated worker finds in a folder. */
const listFolder: Behaviour = (path) => ({ result: path, discovered: TREE[String(path)] ?? [] })
