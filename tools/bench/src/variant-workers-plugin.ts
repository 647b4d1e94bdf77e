import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'

/** Each node of the graphs that are walked leads to two others; the graph has circles. */
const NODES = 24
/** From here on a text is long enough for its reviewer. */
const LENGTH = 12
/** Long enough to be killed at, short enough for many rounds. */
const TAKES_MS = 10

/** A worker that gives back what it makes of its body, a moment later. */
const maker = (handles: string, make: (body: z.core.util.JSONType) => unknown) =>
  defineWorker({
    name: `${handles}-worker`,
    summary: `Does what "${handles}" asks for.`,
    handles,
    body: z.json(),
    result: z.json(),
    async run({ body }, { clock }) {
      await clock.sleep(TAKES_MS)
      return make(body) as z.core.util.JSONType
    },
  })

const visitor = defineWorker({
  name: 'visitor',
  summary: 'Visits a node and tells where it leads to.',
  handles: 'visit',
  body: z.int(),
  result: z.int(),
  async run({ body }, { clock, discover }) {
    await clock.sleep(TAKES_MS)
    discover((2 * body) % NODES)
    discover((2 * body + 1) % NODES)
    return body
  },
})

/** Workers for the managers of `variants-plugin.ts`, in a file of their own: it is all that their hosts may read. */
export default definePlugin({
  name: 'variant-workers',
  workers: [
    maker('step', (body) => (typeof body === 'number' ? body + 1 : body)),
    maker('keep', (body) => body),
    maker('double', (body) => `${String(body)}${String(body)}`),
    maker('review', (body) =>
      String(body).length >= LENGTH ? { accepted: true } : { accepted: false, feedback: body },
    ),
    visitor,
  ],
})
