import { expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin } from '../plugins/define-plugin.ts'
import { files } from '../tools/files.ts'
import { defineWorker } from './define-worker.ts'

const options = {
  name: 'greeter',
  summary: 'Greets.',
  handles: 'greet',
  body: z.string(),
  result: z.string(),
  run: () => 'hi',
}

it('M-07: a worker states its tools as rules in their printed form', () => {
  const worker = defineWorker({ ...options, tools: { write: files.write('site/**'), read: files.read } })
  expect(worker.entry).toMatchObject({
    name: 'greeter',
    handles: 'greet',
    tools: ['files.write(site/**)', 'files.read'],
    effects: 'none',
  })
})

it('X-05: a worker without a tool list holds no tool at all', () => {
  expect(defineWorker(options).entry.tools).toEqual([])
})

it.each([{ name: 'Greeter' }, { name: '' }, { name: 'a b' }, { slotsMax: 0 }])(
  'refuses %j and names the worker',
  (wrong) => {
    expect(() => defineWorker({ ...options, ...wrong })).toThrow(expect.objectContaining({ code: 'PLUGIN_INVALID' }))
  },
)

it('refuses a tool specifier that cannot be read', () => {
  expect(() => defineWorker({ ...options, tools: { write: files.write('a)b') } })).toThrow(
    expect.objectContaining({ code: 'RULE_MALFORMED' }),
  )
})

it('T-35: a plugin is data with everything it does not bring left empty', () => {
  const plugin = definePlugin({ name: 'greetings', workers: [defineWorker(options)] })
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

it('refuses a plugin for another version of the API and names both', () => {
  expect(() => definePlugin({ name: 'old', apiVersion: 2 })).toThrow(/expected 1, received 2/)
})
