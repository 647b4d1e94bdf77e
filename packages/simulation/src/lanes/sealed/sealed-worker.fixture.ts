import { declareTool, defineWorker, type WorkerContext } from '@bosun/sdk'
import { z } from 'zod'

/** Modules remember; realms do not. */
let runs = 0

const lookup = declareTool({
  name: 'web.lookup',
  summary: 'Looks up.',
  access: 'read',
  input: z.string(),
  output: z.json(),
})

export const counter = defineWorker({
  name: 'counter',
  summary: 'Counts how often its module was used.',
  handles: 'page',
  body: z.number(),
  result: z.string(),
  run: async ({ body }, { clock, emit, random }) => {
    runs += 1
    await Promise.race([clock.sleep(body), clock.sleep(body * 2)])
    emit({ at: clock.now(), is: new Date(clock.now()).toISOString() })
    for (let hop = 0; hop < 100; hop += 1) await Promise.resolve()
    return `${runs} ${random()}`
  },
})

export const reader = defineWorker({
  name: 'reader',
  summary: 'Looks up twice.',
  handles: 'page',
  body: z.string(),
  result: z.json(),
  tools: { lookup },
  run: async ({ body }, { tools, signal, clock }) => {
    const found = await tools.lookup(body)
    const failed = await tools.lookup('fail').catch((error: { code: string }) => error.code)
    await clock.sleep(60_000).catch(() => {})
    return [found, failed, signal.aborted]
  },
})

const USES: Record<string, () => unknown> = {
  now: () => Date.now(),
  date: () => new Date(),
  random: () => Math.random(),
  timer: () => setTimeout(() => {}, 1),
  performance: () => performance.now(),
  crypto: () => crypto.randomUUID(),
  weak: () => new WeakRef({}),
  drop: () => void Promise.reject(new Error('dropped')),
}

const cheat = async ({ body }: { body: string }, { clock }: WorkerContext) => {
  await clock.sleep(5)
  if (body === 'nothing') await new Promise(() => {})
  try {
    USES[body]?.()
  } catch {
    return 'swallowed'
  }
  return 'not refused'
}

export default defineWorker({
  name: 'cheat',
  summary: 'Uses what it must not.',
  handles: 'page',
  body: z.string(),
  result: z.string(),
  run: (input, context) => cheat(input, context as unknown as WorkerContext),
})
