import { corpusPath } from '@bosun/corpora'
import { BosunError, type Json } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { defineWorker, VALUE_DEPTH_MAX } from '@bosun/sdk'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadConfig } from './config/load-config.ts'
import { locatePlugin } from './hosts/locate-plugin.ts'
import { hostedSide } from './hosts/hosted-side.fixture.ts'
import { assignment } from './broker/workers-side.fixture.ts'
import { readFactsFile } from './journal/read-facts-file.ts'
import { chatAnswer, fakeProvider } from './models/fake-provider.fixture.ts'
import { ask, by, modelsOf } from './models/models.fixture.ts'
import { readRecording, recordingFile } from './models/recordings.ts'
import { readScriptedAnswers } from './models/scripted-answers.ts'
import { config, ended, of, world } from './run/world.fixture.ts'

/** A way for JSON of strangers to get in. */
interface Door {
  /** What it reads. */
  readonly valid: object
  /** Lets a text in. Throws where it is refused. */
  readonly enter: (text: Uint8Array) => Promise<unknown>
  /** Whether keys that it does not know are left out instead of refused. */
  readonly isTolerant?: true
}

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-doors-')))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function put(path: string, text: Uint8Array | string): string {
  const place = join(scratch, path)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, text)
  return place
}

/** Answers every question with the text of the day, over real HTTP. */
let wireText: Uint8Array = new Uint8Array()
const provider = await fakeProvider((response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(wireText)
})
afterAll(() => provider[Symbol.asyncDispose]())
const models = modelsOf({
  providers: { local: { kind: 'openai-compatible', baseUrl: provider.url, triesMax: 1, timeoutMs: 60_000 } },
})
const question = { model: 'local:m', options: ask('x') }

const DOORS: Readonly<Record<string, Door>> = {
  'the config': {
    valid: { plugins: [], manager: 'fanOut', goal: { a: 1 } },
    enter: (text) => loadConfig(dirname(put('config/bosun.config.json', text))),
  },
  'the manifest of a plugin': {
    valid: { name: 'p', bosun: { apiVersion: 1, entry: 'index.js' } },
    isTolerant: true,
    async enter(text) {
      put('plugins/p/index.js', '')
      put('plugins/p/package.json', text)
      return locatePlugin('./plugins/p', scratch)
    },
  },
  'the script of a model': {
    valid: { small: [{ data: { a: 1 } }] },
    enter: async (text) => readScriptedAnswers(put('answers.json', text)),
  },
  'the recording of a model': {
    valid: { model: 'local:m', request: { ...question.options }, answer: { a: 1 }, inputTokens: 1, outputTokens: 1 },
    enter(text) {
      put(join('recordings', recordingFile(question)), text)
      return readRecording(join(scratch, 'recordings'), question)
    },
  },
  'an export': {
    valid: { hash: 'x', fact: { seq: 1 } },
    enter: (text) => readFactsFile(put('run.ndjson', Buffer.concat([text, Buffer.from('\n')]))),
  },
  'the answer of a provider': {
    valid: chatAnswer('Here.'),
    isTolerant: true,
    enter(text) {
      wireText = text
      return models.resolve('local:m').call(question.options, by())
    },
  },
}
const CASES = Object.entries(DOORS).map(([name, door]) => ({ name, ...door }))

const before = Object.getOwnPropertyNames(Object.prototype)
/** `read`, or the code of the refusal; any other end fails. */
async function outcome(enter: Door['enter'], text: Uint8Array | string): Promise<string> {
  try {
    await enter(typeof text === 'string' ? Buffer.from(text) : text)
    return 'read'
  } catch (error) {
    if (BosunError.is(error)) return error.code
    throw error
  } finally {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(Reflect.has({}, 'polluted')).toBe(false)
  }
}

const KEYS = ['__proto__', 'constructor', 'prototype'] as const
const VALUES = [
  '{"polluted":1}',
  '{"prototype":{"polluted":1}}',
  '{"__proto__":{"polluted":1}}',
  '["polluted"]',
  'null',
]
/** The same key as the parser sees it, and as no search for its name does. */
const escaped = (key: string) =>
  `"${Array.from(key, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
const MEMBERS = KEYS.flatMap((key) =>
  VALUES.flatMap((value) => [
    `"${key}":${value}`,
    `${escaped(key)}:${value}`,
    `"x":{"${key}":${value}}`,
    `"x":[[{"y":{${escaped(key)}:${value}}}]]`,
  ]),
)

describe('JSON of strangers', () => {
  it.each(CASES.filter(({ name }) => name !== 'an export'))(
    '$name is read when it is right',
    async ({ enter, valid }) => {
      expect(await outcome(enter, JSON.stringify(valid))).toBe('read')
    },
  )

  it(`H13: ${MEMBERS.length} bodies are at least 60`, () => {
    expect(MEMBERS.length).toBeGreaterThanOrEqual(60)
  })

  it.each(CASES)('H13: no key of it reaches a prototype, by $name', async ({ enter, valid, isTolerant }) => {
    const inner = JSON.stringify(valid).slice(1, -1)
    const taken: string[] = []
    for (const member of MEMBERS) {
      for (const text of [`{${member}}`, `{${inner},${member}}`, `{${member},${inner}}`]) {
        if ((await outcome(enter, text)) === 'read') taken.push(text)
      }
    }
    expect(isTolerant === true ? [] : taken).toEqual([])
  })

  it.each(CASES)('H14: of 65 levels, 10,000 and 1,000,000 it is refused by $name', async ({ name, enter, valid }) => {
    const inner = JSON.stringify(valid).slice(1, -1)
    const taken: string[] = []
    for (const depth of [65, 10_000, 1_000_000]) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const nested = `${open.repeat(depth)}1${close.repeat(depth)}`
        if ((await outcome(enter, nested)) === 'read') taken.push(`${depth} of ${open}`)
        const beside = await outcome(enter, `{${inner},"more":${nested}}`)
        // What a provider says beyond its answer is left out, however deep it is.
        if (beside === 'read' && name !== 'the answer of a provider') taken.push(`${depth} of ${open} beside`)
      }
    }
    expect(taken).toEqual([])
  })

  it.each(CASES)('H14: of 64 MiB it is refused by $name', { timeout: 60_000 }, async ({ enter }) => {
    for (const text of [
      Buffer.alloc(64 * 1024 * 1024, ' '),
      Buffer.concat([Buffer.from('"'), Buffer.alloc(64 * 1024 * 1024, 'x')]),
    ]) {
      expect(await outcome(enter, text)).not.toBe('read')
    }
  })
})

const corpus = corpusPath('json-parsing')
if (corpus === undefined) console.warn('H14 is not tested against the corpus of JSON files: it is absent.')
const files = ['test_parsing', 'test_transform'].flatMap((folder) =>
  corpus === undefined ? [] : readdirSync(join(corpus, folder)).map((name) => join(corpus, folder, name)),
)

describe.skipIf(corpus === undefined)(`H14: the ${files.length} files of the JSON corpus`, { timeout: 120_000 }, () => {
  it.each(CASES)(
    'are read where they are objects that fit, and else refused by a code, by $name',
    async ({ name, enter }) => {
      const tally: Record<string, number> = {}
      const wrong: string[] = []
      for (const file of files) {
        const bytes = readFileSync(file)
        const seen = await outcome(enter, bytes)
        tally[seen] = (tally[seen] ?? 0) + 1
        const fits = !basename(file).startsWith('n_') && /^\s*\{/.test(bytes.toString())
        if (seen === 'read' && !fits) wrong.push(basename(file))
      }
      console.info(`H14, ${name}: ${JSON.stringify(tally)}`)
      expect(wrong).toEqual([])
    },
  )
})

describe('JSON from a host', () => {
  it.each([65, 10_000, 1_000_000])(
    'H14: of %d levels it is held against the host and goes no further',
    async (depth) => {
      await using side = hostedSide()
      const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
      const lines = [
        `[{"type":"emitted","attempt":"r/forger@1","value":${nested}}]\n`,
        `[{"type":"discovered","attempt":"r/forger@1","item":${nested}}]\n`,
        `[${nested}]\n`,
      ]
      side.queue.enqueue([assignment('forge', { id: 'forger', body: lines })])
      expect(await side.ended('forger')).toMatchObject({ type: 'result', result: 'honest' })
      expect(side.reports.map(({ type }) => type)).toEqual(['started', 'violation', 'violation', 'violation', 'result'])
    },
  )

  it(`H13: none of ${MEMBERS.length} bodies reaches a prototype`, async () => {
    await using side = hostedSide()
    const lines = MEMBERS.map((member) => `[{"type":"emitted","attempt":"r/forger@1","value":{${member}}}]\n`)
    side.queue.enqueue([assignment('forge', { id: 'forger', body: lines })])
    expect(await side.ended('forger')).toMatchObject({ type: 'result', result: 'honest' })
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(side.reports.filter(({ type }) => type === 'emitted')).toEqual([])
    expect(side.seenBeats.filter(({ type }) => type !== 'beat')).toEqual([])
  })
})

function nest(depth: number): Json {
  let value: Json = 1
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

describe('the deepest value', () => {
  const deep = defineWorker({
    name: 'deep',
    handles: 'deep',
    summary: 'Says and returns what is that deep.',
    body: z.number(),
    result: z.unknown(),
    run({ body }, { emit, discover }) {
      if (body <= VALUE_DEPTH_MAX) {
        emit(nest(body))
        discover(nest(body))
      }
      return nest(body)
    },
  })
  const two = fanOut<readonly number[]>({
    name: 'two',
    start: (depths) => depths.map((depth, index) => task('deep', depth, { id: `t${index}` })),
  })

  it('H14: that a worker may return is carried by manager, journal and export, and is read again', async () => {
    const { bosun } = await world({ workers: [deep] })
    const run = await bosun.run(two, [1, VALUE_DEPTH_MAX], { config: config() })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [nest(1), nest(VALUE_DEPTH_MAX)] } })
    const lines = await Array.fromAsync(bosun.journal.exportRun(run.run))
    expect((await readFactsFile(put('deepest.ndjson', lines.join('')))).facts).toEqual(facts)
  })

  it('H14: one level more fails its own task, and neither its siblings nor the run of the manager', async () => {
    const { bosun } = await world({ workers: [deep] })
    const run = await bosun.run(two, [1, VALUE_DEPTH_MAX + 1], { config: config() })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.failed', causeCode: 'TASKS_UNSUCCESSFUL', result: { result: [nest(1)] } })
    expect(of(facts, 'task.failed')).toMatchObject([{ task: 't1', error: { code: 'RESULT_INVALID' } }])
  })
})
