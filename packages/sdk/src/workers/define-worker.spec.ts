import type { ToolUses } from '@bosun/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { declareTool } from '../tools/define-tool.ts'
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

const sends = declareTool({
  name: 'mail.send',
  summary: 'Sends.',
  access: 'effect',
  input: z.string(),
  output: z.null(),
})

it.each<[string, { tools?: ToolUses; effects?: 'keyed' }, string]>([
  ['none, for a worker without tools', {}, 'none'],
  ['none, when all it does is staged', { tools: { write: files.write('site/**') } }, 'none'],
  ['once, when a tool has an effect', { tools: { read: files.read, send: sends } }, 'once'],
  ['once, when a tool with an effect is narrowed', { tools: { send: sends('*@example.com') } }, 'once'],
  ['what the author says', { tools: { send: sends }, effects: 'keyed' }, 'keyed'],
])('states what repeating its work would do: %s', (_, more, effects) => {
  expect(defineWorker({ ...options, ...more }).entry.effects).toBe(effects)
})
