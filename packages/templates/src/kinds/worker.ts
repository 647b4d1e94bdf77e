import { FILE_PLAN } from '../config-source.ts'
import { pluginSource, specSource } from '../sources.ts'
import type { ConfigSource, Template, TemplateOptions } from '../template.ts'

/** A worker that writes one file. */
export function workerTemplate(
  name: string,
  { taskType = name.replaceAll('-', '_'), model }: TemplateOptions,
): Template {
  const topics = ['mars', 'venus']
  return {
    summary: `A worker that does tasks of the type ${taskType}.`,
    sources: {
      [`${name}.ts`]: model === undefined ? workerSource(name, taskType) : askingSource(name, taskType, model),
      [`${name}.spec.ts`]: specSource('worker', name),
      'index.ts': pluginSource('worker', name),
    },
    imports: ['@bosun/sdk'],
    isTrusted: false,
    use: {},
    project: {
      config: { ...FILE_PLAN, ...(model === undefined ? {} : scriptedModel(model)) },
      files: {
        'plan.yaml': `tasks:\n${topics
          .map((topic) => `  - id: ${topic}\n    type: ${taskType}\n    body: { topic: ${topic} }\n`)
          .join('')}`,
        ...(model === undefined ? {} : { 'models.json': `{ "${model}": ["There is more to say of it."] }\n` }),
      },
    },
  }
}

// ---------------------------------------------------------------------------------------------

function workerSource(name: string, taskType: string): string {
  return `import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

export default defineWorker({
  name: '${name}',
  summary: 'Writes a page about a topic.',
  handles: '${taskType}',
  body: z.object({ topic: z.string().regex(/^[a-z]+$/) }),
  result: z.object({ path: z.string() }),
  tools: { write: files.write('out/**') },
  outputs: ({ topic }) => [\`out/\${topic}.md\`],
  examples: [{ body: { topic: 'mars' }, result: { path: 'out/mars.md' } }],
  async run({ body: { topic } }, { tools }) {
    await tools.write({ path: \`out/\${topic}.md\`, text: \`# \${topic}\\n\` })
    return { path: \`out/\${topic}.md\` }
  },
})
`
}

function askingSource(name: string, taskType: string, model: string): string {
  return `import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

export default defineWorker({
  name: '${name}',
  summary: 'Has a model describe a topic, and writes it down.',
  handles: '${taskType}',
  body: z.object({ topic: z.string().regex(/^[a-z]+$/) }),
  result: z.object({ path: z.string() }),
  tools: { write: files.write('out/**') },
  model: '${model}',
  outputs: ({ topic }) => [\`out/\${topic}.md\`],
  examples: [
    {
      body: { topic: 'mars' },
      model: [{ text: 'Mars is red.', expects: 'mars' }], // what it answers, so that no key is needed
      result: { path: 'out/mars.md' },
    },
  ],
  async run({ body: { topic } }, { model, tools }) {
    const text = await model.generate({ prompt: \`Describe \${topic} in one sentence.\` })
    await tools.write({ path: \`out/\${topic}.md\`, text: \`# \${topic}\\n\\n\${text}\\n\` })
    return { path: \`out/\${topic}.md\` }
  },
})
`
}

/** A model that answers from a file, until somebody names a real one. */
function scriptedModel(model: string): ConfigSource {
  return {
    models: [
      `{ '${model}': 'scripted:${model}' }`,
      `a real one is 'openai:gpt-5-mini', with its key in the environment`,
    ],
    providers: `{ scripted: { kind: 'scripted', file: 'models.json' } }`,
  }
}
