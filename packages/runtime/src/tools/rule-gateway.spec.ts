import { BosunError, type Json } from '@bosun/core'
import { declareTool, defineTool, files, git, type AnyToolHandler } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { checkRules, toolHandlers } from './check-rules.ts'
import { attempt, count, door, say, use } from './rule-gateway.fixture.ts'

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

  it('asks the matcher of a tool whose calls name no paths, for each thing that a call names', async () => {
    const { call, calls, reports } = door({ say: use('word.say', ['word.say(git *)']) })
    await call('say', { words: ['git status', 'git log'] })
    await expect(call('say', { words: ['git status', 'rm x'] })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    await expect(call('say', { words: [] })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(calls).toEqual(['say git status git log'])
    expect(reports).toMatchObject([
      { rule: 'word.say(git *)', detail: 'word.say(git status, rm x)' },
      { rule: 'word.say(git *)', detail: 'word.say' },
    ])
  })

  it.each(['git push', 'GIT push', 'G\u200bit PUSH', '\uff47it push'])(
    'H5: a denial of a tool without paths holds for %j too, since both are folded',
    async (words) => {
      const { call, calls, reports } = door({ say: use('word.say', ['word.say'], ['word.say(git push)']) })
      await expect(call('say', { words: [words] })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
      await call('say', { words: ['git pull'] })
      expect(calls).toEqual(['say git pull'])
      expect(reports).toMatchObject([{ rule: 'word.say(git push)' }])
    },
  )

  it('refuses a call that its tool cannot name, as an input that does not fit', async () => {
    const failing = {
      ...say,
      declaration: {
        ...say.declaration,
        covers: {
          ...say.declaration.covers,
          subjects: () => {
            throw new TypeError('no such word')
          },
        },
      },
    }
    const handler = defineTool(failing as never as typeof say, () => ({ said: 0 })) as AnyToolHandler
    const { call } = door({ say: use('word.say', ['word.say']) }, { handlers: [handler] })
    await expect(call('say', { words: [] })).rejects.toMatchObject({ code: 'TOOL_INPUT_INVALID' })
  })

  it('X-05: where the policy allows anything at all, a call needs one of its rules as well', async () => {
    const within = ['files.read(src/**)', 'files.read(doc/a.md)']
    const { call, calls, reports } = door({
      read: use('files.read', ['files.read(**)'], ['files.read(src/key)'], within),
      write: use('files.write', ['files.write(site/**)'], [], []),
    })
    await call('read', { path: 'src/a.ts' })
    await call('read', { path: 'doc/a.md' })
    for (const path of ['doc/b.md', 'src/key']) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(call('read', { path })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    }
    await expect(call('write', { path: 'site/a', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(calls).toEqual(['read src/a.ts', 'read doc/a.md'])
    expect(reports).toMatchObject([
      { rule: 'policy.allow: files.read(src/**), files.read(doc/a.md)' },
      { rule: 'files.read(src/key)' },
      { rule: 'policy.allow: no files.write' },
    ])
  })

  it('X-05: a rule of the policy gives nothing that the worker did not ask for', async () => {
    const { call } = door({ read: use('files.read', ['files.read(src/**)'], [], ['files.read(**)']) })
    await expect(call('read', { path: 'doc/a.md' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
  })

  it('M-21: a task that states its paths narrows its calls to them and to its outputs', async () => {
    const tools = { read: use('files.read', ['files.read(**)']), write: use('files.write', ['files.write(**)']) }
    const { call, calls, reports } = door(tools, { uses: { read: ['lib/**'], write: ['src/**'] } })
    for (const path of ['lib/a', 'src/a']) {
      // oxlint-disable-next-line no-await-in-loop
      await call('read', { path })
    }
    await call('write', { path: 'src/a', text: '' })
    await expect(call('read', { path: 'doc' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    await expect(call('write', { path: 'lib/a', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(calls).toEqual(['read lib/a', 'read src/a', 'write src/a'])
    expect(reports).toMatchObject([{ rule: 'the paths that the task uses' }, { rule: 'the paths that the task uses' }])

    const second = door(tools, { uses: { read: ['lib/**'], write: [] }, outputs: ['out'] })
    await second.call('write', { path: 'out', text: '' })
    await second.call('read', { path: 'out' })
    await expect(second.call('write', { path: 'lib/a', text: '' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
  })

  it('tells a tool who calls, and which further paths the grant covers', async () => {
    const { call, seen } = door({
      read: use('files.read', ['files.read(src/**)'], ['files.read(**/.env)']),
    })
    await call('read', { path: 'src' })
    expect(seen[0]).toMatchObject({ attempt: 'r/t@1', idempotencyKey: 'r/t', staging: '/staging' })
    const paths = ['src/a', 'src/b/c', 'src/.env', 'src/.ENV', 'doc', 'src/../doc', '/src/a', 'src//a', '']
    expect(paths.filter((path) => seen[0]?.covers(path))).toEqual(['src/a', 'src/b/c'])
  })

  it('H17: judges a further call that a tool makes of itself, and reports its denial', async () => {
    const { call, seen, reports } = door({ say: use('word.say', ['word.say(hello*)'], ['word.say(hello you)']) })
    await call('say', { words: ['hello'] })
    const permit = (words: string[]) => seen[0]?.permit({ words })
    permit(['hello there'])
    expect(reports).toEqual([])
    for (const word of ['bye', 'hello you']) {
      expect(() => permit([word])).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }))
    }
    expect(reports).toMatchObject([{ type: 'denied', detail: 'word.say(bye)' }, { detail: 'word.say(hello you)' }])
  })

  it('a patch copies nothing out of where reading is denied (bug: git.apply read what files.read may not)', async () => {
    const handlers = [
      defineTool(files.read, () => ({ text: '', bytes: 0, truncated: false })),
      defineTool(git.apply, () => ({ files: [] })),
    ]
    const { call, reports } = door({ apply: use('git.apply', ['git.apply'], ['files.read(secret/**)']) }, { handlers })
    const patch = 'diff --git a/secret/k b/k\nsimilarity index 100%\ncopy from secret/k\ncopy to k\n'
    await expect(call('apply', { patch })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    expect(reports).toMatchObject([{ rule: 'files.read(secret/**)' }])
  })

  it('a denial holds for the tools that say so of themselves', async () => {
    const find = declareTool({ ...files.read.declaration, name: 'files.find', deniedWith: ['files.read'] })
    const handlers = [files.read, find].map((tool) =>
      defineTool(tool, () => ({ text: '', bytes: 0, truncated: false })),
    )
    const { call, reports } = door({ find: use('files.find', ['files.find'], ['files.read(.env)']) }, { handlers })
    await expect(call('find', { path: '.env' })).rejects.toMatchObject({ code: 'TOOL_DENIED' })
    await call('find', { path: 'a' })
    expect(reports).toMatchObject([{ rule: 'files.read(.env)' }])
  })

  it('M-56: tells of each call that was made, with its time and its fault, and of none that was refused', async () => {
    const { call, beats } = door({ count: use('word.count', ['word.count']) })
    await call('count', { text: 'a' })
    await call('count', { text: 'lie' }).catch(() => {})
    await call('count', { text: 1 }).catch(() => {})
    await call('other', null).catch(() => {})
    expect(beats).toEqual([
      { ...attempt, type: 'called', tool: 'word.count', name: 'count', ms: expect.any(Number) },
      expect.objectContaining({ name: 'count', error: expect.objectContaining({ code: 'TOOL_FAILED' }) }),
    ])
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
    // Whoever names a tool that is not there in the config is told that it is the config, which ends the command with 2.
    const inConfig = code === 'TOOL_UNKNOWN' ? 'CONFIG_INVALID' : code
    for (const [check, expected] of [
      [() => checkRules([entry(rule)], handlers), code],
      [() => checkRules([], handlers, { deny: [rule] }), inConfig],
      [() => checkRules([], handlers, { allow: [rule] }), inConfig],
    ] as const) {
      let caught: unknown
      try {
        check()
      } catch (error) {
        caught = error
      }
      expect(BosunError.is(caught) && caught.code).toBe(expected)
      expect((caught as BosunError).at).toContain(rule)
    }
  })

  it('accepts rules that name what there is', () => {
    expect(() => checkRules([entry('files.read(src/**)')], handlers, { deny: ['word.count'] })).not.toThrow()
  })

  it.each([
    [{ rule: 'files.read(src/**)', matches: ['src/a', './src/b'], refuses: ['doc', 'SRC/a'] }, undefined],
    [{ rule: 'files.read(src/**)', matches: ['doc/a'] }, 'doc/a'],
    [{ rule: 'files.read(src/**)', refuses: ['src/a'] }, 'src/a'],
    [{ rule: 'files.read', refuses: ['src/a'] }, 'src/a'],
  ])('X-05: holds the allowance %j to its examples', (entry, named) => {
    const check = () => checkRules([], handlers, { allow: [entry] })
    if (named === undefined) return void check()
    expect(check).toThrow(
      expect.objectContaining({
        code: 'RULE_EXAMPLE_FAILED',
        at: `policy.allow: ${entry.rule}`,
        expected: expect.stringContaining(named),
      }),
    )
  })

  it('X-05: holds a denial to its examples as it denies, in any spelling', () => {
    const rule = 'files.read(key)'
    expect(() =>
      checkRules([], handlers, { deny: [{ rule, matches: ['key', 'KEY'], refuses: ['keys'] }] }),
    ).not.toThrow()
    expect(() => checkRules([], handlers, { deny: [{ rule, refuses: ['Key'] }] })).toThrow(
      expect.objectContaining({ code: 'RULE_EXAMPLE_FAILED' }),
    )
  })

  it('refuses two tools of one name', () => {
    expect(() => toolHandlers([count, count])).toThrow(BosunError)
  })
})
