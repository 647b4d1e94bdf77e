import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { keyVariables } from './configured-models.ts'
import { ask, by, modelsOf } from './models.fixture.ts'
import { ModelsConfigSchema } from './provider-config.ts'

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error
const local = { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } as const

describe('the models of a config', () => {
  it('M-50: are resolved by alias or by provider and model, the usual providers without mention', () => {
    const models = modelsOf({
      models: { fast: 'openai:gpt-5-mini', tag: 'ollama:qwen3:8b' },
      providers: { ollama: local },
    })
    for (const [asked, name] of [
      ['fast', 'openai:gpt-5-mini'],
      ['tag', 'ollama:qwen3:8b'],
      ['anthropic:claude-sonnet-4-5', 'anthropic:claude-sonnet-4-5'],
      ['google:gemini-2.5-pro', 'google:gemini-2.5-pro'],
    ] as const) {
      expect(models.resolve(asked).name).toBe(name)
    }
  })

  it('are refused by any other name, with what there is', () => {
    const models = modelsOf({ models: { fast: 'openai:gpt-5-mini', lost: 'nowhere:m', twice: 'fast' } })
    for (const name of [
      'slow',
      'openai/gpt-5',
      'gpt-5',
      '',
      ':m',
      'openai:',
      'lost',
      'twice',
      '__proto__',
      'toString:m',
    ]) {
      expect(() => models.resolve(name)).toThrow(code('MODEL_UNKNOWN'))
    }
    expect(() => models.resolve('slow')).toThrow(
      'expected one of fast, lost, twice, or PROVIDER:MODEL with one of openai, anthropic, google, received "slow"',
    )
    expect(() => models.resolve('lost')).toThrow('"lost", an alias of "nowhere:m"')
  })

  it('need the key of their provider, by the name of its variable', () => {
    const own = { kind: 'openai', keyFrom: 'MY_KEY' } as const
    const models = modelsOf({ providers: { own, local } }, { env: { OPENAI_API_KEY: '' } })
    expect(() => models.resolve('openai:m')).toThrow(code('MODEL_KEY_MISSING'))
    expect(() => models.resolve('openai:m')).toThrow('the environment variable OPENAI_API_KEY, received an empty one')
    expect(() => models.resolve('anthropic:m')).toThrow('the environment variable ANTHROPIC_API_KEY, received none')
    expect(() => models.resolve('own:m')).toThrow('providers.own')
    expect(models.resolve('local:m').name).toBe('local:m')
  })

  it('H10: tell which variables hold keys', () => {
    const config = ModelsConfigSchema.parse({
      providers: { own: { kind: 'openai', keyFrom: 'MY_KEY' }, local, tape: { kind: 'scripted', file: 'x' } },
    })
    expect(keyVariables(config)).toEqual([
      'OPENAI_API_KEY',
      'ANTHROPIC_API_KEY',
      'GOOGLE_GENERATIVE_AI_API_KEY',
      'MY_KEY',
    ])
  })

  it('play scripts from a file of the project', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'bosun-script-'))
    await writeFile(join(folder.path, 'script.json'), JSON.stringify({ writer: ['one', { data: [2] }] }))
    const models = modelsOf(
      { models: { fast: 'play:writer' }, providers: { play: { kind: 'scripted', file: 'script.json' } } },
      { folder: folder.path },
    )
    const texts = []
    for (let call = 0; call < 2; call += 1) {
      texts.push((await models.resolve('fast').call(ask('x'), by())).answer['content'])
    }
    expect(texts).toEqual([[{ type: 'text', text: 'one' }], [{ type: 'text', text: '[2]' }]])
    expect(models.resolve('fast').name).toBe('play:writer')
  })

  it.each([
    ['{"m": "one"}', 'CONFIG_INVALID'],
    ['{"m": [{"txt": "one"}]}', 'CONFIG_INVALID'],
    ['{"m": ', 'JSON_INVALID'],
    [undefined, 'FILE_UNREADABLE'],
  ])('refuse a script that is %s', async (text, expected) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'bosun-script-'))
    if (text !== undefined) await writeFile(join(folder.path, 'script.json'), text)
    const providers = { play: { kind: 'scripted', file: 'script.json' } } as const
    expect(() => modelsOf({ providers }, { folder: folder.path }).resolve('play:m')).toThrow(code(expected))
  })

  it.each(['record', 'replay'] as const)('%s only what is reached over the network', (mode) => {
    const providers = {
      script: { kind: 'scripted', file: 'x' },
      tape: { kind: 'recorded', folder: 'x', records: 'script', mode },
    } as const
    expect(() => modelsOf({ providers }).resolve('tape:m')).toThrow(code('MODEL_UNKNOWN'))
  })

  it('load the package of a provider only when one of its models is called', async () => {
    const fixture = new URL('models.fixture.ts', import.meta.url).href
    const program = `
      import { registerHooks } from 'node:module'
      const isOfProvider = (url) => url.includes('/@ai-sdk/')
      let loadedCount = 0
      registerHooks({ load: (url, context, next) => ((loadedCount += isOfProvider(url)), next(url, context)) })
      const { modelsOf, ask, by } = await import(${JSON.stringify(fixture)})
      const provider = { kind: 'openai', baseUrl: 'http://127.0.0.1:1', triesMax: 1 }
      const model = modelsOf({ providers: { openai: provider } }).resolve('openai:m')
      model.ceiling(ask('x'))
      const before = loadedCount
      await model.call(ask('x'), by()).catch(() => undefined)
      console.log(JSON.stringify({ before, after: loadedCount > 0 }))
    `
    const flags = ['--conditions=@bosun/source', '--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, flags)
    expect(JSON.parse(stdout)).toEqual({ before: 0, after: true })
  })
})
