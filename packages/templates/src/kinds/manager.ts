import { PAGES, PAGES_PLUGIN } from '../pages.ts'
import { pluginSource, specSource } from '../sources.ts'
import type { Template, TemplateOptions } from '../template.ts'

/** A manager that hands over a task for each name in the goal and counts what came of them. */
export function managerTemplate(name: string, { taskType = PAGES }: TemplateOptions): Template {
  return {
    summary: `A manager that hands over tasks of the type ${taskType} and counts what came of them.`,
    sources: {
      [`${name}.ts`]: managerSource(name, taskType),
      [`${name}.spec.ts`]: specSource('manager', name),
      'index.ts': pluginSource('manager', name),
    },
    imports: ['@bosun/managers', '@bosun/sdk'],
    isTrusted: true,
    use: { manager: `'${name}'` },
    project: { plugins: [PAGES_PLUGIN], config: { goal: `['Mars', 'Venus']` }, files: {} },
  }
}

// ---------------------------------------------------------------------------------------------

function managerSource(name: string, taskType: string): string {
  return `import { delegate, fail, finish, foldManager, task } from '@bosun/managers'
import { idFrom } from '@bosun/sdk'
import { z } from 'zod'

/** One task for each name in the goal; finishes with how many succeeded. */
export default foldManager({
  name: '${name}',
  goal: z.array(z.string().min(1)).min(1),
  initial: () => ({ succeeded: 0 }),
  on: {
    goal: (_, { goal }) => delegate([...new Set(goal)].map((body) => task('${taskType}', body, { id: idFrom(body) }))),
    outcome(state, { outcome }) {
      if (outcome === 'succeeded') state.succeeded += 1
    },
    refused: (_, { error }) => fail(error.message), // no worker for the type, or a cap
    settled: (state) => finish(state), // completed only if all have succeeded, whatever is said here
  },
})

/** What a check gives it: a goal, and what simulated workers do. */
export const check = { goal: ['Mars', 'Venus'], workers: { ${taskType}: () => ({ result: null }) } }
`
}
