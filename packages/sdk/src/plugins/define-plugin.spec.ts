import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineWorker } from '../workers/define-worker.ts'
import { definePlugin } from './define-plugin.ts'

const greeterIn = (language: string) =>
  defineWorker({
    name: `greeter-${language}`,
    summary: 'Greets.',
    handles: 'greet',
    body: z.string(),
    result: z.string(),
    run: () => language,
  })

it('T-35: a plugin is data with everything it does not bring left empty', () => {
  const plugin = definePlugin({ name: 'greetings', workers: [greeterIn('en')] })
  expect(plugin).toMatchObject({
    kind: 'plugin',
    apiVersion: 1,
    tools: [],
    planners: [],
    managers: [],
    strategies: [],
    modules: [],
  })
})

it.each([
  [2, /greetings: .*expected 1, received 2.*Update Bosun/],
  [0, /expected 1, received 0.*newer version of the plugin/],
  ['1', /expected 1, received "1".*apiVersion: 1/],
])('refuses a plugin for version %j of the API and says what to do', (apiVersion, message) => {
  expect(() => definePlugin({ name: 'greetings', apiVersion: apiVersion as number })).toThrow(
    expect.objectContaining({ code: 'PLUGIN_API_VERSION', message: expect.stringMatching(message) }),
  )
})

const configurable = definePlugin({
  name: 'greetings',
  options: z.strictObject({
    language: z.string().default('en'),
    servers: z.array(z.strictObject({ token: z.string() })).default([]),
  }),
  create: async ({ language }) => ({ workers: [await Promise.resolve(greeterIn(language))] }),
})

const namesWith = async (options?: unknown) =>
  (await configurable.create(options)).workers.map(({ entry }) => entry.name)

it('makes a plugin from options, and from none', async () => {
  expect(await namesWith({ language: 'de' })).toEqual(['greeter-de'])
  expect(await namesWith()).toEqual(['greeter-en'])
})

it('H10: names the path of an option that does not fit, and never its value', async () => {
  const at = 'bosun.config.ts plugins[2].options'
  const wrong = { servers: [{ token: 'sk-secret' }, { tokn: 'sk-secret' }] }
  const error = await configurable.create(wrong, at).catch((refusal: unknown) => refusal)
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', at: `${at}.servers[1].token` })
  expect(String((error as Error).stack)).not.toContain('sk-secret')
})

it('refuses options that are no schema where they are written', () => {
  expect(() => definePlugin({ name: 'greetings', options: {} as never, create: () => ({}) })).toThrow(
    expect.objectContaining({ code: 'PLUGIN_INVALID', at: 'plugin greetings: options' }),
  )
})
