import { definePlugin, files } from '@bosun/sdk'
import { defineAgentWorker } from '@bosun/worker-agent'
import { z } from 'zod'

const reader = defineAgentWorker({
  name: 'reader',
  handles: 'read',
  summary: 'Reads a text over and over.',
  model: 'local:m',
  instructions: 'You read the text.',
  body: z.strictObject({ prompt: z.string() }),
  result: z.strictObject({ text: z.string() }),
  tools: { read: files.read('**') },
})

export default definePlugin({ name: 'reading', workers: [reader] })
