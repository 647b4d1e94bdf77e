import { FILE_PLAN } from '../config-source.ts'
import { PAGES, PAGES_PLUGIN } from '../pages.ts'
import { pluginSource, specSource } from '../sources.ts'
import type { Template } from '../template.ts'

/** A strategy with an order of its own. */
export function strategyTemplate(name: string): Template {
  return {
    summary: 'A strategy by which urgent tasks go first, and of equally urgent ones those that were tried before.',
    sources: {
      [`${name}.ts`]: strategySource(name),
      [`${name}.spec.ts`]: specSource('strategy', name),
      'index.ts': pluginSource('strategy', name),
    },
    imports: ['@bosun/sdk', 'bosun'],
    isTrusted: true,
    use: { strategy: `'${name}'` },
    project: {
      plugins: [PAGES_PLUGIN],
      config: { ...FILE_PLAN, limits: '{ slotsMax: 1 }' },
      files: {
        'plan.yaml': `tasks:\n${[
          ['venus', 'Venus', 0],
          ['mars', 'Mars', 5],
        ]
          .map(([id, body, rank]) => `  - id: ${id}\n    type: ${PAGES}\n    body: ${body}\n    priority: ${rank}\n`)
          .join('')}`,
      },
    },
  }
}

// ---------------------------------------------------------------------------------------------

function strategySource(name: string): string {
  return `import { defineStrategy } from 'bosun'

/** Urgent tasks go first; of equally urgent ones, those that were tried before. */
export default defineStrategy({
  name: '${name}',
  // Lower goes first. Asked when a task becomes ready, so it has to follow from the task alone.
  order: { name: 'urgent-then-tried', key: (task) => -(task.spec.priority ?? 0) - task.retries / 100 },
  guarantees: ['work-conserving', 'priority'], // what is claimed is judged
})
`
}
