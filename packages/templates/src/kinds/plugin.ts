import { FILE_PLAN } from '../config-source.ts'
import type { Template } from '../template.ts'

/** A plugin with options, a worker and a tool. */
export function pluginTemplate(name: string): Template {
  return {
    summary: 'A plugin with options, a worker and a tool of its own.',
    sources: {
      'greeter.ts': greeterSource(name),
      'shout.ts': shoutSource(name),
      'index.ts': indexSource(name),
      [`${name}.spec.ts`]: pluginSpecSource(name),
    },
    imports: ['@bosun/sdk'],
    isTrusted: false,
    use: {},
    project: {
      config: FILE_PLAN,
      files: { 'plan.yaml': `tasks:\n  - id: ada\n    type: greet\n    body: { name: Ada }\n` },
    },
  }
}

// ---------------------------------------------------------------------------------------------

function greeterSource(name: string): string {
  return `import { defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import { shout } from './shout.ts'

/** A worker that greets with these words. */
export const greeterWith = (greeting: string) =>
  defineWorker({
    name: '${name}-greeter',
    summary: 'Greets a person, loudly.',
    handles: 'greet',
    body: z.object({ name: z.string() }),
    result: z.string(),
    tools: { shout },
    examples: [{ body: { name: 'Ada' }, result: \`\${greeting}, Ada\`.toUpperCase() }],
    run: ({ body }, { tools }) => tools.shout({ text: \`\${greeting}, \${body.name}\` }),
  })
`
}

function shoutSource(name: string): string {
  return `import { defineTool } from '@bosun/sdk'
import { z } from 'zod'

export const shout = defineTool({
  name: '${name}.shout',
  summary: 'Says a text in capitals.',
  access: 'read',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text.toUpperCase(),
})
`
}

function indexSource(name: string): string {
  return `import { definePlugin } from '@bosun/sdk'
import { z } from 'zod'
import { greeterWith } from './greeter.ts'
import { shout } from './shout.ts'

export default definePlugin({
  name: '${name}',
  // A config sets them: { use: '…', options: { greeting: 'Ahoy' } }
  options: z.strictObject({ greeting: z.string().default('Hello') }),
  create: ({ greeting }) => ({ workers: [greeterWith(greeting)], tools: [shout] }),
})
`
}

function pluginSpecSource(name: string): string {
  return `import { describeWorker } from 'bosun/testing'
import { expect, it } from 'vitest'
import { greeterWith } from './greeter.ts'
import plugin from './index.ts'

describeWorker(greeterWith('Hello'), { plugin: '.', check: { tools: { '${name}.shout': () => 'HELLO, ADA' } } })

it('takes the greeting from its options', async () => {
  const { workers } = await plugin.create({ greeting: 'Ahoy' })
  expect(workers[0]?.examples[0]?.result).toBe('AHOY, ADA')
})

it('refuses options that it does not know', async () => {
  await expect(plugin.create({ greetings: 'Ahoy' })).rejects.toThrow('greetings')
})
`
}
