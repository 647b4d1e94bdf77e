import { PAGES, PAGES_PLUGIN } from '../pages.ts'
import { pluginSource, specSource } from '../sources.ts'
import type { Template, TemplateOptions } from '../template.ts'

/** A planner that makes a task of each name in the goal. */
export function plannerTemplate(name: string, { taskType = PAGES }: TemplateOptions): Template {
  return {
    summary: `A planner that turns a list of names into tasks of the type ${taskType}.`,
    sources: {
      [`${name}.ts`]: plannerSource(name, taskType),
      [`${name}.spec.ts`]: specSource('planner', name),
      'index.ts': pluginSource('planner', name),
    },
    imports: ['@bosun/sdk'],
    isTrusted: true,
    use: { planner: `'${name}'` },
    project: { plugins: [PAGES_PLUGIN], config: { manager: `'fanOut'`, goal: `['Mars', 'Venus']` }, files: {} },
  }
}

// ---------------------------------------------------------------------------------------------

function plannerSource(name: string, taskType: string): string {
  return `import { definePlanner, idFrom } from '@bosun/sdk'
import { z } from 'zod'

const Goal = z.array(z.string().min(1)).min(1)

/** One task for each name in the goal. */
export default definePlanner('${name}', ({ goal }) => ({
  tasks: [...new Set(Goal.parse(goal))].map((body) => ({ id: idFrom(body), type: '${taskType}', body })),
}))

/** What a check gives it: a goal, and what simulated workers do. */
export const check = { goal: ['Mars', 'Venus'], workers: { ${taskType}: () => ({ result: null }) } }
`
}
