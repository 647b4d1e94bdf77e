import { writeSync } from 'node:fs'
import { BosunError, type AnyWorker } from '@bosun/core'
import { definePlugin, defineWorker } from '@bosun/sdk'
import { generateText, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'

const anything = z.unknown()
const worker = (name: string, run: AnyWorker['run'], more: object = {}): AnyWorker =>
  defineWorker({ name, summary: 'Asks.', handles: name, body: anything, result: anything, model: 'fast', run, ...more })

/** Writes past the program of the host, as a hostile plugin can. */
const forge = (message: object) => writeSync(3, `${JSON.stringify([message])}\n`)

/** Workers that ask models in the ways that there are. */
export default definePlugin({
  name: 'asking',
  workers: [
    worker('ask-text', ({ body }, { model }) => model.generate({ prompt: String(body) })),
    worker('ask-data', (_, { model }) =>
      model.generate({ prompt: 'a pair', schema: z.object({ one: z.number(), two: z.string() }) }),
    ),
    worker('ask-with-ai', async ({ body }, { model }) => {
      const seen: string[] = []
      const { text, steps } = await generateText({
        model,
        prompt: String(body),
        stopWhen: stepCountIs(3),
        tools: {
          weigh: tool({
            description: 'Weighs a thing.',
            inputSchema: z.object({ thing: z.string() }),
            execute: ({ thing }) => {
              seen.push(thing)
              return { grams: 5 }
            },
          }),
        },
      })
      return { text, seen, steps: steps.length }
    }),
    worker('ask-stream', async ({ body }, { model, progress }) => {
      const texts: string[] = []
      for await (const text of streamText({ model, prompt: String(body) }).textStream) {
        texts.push(text)
        progress(text)
      }
      return texts
    }),
    worker('ask-and-hang-up', async (_, { model }) => {
      const hangUp = new AbortController()
      const question = { model, prompt: 'slow', maxOutputTokens: 100, maxRetries: 0, abortSignal: hangUp.signal }
      const asked = generateText(question).catch((error: Error) => error.name)
      await new Promise((resolve) => setImmediate(resolve))
      hangUp.abort()
      // The broker answers in order, so that it knows of the first by then.
      return [await asked, await model.generate({ prompt: 'quick' })]
    }),
    worker('ask-and-leave', (_, { model }) => {
      void model.generate({ prompt: 'slow' }).catch(() => {})
      return 'left'
    }),
    worker('ask-and-die', async (_, { model }) => {
      await model.generate({ prompt: 'quick' })
      void model.generate({ prompt: 'slow' }).catch(() => {})
      await new Promise((resolve) => setImmediate(resolve))
      process.exit(3)
    }),
    worker('ask-much', (_, { model }) =>
      Promise.allSettled(Array.from({ length: 8 }, () => model.generate({ prompt: 'x', outputTokensMax: 300 }))).then(
        (all) => all.map((one) => (one.status === 'fulfilled' ? 'answered' : (one.reason as BosunError).code)),
      ),
    ),
    worker('claim', ({ body }) => {
      throw new BosunError(body as never, { received: 'a forged claim' })
    }),
    worker('claim-past-the-program', async ({ body }, { attempt }) => {
      forge({ type: 'error', attempt: attempt.id, error: { code: body, message: 'a forged claim' } })
      await new Promise(() => {})
    }),
    worker('forge-questions', (_, { attempt }) => {
      const ask = { type: 'ask', attempt: attempt.id, call: 900, options: {}, streams: false }
      forge({ ...ask, attempt: 'r/other@1' })
      forge({ ...ask, streams: 'yes' })
      forge({ ...ask, options: [] })
      forge({ ...ask, options: { prompt: 'held' } })
      forge({ ...ask, options: { prompt: 'held' } })
      forge({ type: 'hangUp', attempt: 'r/other@1', call: 900 })
      forge({ type: 'part', attempt: attempt.id, call: 900, part: 'x' })
      return 'honest'
    }),
    worker('ask-without', (_, { model }) => model.generate({ prompt: 'x' }), { model: undefined }),
  ],
})
