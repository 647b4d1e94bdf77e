import type { Kind } from './template.ts'

type Single = Exclude<Kind, 'plugin' | 'tool'>

/** The entry of a plugin that brings one thing, which stands in a file of its own name. */
export function pluginSource(kind: Single, name: string): string {
  const parts = { worker: 'workers', planner: 'planners', manager: 'managers', strategy: 'strategies' }[kind]
  return `import { definePlugin } from '@bosun/sdk'
import ${kind} from './${name}.ts'

export default definePlugin({ name: '${name}', ${parts}: [${kind}] })
`
}

/** The spec beside it. */
export function specSource(kind: Exclude<Kind, 'plugin'>, name: string): string {
  return SPECS[kind](name)
}

// ---------------------------------------------------------------------------------------------

const SPECS: Readonly<Record<Exclude<Kind, 'plugin'>, (name: string) => string>> = {
  worker: (name) => `import { checkWorker } from 'bosun/testing'
import worker from './${name}.ts'

checkWorker(worker, { schedules: 200 })
`,
  tool: (name) => `import { checkWorker } from 'bosun/testing'
import { worker } from './index.ts'

checkWorker(worker, { schedules: 200, module: '${name}.ts' })
`,
  planner: (name) => `import { checkPlanner } from 'bosun/testing'
import planner, { check } from './${name}.ts'

checkPlanner(planner, { ...check, schedules: 200 })
`,
  manager: (name) => `import { checkManager } from 'bosun/testing'
import manager, { check } from './${name}.ts'

checkManager(manager, { ...check, schedules: 500 })
`,
  strategy: (name) => `import { checkStrategy } from 'bosun/testing'
import strategy from './${name}.ts'

checkStrategy(strategy, { schedules: 500 })
`,
}
