import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorRecord, RunPolicy } from '@bosun/core'
import { declareTool, defineTool, type AnyToolHandler } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../run/world.fixture.ts'
import { hostedTool } from './hosted-tool.ts'
import { toolHandlers } from './check-rules.ts'
import { readingTools } from './planner-tools.ts'

const called: string[] = []
const tool = (name: string, access: 'read' | 'write' | 'effect', more: object = {}): AnyToolHandler =>
  defineTool(
    declareTool({
      name,
      summary: name,
      access,
      input: z.strictObject({ path: z.string() }),
      output: z.string(),
      paths: (input: { path: string }) => [input.path],
      ...more,
    }),
    ({ path }, { covers }) => {
      called.push(`${name} ${path}`)
      return covers('secret/key') ? 'all' : 'not the key'
    },
  )
const handlers = [
  tool('notes.read', 'read'),
  tool('notes.write', 'write'),
  tool('notes.send', 'effect'),
  tool('notes.changes', 'read', { isOfAttempt: true }),
  tool('dice.roll', 'read', { paths: undefined }),
  hostedTool({ name: 'hosted.read', summary: '', access: 'read' }),
]

function opened(policy: Partial<Pick<RunPolicy, 'allow' | 'deny'>> = {}, signal = new AbortController().signal) {
  const workspace = temporaryFolder()
  mkdirSync(join(workspace, 'secret'))
  writeFileSync(join(workspace, 'secret/key'), 'k')
  const denied: ErrorRecord[] = []
  const open = readingTools({ handlers: toolHandlers(handlers), workspace, mounts: {} })
  const tools = open({
    run: 'r',
    request: 'p',
    policy: { deny: [], ...policy },
    signal,
    onDenied: (error) => denied.push(error),
  })
  const codeOf = (name: string, path: string) =>
    tools.call(name, { path }).then(
      () => 'called',
      (error: { code: string }) => error.code,
    )
  return { tools, denied, codeOf }
}

it('M-13: planners hold tools that read files, and none that writes, reaches further, or is of an attempt', async () => {
  const { tools, denied, codeOf } = opened()
  expect(tools.list.map(({ name }) => name)).toEqual(['notes.read'])
  expect(await codeOf('notes.read', 'a')).toBe('called')
  for (const { declaration } of handlers.slice(1)) {
    // One after the other, so that they are told in order.
    // oxlint-disable-next-line no-await-in-loop
    expect(await codeOf(declaration.name, 'a')).toBe('TOOL_DENIED')
  }
  expect(denied).toHaveLength(handlers.length - 1)
  expect(called).toEqual(['notes.read a'])
})

it('narrows them by the policy of the run, and passes over what may not be read', async () => {
  const denying = opened({ deny: ['notes.read(secret/**)', 'notes.write(x)'] })
  expect(await denying.codeOf('notes.read', 'secret/key')).toBe('TOOL_DENIED')
  expect(await denying.tools.call('notes.read', { path: 'a' })).toBe('not the key')
  const allowing = opened({ allow: ['notes.read(docs/**)', 'notes.write(**)'] })
  expect(await allowing.codeOf('notes.read', 'docs/a')).toBe('called')
  expect(await allowing.codeOf('notes.read', 'a')).toBe('TOOL_DENIED')
  expect(await allowing.codeOf('notes.write', 'docs/a')).toBe('TOOL_DENIED')
})

it('refuses whoever goes on when nobody waits for the plan any more', async () => {
  const controller = new AbortController()
  const { codeOf } = opened({}, controller.signal)
  controller.abort()
  expect(await codeOf('notes.read', 'a')).toBe('ATTEMPT_DEAD')
})
