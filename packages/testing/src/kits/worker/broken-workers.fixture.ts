import { definePlugin, defineWorker, files, type WorkerContext } from '@bosun/sdk'
import { z } from 'zod'

/** A worker that breaks one promise, or none. */
function broken<R>(name: string, run: (context: WorkerContext<typeof tools>) => Promise<R> | R, more: object = {}) {
  return defineWorker({
    name,
    summary: `Is ${name}.`,
    handles: name,
    body: z.strictObject({ path: z.string() }),
    result: z.unknown(),
    tools,
    examples: [{ body: { path: 'in/a.txt' }, files: { 'in/a.txt': 'text', 'in/secret.txt': 'none' } }],
    run: (_, context) => run(context),
    ...more,
  })
}

const tools = { read: files.read('in/a.txt'), write: files.write('out/**') }
const example = { body: { path: 'in/a.txt' }, files: { 'in/a.txt': 'text' } }

async function copy({ tools: { read, write }, progress }: WorkerContext<typeof tools>): Promise<string> {
  const { text } = await read({ path: 'in/a.txt' })
  progress('half')
  await write({ path: 'out/a.txt', text })
  return text
}

let runs = 0
const never = new Promise<never>(() => {})

export const sound = broken('sound', copy, { outputs: () => ['out/a.txt'], examples: [{ ...example, result: 'text' }] })
export const soundOnce = broken('sound-once', copy, { effects: 'once' })
export const liar = broken('liar', copy, { examples: [{ ...example, result: 'another text' }] })
export const taciturn = broken('taciturn', copy, { model: 'fast', examples: [{ ...example, model: ['unheard'] }] })
export const nosy = broken('nosy', async (context) => {
  await context.tools.read({ path: 'in/secret.txt' }).catch(() => {})
  return copy(context)
})
export const silent = broken('silent', async (context) => {
  await context.clock.sleep(300)
  return copy(context)
})
export const counting = broken('counting', async (context) => {
  await copy(context)
  return (runs += 1)
})
export const deaf = broken('deaf', (context) => copy(context).catch(() => never))
export const moody = broken('moody', async (context) => `${await copy(context)} ${context.attempt.epoch}`)
export const littering = broken('littering', async (context) => {
  setInterval(() => {}, 1_000)
  return copy(context)
})
export const careless = broken('careless', async (context) => {
  setTimeout(() => void Promise.reject(new Error('nobody looks')), 100)
  return copy(context)
})

export default definePlugin({
  name: 'broken-workers',
  workers: [sound, soundOnce, liar, taciturn, nosy, silent, counting, deaf, moody, littering, careless],
})
