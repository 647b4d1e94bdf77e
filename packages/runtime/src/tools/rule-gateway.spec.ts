import { BosunError, type Grant, type Json, type Report } from '@bosun/core'
import { declareTool, defineTool, files, type AnyToolHandler } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checkRules, toolHandlers } from './check-rules.ts'
import { RuleGateway } from './rule-gateway.ts'

const attempt = { run: 'r', task: 't', epoch: 1 }
const signal = new AbortController().signal
const count = defineTool(
  declareTool({
    name: 'word.count',
    summary: 'Counts words.',
    access: 'read',
    input: z.object({ text: z.string(), extra: z.unknown().optional() }),
    output: z.object({ words: z.int() }),
  }),
  ({ text }) => ({ words: text === 'lie' ? 0.5 : text.split(' ').length }),
)

function door(tools: Grant['tools'], more: { outputs?: string[]; handlers?: AnyToolHandler[] } = {}) {
  const calls: string[] = []
  const reports: Report[] = []
  const gateway = new RuleGateway({
    handlers: toolHandlers(
      more.handlers ?? [
        count,
        defineTool(files.read, ({ path }) => {
          calls.push(`read ${path}`)
          return { text: '', bytes: 0, truncated: false }
        }),
        defineTool(files.write, ({ path }) => {
          calls.push(`write ${path}`)
          return { bytes: 0 }
        }),
      ],
    ),
    workspace: '/workspace',
    report: (report) => reports.push(report),
  })
  gateway.open({
    attempt,
    tools,
    staging: '/staging',
    ...(more.outputs === undefined ? {} : { outputs: more.outputs }),
  })
  const call = (name: string, input: Json) => gateway.call(attempt, name, input, signal)
  return { gateway, call, calls, reports }
}

const use = (tool: string, allow: string[], deny: string[] = []) => ({ tool, allow, deny })

describe('RuleGateway', () => {
  it('M-23: lets a granted call pass and validates both ends', async () => {
    const { call } = door({ count: use('word.count', ['word.count']) })
    expect(await call('count', { text: 'a b c' })).toEqual({ words: 3 })
    await expect(call('count', { text: 1 })).rejects.toMatchObject({ code: 'TOOL_INPUT_INVALID' })
    await expect(call('count', { text: 'lie' })).rejects.toMatchObject({ code: 'TOOL_FAILED' })
  })

  it('M-07: a worker without the tool of another is denied, and the denial names the rule', async () => {
    const { call, reports } = door({ count: use('word.count', ['word.count']) })
    await expect(call('write', { path: 'a', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(reports).toEqual([
      {
        ...attempt,
        type: 'denied',
        tool: 'write',
        rule: 'default deny',
        detail: 'the worker holds no tool of this name',
      },
    ])
  })

  it('M-21, M-22: a path outside of the rules is denied', async () => {
    const { call, calls, reports } = door({
      read: use('files.read', ['files.read(src/**)']),
      write: use('files.write', ['files.write(site/**)']),
    })
    await call('read', { path: 'src/a.ts' })
    await expect(call('read', { path: 'secret.txt' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    await expect(call('write', { path: 'src/a.ts', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(calls).toEqual(['read src/a.ts'])
    expect(reports).toMatchObject([
      { rule: 'files.read(src/**)' },
      { rule: 'files.write(site/**)', detail: 'files.write(src/a.ts)' },
    ])
  })

  it.each(['site/../secret', 'site//x', '/site/x', 'site/./x', 'site\\..\\x', 'site/..', 'site/\0', '../site/x'])(
    'refuses the path %j before any rule is asked',
    async (path) => {
      const { call, calls } = door({ read: use('files.read', ['files.read']) })
      await expect(call('read', { path })).rejects.toMatchObject({ code: 'FILE_REFUSED' })
      expect(calls).toEqual([])
    },
  )

  it.each(['.env', '.ENV', './.env', '\u200b.env', '.\uff45nv', 'keys/a', 'KEYS/A', 'Keys/deep/er'])(
    'X-05, H5: a denial beats every allowance, however %j is spelled',
    async (path) => {
      const deny = ['files.read(.env)', 'files.read(keys/**)']
      const { call, calls, reports } = door({ read: use('files.read', ['files.read', 'files.read(**)'], deny) })
      await expect(call('read', { path })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
      expect(calls).toEqual([])
      expect(deny).toContain((reports[0] as { rule: string }).rule)
    },
  )

  it('M-22: a writing call reaches the outputs of the task alone', async () => {
    const { call, calls } = door(
      { write: use('files.write', ['files.write(site/**)']) },
      { outputs: ['site/a.html', 'other'] },
    )
    await call('write', { path: 'site/a.html', text: '' })
    await expect(call('write', { path: 'site/b.html', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    // Declared by the task, not allowed to the worker.
    await expect(call('write', { path: 'other', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(calls).toEqual(['write site/a.html'])
  })

  it('refuses calls of a closed grant, also one whose work was under way', async () => {
    const { promise, resolve } = Promise.withResolvers<{ words: number }>()
    let heard = false
    const slow = defineTool(count.declaration as never as ReturnType<typeof declareTool>, (_, io) => {
      io.signal.addEventListener('abort', () => (heard = true))
      return promise
    }) as AnyToolHandler
    const { gateway, call } = door(
      { count: use('word.count', ['word.count']) },
      { handlers: [{ ...slow, declaration: count.declaration }] },
    )
    const underWay = call('count', { text: '' })
    gateway.close(attempt)
    expect(heard).toBe(true)
    resolve({ words: 1 })
    await expect(underWay).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
    await expect(call('count', { text: '' })).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
  })

  it('turns whatever a tool throws into an error of the registry', async () => {
    const failing = { ...count, handle: () => Promise.reject(new Error('out of words')) } as AnyToolHandler
    const { call } = door({ count: use('word.count', ['word.count']) }, { handlers: [failing] })
    await expect(call('count', { text: '' })).rejects.toMatchObject({ code: 'TOOL_FAILED', received: 'out of words' })
  })

  it('H5: denies every twin of a tool name, in case, in script, by prefix and by prototype', async () => {
    const granted = ['files.read', 'read', 'writePage', 'count_words', 'écrire']
    const tools = Object.fromEntries(granted.map((name) => [name, use('word.count', ['word.count'])]))
    const { call, calls } = door(tools)
    const twins = new Set(granted.flatMap((name) => twinsOf(name)).filter((twin) => !granted.includes(twin)))
    expect(twins.size).toBeGreaterThanOrEqual(200)
    for (const twin of twins) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(call(twin, { text: 'x' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    }
    expect(calls).toEqual([])
  })

  it('bounds the denials that are reported of one attempt', async () => {
    const { call, reports } = door({})
    for (let index = 0; index < 150; index += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(call(`tool${index}`, null)).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    }
    expect(reports).toHaveLength(100)
  })

  it('shows no control bytes of a name it denies', async () => {
    const { call, reports } = door({})
    await expect(call(`\u001b[31m\u202e${'x'.repeat(500)}`, null)).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect((reports[0] as { tool: string }).tool).toBe(`?[31m?${'x'.repeat(194)}…`)
  })

  it('H13: no input reaches a prototype', async () => {
    const { call } = door({ count: use('word.count', ['word.count']) })
    const before = Object.getOwnPropertyNames(Object.prototype)
    const keys = ['__proto__', 'constructor', 'prototype', '\\u005f_proto__', '__pro\\u0074o__']
    const payloads = ['{"polluted":1}', '{"prototype":{"polluted":1}}', '[1]', 'null']
    const shapes = [
      (member: string) => `{"text":"x",${member}}`,
      (member: string) => `{"text":"x","extra":{${member}}}`,
      (member: string) => `{"text":"x","extra":[[{${member}}]]}`,
    ]
    let tried = 0
    for (const key of keys)
      for (const payload of payloads)
        for (const shape of shapes) {
          const input = JSON.parse(shape(`"${key}":${payload}`)) as Json
          // oxlint-disable-next-line no-await-in-loop
          await expect(call('count', input)).rejects.toMatchObject({ code: 'TOOL_INPUT_INVALID' })
          tried += 1
        }
    expect(tried).toBe(60)
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

const entry = (rule: string) => ({
  name: 'w',
  handles: 'x',
  summary: '',
  skills: [],
  tools: [rule],
  effects: 'none' as const,
})

describe('checkRules', () => {
  const handlers = toolHandlers([count, defineTool(files.read, () => ({ text: '', bytes: 0, truncated: false }))])
  it.each([
    ['files.reed', 'TOOL_UNKNOWN'],
    ['Files.read', 'TOOL_UNKNOWN'],
    ['files.read(', 'RULE_MALFORMED'],
    ['files.read()', 'RULE_MALFORMED'],
    ['files.read(../x)', 'RULE_MALFORMED'],
    ['files.read(/etc)', 'RULE_MALFORMED'],
    ['files.read(a**b)', 'RULE_MALFORMED'],
    ['word.count(a)', 'RULE_MALFORMED'],
    ['', 'RULE_MALFORMED'],
    ['__proto__', 'RULE_MALFORMED'],
    ['constructor', 'TOOL_UNKNOWN'],
  ])('refuses the rule %j with %s, of a worker and of the policy', (rule, code) => {
    for (const check of [() => checkRules([entry(rule)], handlers), () => checkRules([], handlers, [rule])]) {
      let caught: unknown
      try {
        check()
      } catch (error) {
        caught = error
      }
      expect(BosunError.is(caught) && caught.code).toBe(code)
      expect((caught as BosunError).at).toContain(rule)
    }
  })

  it('accepts rules that name what there is', () => {
    expect(() => checkRules([entry('files.read(src/**)')], handlers, ['word.count'])).not.toThrow()
  })

  it('refuses two tools of one name', () => {
    expect(() => toolHandlers([count, count])).toThrow(BosunError)
  })
})

/** Names that look like one, begin like it, or that a careless look-up would take for it. */
function twinsOf(name: string): string[] {
  const homoglyphs: Record<string, string> = {
    a: 'а',
    e: 'е',
    o: 'о',
    c: 'с',
    r: 'г',
    i: 'і',
    s: 'ѕ',
    d: 'ԁ',
    t: 'т',
    '.': '․',
    _: '＿',
  }
  const each = (change: (char: string) => string) =>
    [...name].map(
      (char, index) => [...name].slice(0, index).join('') + change(char) + [...name].slice(index + 1).join(''),
    )
  return [
    ...each((char) => char.toUpperCase()),
    ...each((char) => homoglyphs[char] ?? `${char}\u200b`),
    ...each((char) => `${char}\u0301`),
    ...each(() => ''),
    ...each((char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0)),
    name.toUpperCase(),
    name.normalize('NFD'),
    `${name}\u0300`,
    `${name} `,
    ` ${name}`,
    `${name}\0`,
    `\0${name}`,
    `${name}\n`,
    `${name}.`,
    `${name}()`,
    `${name}(**)`,
    `${name}s`,
    `${name}.x`,
    `x.${name}`,
    `${name}/../${name}`,
    `mcp__${name}`,
    `tools.${name}`,
    name.replace('.', '/'),
    name.replace('.', ''),
    name.replace('.', '__'),
    encodeURIComponent(`${name}%`),
    `${name}%00`,
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '*',
    '**',
    'prototype',
    'then',
  ]
}
