import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { WriteTestBody, WriteTestResult } from './test-writer.ts'

const INSTRUCTIONS = `Write property tests for one module, with Vitest and fast-check 4.

State what holds for every input: what is undone by what, what a second call changes, what the result has in
common with the arguments, how long it may be. Test no more than the module promises, and no single examples.
Give each fc.assert { seed: 1 }, so that a run can be repeated. The file is plain JavaScript, and imports the
module, and others of the package if it needs them, by their path from the test: '../../src/FOLDER/NAME.mjs'.`

/** Has the property tests of one module written by the model that the config calls `author`. */
export const modelTestWriter = defineWorker({
  name: 'model-test-writer',
  summary: 'Has a model write property tests for one module.',
  handles: 'write_test',
  body: WriteTestBody,
  result: WriteTestResult,
  tools: { read: files.read('src/**'), write: files.write('candidates/**') },
  model: 'author',
  outputs: ({ to }) => [to],
  async run({ body: { module, to } }, { tools, model }) {
    const [declarations, source] = await Promise.all(
      ['d.mts', 'mjs'].map((ending) => tools.read({ path: `src/${module}.${ending}` })),
    )
    const { test, properties } = await model.generate({
      instructions: INSTRUCTIONS,
      prompt: `The module is src/${module}.mjs:\n\n${source?.text}\n\nIts declarations:\n\n${declarations?.text}`,
      outputTokensMax: 8_000,
      schema: z.object({
        test: z.string().describe('The text of the test file.'),
        properties: z.array(z.string()).describe('The titles of its tests.'),
      }),
    })
    await tools.write({ path: to, text: test })
    return { properties }
  },
})
