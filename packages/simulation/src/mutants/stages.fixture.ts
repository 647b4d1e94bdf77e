import type { Json } from '@bosun/core'
import type { Behaviour, Setting } from '../subject/setting.ts'
import type { MutantModules } from './mutant-modules.fixture.ts'
import type { StageName } from './mutant.fixture.ts'

const TREE = { root: ['left', 'right'], left: ['leaf'], right: ['leaf', 'stem'] } as Readonly<Record<string, string[]>>

/** What runs around a mutant: the strategy, and a manager where the defect needs one of its own. */
export const STAGES: Readonly<Record<StageName, (modules: MutantModules) => Setting>> = {
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
}

/** What a simulated worker finds in a folder. */
const listFolder: Behaviour = (path) => ({ result: path, discovered: TREE[String(path)] ?? [] })
