import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'

/** Does nothing, so that only what is around it is measured. */
const noop = defineWorker({
  name: 'noop',
  summary: 'Does nothing.',
  handles: 'noop',
  body: z.null(),
  result: z.null(),
  run: () => null,
})

export default definePlugin({ name: 'noop-plugin', workers: [noop] })
