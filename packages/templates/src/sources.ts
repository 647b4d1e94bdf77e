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
  worker: (name) => `import { describeWorker } from 'bosun/testing'
import worker from './${name}.ts'

describeWorker(worker, { plugin: '.' })
`,
  tool: (name) => `import { describeTool, describeWorker } from 'bosun/testing'
import { worker } from './index.ts'
import tool from './${name}.ts'

describeTool(tool, { examples: [{ input: { text: 'three short words' }, output: { words: 3 } }] })

describeWorker(worker, { plugin: '.', check: { tools: { '${name}': () => ({ words: 3 }) } } })
`,
  planner: (name) => `import { defineWorker } from '@bosun/sdk'
import { describePlanner } from 'bosun/testing'
import { z } from 'zod'
import planner, { check } from './${name}.ts'

const [type = ''] = Object.keys(check.workers)

/** Takes what the plan asks for. */
const worker = defineWorker({
  name: 'stand-in',
  summary: 'Takes the tasks of the plan.',
  handles: type,
  body: z.string(),
  result: z.null(),
  run: () => null,
})

describePlanner(planner, {
  workers: [worker],
  examples: [{ goal: check.goal }],
  failures: [{ goal: [], code: 'PLANNER_FAILED' }],
})
`,
  manager: (name) => `import { describeManager } from 'bosun/testing'
import manager, { check } from './${name}.ts'

describeManager(manager, { ...check, badGoals: [[], 'Mars'], schedules: 500 })
`,
  strategy: (name) => `import { describeStrategy } from 'bosun/testing'
import strategy from './${name}.ts'

describeStrategy(strategy, { schedules: 500 })
`,
}
