import { FILE_PLAN } from '../config-source.ts'
import { specSource } from '../sources.ts'
import type { Template } from '../template.ts'

/** A tool, with a worker that calls it: of an untrusted plugin, tools serve its own workers only. */
export function toolTemplate(name: string): Template {
  return {
    summary: 'A tool that counts the words of a text, and a worker that calls it.',
    sources: {
      [`${name}.ts`]: toolSource(name),
      [`${name}.spec.ts`]: specSource('tool', name),
      'index.ts': indexSource(name),
    },
    imports: ['@bosun/sdk'],
    isTrusted: false,
    use: {},
    project: {
      config: FILE_PLAN,
      files: {
        'plan.yaml': `tasks:\n  - id: count\n    type: count_words\n    body: Who counts the words of this text?\n`,
      },
    },
  }
}

// ---------------------------------------------------------------------------------------------

function toolSource(name: string): string {
  return `import { defineTool } from '@bosun/sdk'
import { z } from 'zod'

export default defineTool({
  name: '${name}',
  summary: 'Counts the words of a text.',
  access: 'read', // 'write' for files of the attempt, 'effect' for what cannot be taken back
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
  run: ({ text }) => ({ words: text.match(/\\S+/g)?.length ?? 0 }),
})
`
}

function indexSource(name: string): string {
  return `import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import tool from './${name}.ts'

/** Calls the tool. Workers of other plugins may name it as well, if the config trusts this plugin. */
export const worker = defineWorker({
  name: '${name}-worker',
  summary: 'Counts the words of its body.',
  handles: 'count_words',
  body: z.string(),
  result: z.object({ words: z.int() }),
  tools: { count: tool },
  examples: [{ body: 'three short words', result: { words: 3 } }],
  run: ({ body }, { tools }) => tools.count({ text: body }),
})

export default definePlugin({ name: '${name}', workers: [worker], tools: [tool] })
`
}
