import { defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import type { CheckOptions } from '../../subject/check-options.ts'

export default defineWorker({
  name: 'waiter',
  summary: 'Waits a while.',
  handles: 'wait',
  body: z.number(),
  result: z.number(),
  examples: [{ body: 1 }],
  async run({ body }, { clock }) {
    await clock.sleep(1_000)
    return body
  },
})

export const check: CheckOptions = { scope: { tasksMax: 3 } }
