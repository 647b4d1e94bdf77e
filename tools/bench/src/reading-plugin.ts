import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

/** Reads one file as often as it is told to, one call after the other, and tells how long that took. */
const reader = defineWorker({
  name: 'reader',
  handles: 'read',
  summary: 'Reads a file over and over.',
  body: z.strictObject({ path: z.string(), warmUps: z.int(), calls: z.int() }),
  result: z.strictObject({ ms: z.number() }),
  tools: { read: files.read('**') },
  async run({ body: { path, warmUps, calls } }, { tools }) {
    // oxlint-disable-next-line no-await-in-loop
    for (let call = 0; call < warmUps; call += 1) await tools.read({ path })
    const from = performance.now()
    // oxlint-disable-next-line no-await-in-loop
    for (let call = 0; call < calls; call += 1) await tools.read({ path })
    return { ms: performance.now() - from }
  },
})

export default definePlugin({ name: 'reading-over', workers: [reader] })
