import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chatAnswer, chatParts, events, fakeProvider, json } from './fake-provider.fixture.ts'
import { ask, by, modelsOf, told } from './models.fixture.ts'

const temporary = () => mkdtempDisposable(join(tmpdir(), 'bosun-recorded-'))

function recorded(folder: string, mode: 'record' | 'replay', baseUrl = 'http://127.0.0.1:1') {
  return modelsOf(
    {
      models: { fast: 'tape:m' },
      providers: {
        local: { kind: 'openai-compatible', baseUrl, keyFrom: 'KEY', triesMax: 1 },
        tape: { kind: 'recorded', folder: 'tapes', records: 'local', mode },
      },
      prices: { 'local:m': { inputMicros: 1_000_000, outputMicros: 1_000_000 } },
    },
    { folder, env: mode === 'record' ? { KEY: 'key-of-the-provider' } : {} },
  ).resolve('fast')
}

describe('M-50: a recorded model', () => {
  it('answers from its files what it was asked before, without key, network or change', async () => {
    await using folder = await temporary()
    await using server = await fakeProvider((response) => json(response, 200, chatAnswer('Hello')))
    const first = await recorded(folder.path, 'record', server.url).call(ask('Greet'), by())
    await recorded(folder.path, 'record', server.url).call(ask('Greet'), by())
    expect(server.seen).toHaveLength(1)
    expect(await recorded(folder.path, 'replay').call(ask('Greet'), by('other@1'))).toEqual(first)
    expect(first).toMatchObject({ inputTokens: 7, outputTokens: 3, costMicros: 10 })
  })

  it('keeps one file per request, for people to read, with no key in it', async () => {
    await using folder = await temporary()
    await using server = await fakeProvider((response) => json(response, 200, chatAnswer('Hello')))
    const model = recorded(folder.path, 'record', server.url)
    await Promise.all([
      model.call(ask('Greet'), by('a')),
      model.call(ask('Greet'), by('b')),
      model.call(ask('Ask'), by()),
    ])
    const files = await readdir(join(folder.path, 'tapes'))
    expect(files).toHaveLength(2)
    for (const file of files) {
      expect(file).toMatch(/^local-m-[0-9a-f]{32}\.json$/)
      const text = await readFile(join(folder.path, 'tapes', file), 'utf8')
      expect(text).toMatch(/^\{\n {2}"model": "local:m",\n {2}"request": \{\n/)
      expect(text).not.toContain('key-of-the-provider')
    }
  })

  it('records what was streamed, and replays it whole', async () => {
    await using folder = await temporary()
    await using server = await fakeProvider((response) => {
      events(response, chatParts('Hello'))
      response.end('data: [DONE]\n\n')
    })
    const { parts, onPart } = told()
    await recorded(folder.path, 'record', server.url).call(ask('Greet'), by('a', { onPart }))
    expect(parts.length).toBeGreaterThan(3)
    const { answer } = await recorded(folder.path, 'replay').call(ask('Greet'), by('a', told()))
    expect(answer['content']).toMatchObject([{ type: 'text', text: 'Hello' }])
  })

  it('says which file is missing, and where the nearest recording differs', async () => {
    await using folder = await temporary()
    await using server = await fakeProvider((response) => json(response, 200, chatAnswer('Hello')))
    const model = recorded(folder.path, 'record', server.url)
    await model.call(ask('Greet Mars', { temperature: 1, maxOutputTokens: 7 }), by())
    await model.call(ask('Greet Mars'), by())
    const call = recorded(folder.path, 'replay').call(ask('Greet Venus'), by())
    await expect(call).rejects.toMatchObject({
      code: 'MODEL_RECORDING_MISSING',
      at: 'local:m',
      expected: expect.stringMatching(/tapes\/local-m-[0-9a-f]{32}\.json$/) as string,
      received: expect.stringContaining('prompt.0.content.0.text was "Greet Mars" and is "Greet Venus"') as string,
    })
    expect(server.seen).toHaveLength(2)
  })

  it('says so when nothing was recorded at all', async () => {
    await using folder = await temporary()
    await expect(recorded(folder.path, 'replay').call(ask('x'), by())).rejects.toMatchObject({
      code: 'MODEL_RECORDING_MISSING',
      received: 'no recording of this model',
    })
  })

  it('keeps nothing of a call that failed', async () => {
    await using folder = await temporary()
    await using server = await fakeProvider((response) => json(response, 400, 'no'))
    await expect(recorded(folder.path, 'record', server.url).call(ask('x'), by())).rejects.toMatchObject({
      code: 'MODEL_REFUSED',
    })
    await expect(readdir(join(folder.path, 'tapes'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('names a file that is no recording', async () => {
    await using folder = await temporary()
    await using server = await fakeProvider((response) => json(response, 200, chatAnswer('Hello')))
    await recorded(folder.path, 'record', server.url).call(ask('x'), by())
    const [file = ''] = await readdir(join(folder.path, 'tapes'))
    await writeFile(join(folder.path, 'tapes', file), '{"model": "local:m"}')
    await expect(recorded(folder.path, 'replay').call(ask('x'), by())).rejects.toMatchObject({
      code: 'MODEL_RECORDING_MISSING',
      at: join(folder.path, 'tapes', file),
    })
  })
})
