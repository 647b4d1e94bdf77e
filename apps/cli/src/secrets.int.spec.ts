import { mkdtempSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bosunIn } from './real-engine.fixture.ts'

/** Long, so that what is cut out of its middle is still its own; with all that has to be escaped somewhere. */
const SECRET = 'sk-canary/7f3b+"quoted" \\ä-9c1d0e5a2b48f6d7c3e1'
const bytes = (text: string) => Buffer.from(text)
const percent = (text: string) => bytes(text).toString('hex').replace(/../g, '%$&')

/** The spellings in which the canary is let loose. */
const SPELLINGS: Readonly<Record<string, string>> = {
  plain: SECRET,
  'in JSON': JSON.stringify({ key: SECRET }),
  'in JSON in JSON': JSON.stringify(JSON.stringify([SECRET])),
  'URL-encoded': encodeURIComponent(SECRET),
  'URL-encoded, lower-case': encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase()),
  'form-encoded': encodeURIComponent(SECRET).replaceAll('%20', '+'),
  'percent-encoded': percent(SECRET),
  hexadecimal: bytes(SECRET).toString('hex'),
  base64: bytes(SECRET).toString('base64'),
  'base64, shifted by one': bytes(`:${SECRET}`).toString('base64'),
  'base64, shifted by two': bytes(`me:${SECRET}!`).toString('base64').slice(0, -4),
  base64url: bytes(SECRET).toString('base64url'),
}

/** What is looked for: the middle of each spelling, as it is and as JSON writes it. */
const NEEDLES = Object.entries(SPELLINGS).map(([name, text]): [string, string[]] => {
  const middle = text.slice(12, -12)
  const inJson = JSON.stringify(middle).slice(1, -1)
  return [name, [middle, inJson, JSON.stringify(inJson).slice(1, -1)]]
})
const hitsIn = (text: string) =>
  NEEDLES.flatMap(([name, needles]) => (needles.some((needle) => text.includes(needle)) ? [name] : []))

/** A worker that lets the canary out wherever there is a way out; its text is in the code of the plugin. */
const LEAKY = `
import { readFileSync } from 'node:fs'
import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
const texts = ${JSON.stringify(Object.values(SPELLINGS))}
const about = { summary: 'Leaks.', result: z.json() }
const leak = defineWorker({
  ...about, name: 'leak', handles: 'leak', model: 'fast', body: z.number(), tools: { read: files.read('data/**') },
  async run({ body }, { model, tools, progress, emit, discover }) {
    const text = texts[body]
    progress('at ' + text)
    emit({ [text]: [text] })
    discover({ text })
    await tools.read({ path: 'data/' + encodeURIComponent(text) }).catch(() => {})
    await tools.read({ path: text.replaceAll('/', '_') }).catch(() => {})
    const { text: file } = await tools.read({ path: 'data/notes.txt' })
    const answer = await model.generate({ prompt: 'What is ' + text + '? ' + file, outputTokensMax: 50 })
    return { text, file, answer, env: { ...process.env }, environ: environ() }
  },
})
const fail = defineWorker({
  ...about, name: 'fail', handles: 'fail', body: z.number(),
  run: ({ body }) => { throw Object.assign(new Error('failed with ' + texts[body]), { cause: texts[body] }) },
})
const crash = defineWorker({
  ...about, name: 'crash', handles: 'crash', body: z.number(),
  async run({ body }) {
    const text = texts[body]
    for (let from = 0; from < text.length; from += 7) {
      process.stderr.write(text.slice(from, from + 7))
      await new Promise((resolve) => setImmediate(resolve))
    }
    setImmediate(() => { throw new Error('crashed with ' + text) })
    await new Promise(() => {})
  },
})
function environ() {
  try { return readFileSync('/proc/self/environ', 'latin1') } catch (error) { return error.code }
}
export default definePlugin({ name: 'leaky', workers: [leak, fail, crash] })
`

/** Trusted code that tells another system whatever it is told. */
const TOLD = `
import { appendFileSync } from 'node:fs'
import { definePlugin } from '@bosun/sdk'
const reader = { facts: (_run, facts) => appendFileSync(new URL('../told.ndjson', import.meta.url), JSON.stringify(facts)) }
const module = { load: ({ bind }) => bind(Symbol.for('bosun.Telemetry')).toConstantValue(reader) }
export default definePlugin({ name: 'told', modules: [module] })
`

/** A provider that answers with the canary, and keeps what it was asked. */
function provider() {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    bodies.push(Buffer.concat(chunks).toString())
    const message = { role: 'assistant', content: `It is ${SECRET}.` }
    const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
  })
  return { bodies, server }
}

const { bodies, server } = provider()
beforeAll(async () => {
  process.env['CANARY_KEY'] = SECRET
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  delete process.env['CANARY_KEY']
  await new Promise((resolve) => server.close(resolve))
})

function projectOf({ isSecret }: { isSecret: boolean }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-secrets-')))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const tasks = Object.values(SPELLINGS).flatMap((text, index) =>
    // Hosts that crash are replaced, but only so many of them in a while.
    (index % 4 === 0 ? ['leak', 'fail', 'crash'] : ['leak', 'fail']).map((type) => ({
      id: `${type}-${index}`,
      type,
      body: index,
      purpose: `About ${text}`,
    })),
  )
  const files: Record<string, string> = {
    'bosun.config.json': JSON.stringify({
      plugins: ['./plugins/leaky.js', { use: './plugins/told.js', trusted: true }],
      manager: 'fanOut',
      planner: 'files',
      goal: { key: SECRET },
      models: { fast: 'local:m' },
      // Without the name of its key the provider is called without one, and nobody says what is secret.
      providers: { local: { kind: 'openai-compatible', baseUrl, ...(isSecret ? { keyFrom: 'CANARY_KEY' } : {}) } },
      retry: { retriesMax: 0 },
      limits: { slotsMax: 4, tokensMax: 50_000_000 },
    }),
    'plan.json': JSON.stringify({ tasks }),
    'plugins/leaky.js': LEAKY,
    'plugins/told.js': TOLD,
    'data/notes.txt': Object.values(SPELLINGS).join('\n'),
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function bytesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

function runIn(folder: string): string {
  const [run = ''] = readdirSync(join(folder, '.bosun/runs')).filter((name) => name.endsWith('.sqlite'))
  return run.slice(0, -'.sqlite'.length)
}

/** Every place that a run leaves something in, as text. */
async function sinksOf(folder: string): Promise<Record<string, string>> {
  const from = bodies.length
  process.env['BOSUN_DEBUG'] = '1'
  const ran = await bosunIn(folder, 'run', '--json')
  const run = runIn(folder)
  const said = async (...args: string[]) => {
    const { stdout, stderr } = await bosunIn(folder, ...args)
    return stdout + stderr
  }
  const sinks = {
    'facts on stdout': ran.stdout,
    diagnostics: ran.stderr,
    log: await said('log', run),
    'log --json': await said('log', run, '--json'),
    show: await said('show', run),
    'show --json': await said('show', run, '--json'),
    result: await said('result', run),
    tree: await said('tree', run),
    export: await said('export', run),
    'plan with a stack': await said('plan', '--json'),
    telemetry: readFileSync(join(folder, 'told.ndjson'), 'utf8'),
    prompts: bodies.slice(from).join('\n'),
    journal: bytesBelow(join(folder, '.bosun')),
  }
  delete process.env['BOSUN_DEBUG']
  return sinks
}

interface Told {
  readonly type: string
  readonly error?: { readonly message: string }
  readonly result?: { readonly env: object; readonly environ: string }
}

describe('secrets', { timeout: 120_000 }, () => {
  let sinks: Readonly<Record<string, string>> = {}
  let facts: readonly Told[] = []
  beforeAll(async () => {
    sinks = await sinksOf(projectOf({ isSecret: true }))
    const lines = (sinks['log --json'] ?? '').split('\n').filter((line) => line.startsWith('{'))
    facts = lines.map((line) => JSON.parse(line) as Told)
  }, 120_000)
  const all = (type: string) => facts.filter((fact) => fact.type === type)

  it('H10: of 12 spellings no byte reaches any of the places that a run leaves something in', () => {
    for (const [sink, text] of Object.entries(sinks)) expect([sink, hitsIn(text)]).toEqual([sink, []])
    for (const sink of ['facts on stdout', 'log --json', 'telemetry', 'prompts']) {
      expect(sinks[sink]).toContain('[redacted]')
    }
  })

  it('H10: a crash shows none of them, however its last words were cut, and each worker got as far as it was meant to', () => {
    expect(all('attempt.succeeded')).toHaveLength(12)
    expect(all('attempt.failed')).toHaveLength(12)
    const lost = all('attempt.lost')
    expect(lost).toHaveLength(3)
    for (const { error } of lost) expect(error?.message.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it('H10: the environment of a host holds no variable of ours', () => {
    for (const { result } of all('attempt.succeeded')) {
      for (const name of Object.keys(process.env)) expect(Object.keys(result?.env ?? process.env)).not.toContain(name)
      expect(result?.environ).toMatch(/^E[A-Z_]+$/)
    }
  })

  it('H10: the same places hold all of them where nobody said what is secret', async () => {
    const open = await sinksOf(projectOf({ isSecret: false }))
    for (const sink of ['facts on stdout', 'log --json', 'telemetry', 'prompts', 'journal']) {
      expect([sink, hitsIn(open[sink] ?? '')]).toEqual([sink, Object.keys(SPELLINGS)])
    }
  })

  it('H10: an error about the project shows no secret, its stack included', async () => {
    const folder = projectOf({ isSecret: true })
    const config = JSON.parse(readFileSync(join(folder, 'bosun.config.json'), 'utf8')) as object
    const plugins = [`./plugins/${SECRET}.js`]
    writeFileSync(join(folder, 'bosun.config.json'), JSON.stringify({ ...config, plugins }))
    process.env['BOSUN_DEBUG'] = '1'
    const { code, stdout, stderr } = await bosunIn(folder, 'run')
    delete process.env['BOSUN_DEBUG']
    expect(code).toBe(2)
    expect(stderr).toContain('[redacted]')
    expect(hitsIn(stdout + stderr)).toEqual([])
  })

  it('H10: the reason of a cancellation from another process leaves no secret behind', async () => {
    const folder = projectOf({ isSecret: true })
    const held = `
      import { definePlugin, defineWorker } from '@bosun/sdk'
      import { z } from 'zod'
      const wait = defineWorker({
        name: 'wait', summary: 'Waits.', handles: 'wait', body: z.null(), result: z.null(),
        run: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      })
      export default definePlugin({ name: 'waiting', workers: [wait] })`
    writeFileSync(join(folder, 'plugins/leaky.js'), held)
    writeFileSync(join(folder, 'plan.json'), JSON.stringify({ tasks: [{ id: 'w', type: 'wait', body: null }] }))
    const ran = bosunIn(folder, 'run')
    while (!(await bosunIn(folder, 'log', 'last', '--json')).stdout.includes('"attempt.started"'));
    const cancelled = await bosunIn(folder, 'cancel', 'last', '--reason', `because of ${SECRET}`)
    expect([cancelled.code, (await ran).code]).toEqual([0, 130])
    expect((await bosunIn(folder, 'log', 'last')).stdout).toContain('because of [redacted]')
    expect(hitsIn(bytesBelow(join(folder, '.bosun')))).toEqual([])
  })
})
