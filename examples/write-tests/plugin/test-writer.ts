import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { propertiesOf } from './properties.ts'
import { testText } from './test-text.ts'

/** What both writers take. */
export const WriteTestBody = z.object({
  /** `string/escape` */
  module: z.string().regex(/^\w+\/\w+$/),
  /** Where the test goes. */
  to: z.string(),
})

/** What both writers return. */
export const WriteTestResult = z.object({ properties: z.array(z.string()) })

/** Writes property tests from what the declarations of a module say, without a model. */
export const testWriter = defineWorker({
  name: 'test-writer',
  summary: 'Writes property tests for one module.',
  handles: 'write_test',
  body: WriteTestBody,
  result: WriteTestResult,
  tools: { read: files.read('src/**'), list: files.list('src/**'), write: files.write('candidates/**') },
  outputs: ({ to }) => [to],
  examples: [
    {
      body: { module: 'string/echo', to: 'candidates/string/echo.spec.mjs' },
      files: {
        'src/string/echo.mjs': 'export const echo = (text) => text\n',
        'src/string/echo.d.mts': 'export declare function echo(text: string): string\n',
      },
      result: {
        properties: [
          'echo gives a string, whatever it is given',
          'echo gives the same again, and leaves what it is given as it was',
        ],
      },
    },
  ],
  async run({ body: { module, to } }, { tools }) {
    const [folder = '', name = ''] = module.split('/')
    const declarations = await tools.read({ path: `src/${module}.d.mts` })
    const { entries } = await tools.list({ path: `src/${folder}` })
    // Loaded here alone: it takes a second, and this module is described in other processes, too.
    const { signatureOf } = await import('./signature.ts')
    const signature = signatureOf(name, declarations.text)
    const siblings = entries.flatMap(({ name: file }) => (file.endsWith('.mjs') ? [file.slice(0, -'.mjs'.length)] : []))
    const properties = propertiesOf(signature, siblings)
    await tools.write({ path: to, text: testText(module, signature, properties) })
    return { properties: properties.map(({ title }) => title) }
  },
})
