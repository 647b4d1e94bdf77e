import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'bosun'
import { makeWorkspace } from './workspace.ts'
import { writeTests } from './write-tests.ts'

const folder = join(import.meta.dirname, 'work')
makeWorkspace(folder)

const judge = join(import.meta.dirname, 'judge')
const modules = dirname(dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))))
/** `provider:model`; without one the tests are written from the declarations alone. */
const model = process.env['TEST_AUTHOR']

export default defineConfig({
  workspace: folder,
  plugins: [
    { use: './plugin', options: { model: model !== undefined } },
    {
      use: '@bosun/tools-command',
      trusted: true,
      options: {
        searchPath: [judge, dirname(process.execPath), '/usr/bin', '/bin'],
        readable: [modules],
        // What a model has written is run nowhere else.
        sandbox: model === undefined ? 'auto' : 'required',
      },
    },
    { use: '@bosun/worker-command', options: { allow: ['judge.ts *'] } },
  ],
  ...(model === undefined ? {} : { models: { author: model } }),
  providers: {
    openai: { kind: 'openai' },
    anthropic: { kind: 'anthropic' },
    scripted: { kind: 'scripted', file: 'script.json' },
  },
  manager: writeTests,
  goal: [
    'string/camelCase',
    'string/capitalize',
    'string/deburr',
    'string/escape',
    'string/kebabCase',
    'string/lowerFirst',
    'string/pad',
    'string/reverseString',
    'string/snakeCase',
    'array/chunk',
    'array/compact',
    'array/difference',
    'array/drop',
    'array/intersection',
    'array/mapAsync',
    'array/sample',
    'array/takeRightWhile',
    'array/takeWhile',
    'array/union',
    'math/clamp',
  ],
  limits: { slotsMax: 2 },
  // The same test gets the same verdict.
  retry: { retriesMax: 0 },
  policy: { waive: ['failed', 'skipped'] },
})
