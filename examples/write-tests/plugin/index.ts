import { definePlugin } from '@bosun/sdk'
import { z } from 'zod'
import { modelTestWriter } from './model-test-writer.ts'
import { testWriter } from './test-writer.ts'

/** Who writes the tests: a model, if the config has one for it. */
export default definePlugin({
  name: 'write-tests',
  options: z.strictObject({ model: z.boolean().default(false) }),
  create: ({ model }) => ({ workers: [model ? modelTestWriter : testWriter] }),
})
