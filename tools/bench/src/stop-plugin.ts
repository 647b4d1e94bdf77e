import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

/** Writes a file, says so, and returns a while later, whatever its signal says. */
const slowWriter = defineWorker({
  name: 'slow-writer',
  summary: 'Writes which attempt it is, and takes its time to return.',
  handles: 'slow_write',
  body: z.strictObject({ path: z.string(), returnsAfterMs: z.int() }),
  result: z.strictObject({ epoch: z.int() }),
  tools: { write: files.write(), list: files.list() },
  outputs: ({ path }) => [path],
  async run({ body }, { tools, attempt, progress }) {
    await tools.write({ path: body.path, text: `epoch ${attempt.epoch}\n` })
    progress('written')
    // Not the context's clock, whose sleep ends with the signal: this worker does not listen.
    await new Promise((resolve) => setTimeout(resolve, body.returnsAfterMs))
    return { epoch: attempt.epoch }
  },
})

/** Ends when a folder named `open` appears in the workspace. */
const gatekeeper = defineWorker({
  name: 'gatekeeper',
  summary: 'Waits until the gate is open.',
  handles: 'wait_gate',
  body: z.null(),
  result: z.null(),
  tools: { list: files.list() },
  async run(_input, { tools, clock, signal }) {
    for (;;) {
      signal.throwIfAborted()
      // oxlint-disable-next-line no-await-in-loop
      const { entries } = await tools.list({ path: '.' })
      if (entries.some(({ name }) => name === 'open')) return null
      // oxlint-disable-next-line no-await-in-loop
      await clock.sleep(20)
    }
  },
})

export default definePlugin({ name: 'stop-plugin', workers: [slowWriter, gatekeeper] })
