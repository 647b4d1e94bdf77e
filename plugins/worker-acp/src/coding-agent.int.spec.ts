import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { agentOptions, endOf, hasBubblewrap, project, watchedPort, type Step } from './engine.fixture.ts'

const src = { read: 'src/**', write: 'src/**' }
const contained = (more: object = {}) => agentOptions('', { ...src, sandbox: 'required', ...more })
/** What came of so many steps that all failed. */
const failures = (count: number, message: unknown = expect.any(String)) =>
  Array.from({ length: count }, () => ({ error: message }))

describe('M-23: what a coding agent asks for', () => {
  it('is read and written by the tools of its worker, and published with the result', async () => {
    const { done, read } = await project(agentOptions('', src))
    const { result, came, calls } = await done([
      ['read', 'src/a.ts'],
      ['read', 'src/a.ts', { line: 2, limit: 1 }],
      ['write', 'src/b.ts', 'four'],
      ['read', 'src/b.ts'],
    ])
    expect(came).toEqual(['one\ntwo\nthree\n', 'two', {}, 'four'])
    expect(result).toMatchObject({ stopReason: 'end_turn', filesChanged: ['src/b.ts'], refusals: [], sandbox: 'none' })
    expect(read('src/b.ts')).toBe('four')
    expect(calls).toEqual(expect.arrayContaining(['acp.session', 'files.read', 'files.write']))
  })

  it('M-21: is denied by the gateway where the grant does not cover it, and recorded', async () => {
    const { done, workspace, folder } = await project(agentOptions('', src))
    const { result, came, denied } = await done([
      ['read', 'secret/key'],
      ['read', join(workspace, 'secret/key')],
      ['write', 'README.md', 'mine'],
      ['read', 'src/../secret/key'],
    ])
    expect(came).toEqual(failures(4, expect.stringContaining('does not cover')))
    expect(denied).toEqual([
      'files.read(secret/key)',
      'files.read(secret/key)',
      'files.write(README.md)',
      'files.read(secret/key)',
    ])
    expect(result?.refusals.map(({ asked }) => asked)).toHaveLength(4)
    expect(existsSync(join(folder, 'outside'))).toBe(false)
  })

  it('H1: is refused outside of the workspace, however it is named', async () => {
    const { done, folder } = await project(agentOptions('', { read: '**', write: '**' }))
    const outside = join(folder, 'outside')
    const { result, came } = await done([
      ['read', '/etc/passwd'],
      ['write', outside, 'x'],
      ['write', '../outside', 'x'],
      ['read', '/proc/self/environ'],
    ])
    expect(came).toEqual(failures(4))
    expect(result?.refusals).toHaveLength(4)
    expect(result?.filesChanged).toEqual([])
    expect(existsSync(outside)).toBe(false)
  })

  it('is an error and no refusal where there is no such file', async () => {
    const { done } = await project()
    const { came, result } = await done([
      ['read', 'src/none.ts'],
      ['write', 'src/b.ts', 'x'],
    ])
    expect(came[0]).toEqual({ error: expect.stringContaining('src/none.ts') })
    expect(result?.refusals).toMatchObject([{ why: expect.stringContaining('no tool that writes') }])
  })

  it('M-22: is held to the files that the task names', async () => {
    const { done } = await project(agentOptions('', src))
    const { result, denied, came } = await done(
      [
        ['write', 'src/b.ts', 'x'],
        ['write', 'src/c.ts', 'x'],
      ],
      { files: ['src/b.ts'] },
    )
    expect(came).toMatchObject([{}, { error: expect.stringContaining('does not cover') }])
    expect([result?.filesChanged, denied]).toEqual([['src/b.ts'], ['files.write(src/c.ts)']])
  })

  it('H4: is run where a rule covers its words, and denied as a whole where none does', async () => {
    const { done } = await project(agentOptions('', { commands: ['true', 'echo one', 'echo two *'] }))
    const { came, denied } = await done([
      ['run', 'echo', ['two', 'three']],
      ['run', 'true', []],
      ['run', 'echo', ['one', 'more']],
      ['run', 'echo one', []],
      ['run', 'true', [], { env: [{ name: 'PATH', value: '/x' }] }],
    ])
    expect(came.slice(0, 2)).toEqual([
      { exitCode: 0, output: 'two three\n' },
      { exitCode: 0, output: '' },
    ])
    expect(came.slice(2)).toEqual(failures(3))
    expect(denied).toEqual(['command.run(echo one more)', 'command.run(echo%20one)'])
  })
})

describe('what a rule of policy.ask holds', () => {
  it('waits for a person whatever the agent asked before, is done when it is granted, and told when it is not', async () => {
    const { start, read } = await project(agentOptions('', { ...src, commands: ['echo *'] }))
    const ask = ['files.write(src/**)', 'command.run(echo *)', 'files.read(src/a.ts)']
    const steps: readonly Step[] = [
      ['ask', { kind: 'read', locations: [{ path: 'src/a.ts' }] }],
      ['read', 'src/a.ts'],
      ['write', 'src/b.ts', 'four'],
      ['run', 'echo', ['one']],
    ]
    const { run, facts } = await start(steps, {}, {}, ask)
    const asked: string[] = []
    run.facts$.subscribe((fact) => {
      if (fact.type !== 'approval.requested') return
      asked.push(fact.question)
      void run.answer(fact.approval, fact.call.tool !== 'command.run', 'not that one', 'ann')
    })
    const { came, result, denied } = endOf(await facts)
    expect(asked).toEqual(['files.read(src/a.ts)', 'files.write(src/b.ts)', 'command.run(echo one)'])
    expect(came.slice(0, 3)).toEqual(['allow_once', 'one\ntwo\nthree\n', {}])
    expect(came[3]).toEqual({ error: expect.stringContaining('denied by ann: not that one') })
    expect(read('src/b.ts')).toBe('four')
    expect(denied).toEqual(['command.run(echo one), denied by ann: not that one'])
    expect(result?.refusals).toHaveLength(1)
  })
})

describe('a permission', () => {
  it('is given once where the grant covers what it is asked for, else refused, and nothing is done for it', async () => {
    const { done, read } = await project(agentOptions('', { ...src, commands: ['npm test'] }))
    const asks: readonly (readonly [object, string])[] = [
      [{ kind: 'read', locations: [{ path: 'src/a.ts' }] }, 'allow_once'],
      [{ kind: 'read', locations: [{ path: 'secret/key' }] }, 'reject_once'],
      [{ kind: 'read', locations: [{ path: 'src/a.ts' }, { path: '/etc/passwd' }] }, 'reject_once'],
      [{ kind: 'search' }, 'reject_once'],
      [{ kind: 'edit', locations: [{ path: 'src/a.ts' }] }, 'allow_once'],
      [{ kind: 'edit', locations: [{ path: 'src/a.ts' }], rawInput: { file_path: '../../x' } }, 'reject_once'],
      [{ kind: 'edit', locations: [{ path: 'README.md' }] }, 'reject_once'],
      [{ kind: 'edit' }, 'reject_once'],
      [{ kind: 'execute', rawInput: { command: ['npm', 'test'] } }, 'allow_once'],
      [{ kind: 'execute', rawInput: { command: 'npm', args: ['test'] } }, 'allow_once'],
      [{ kind: 'execute', rawInput: { command: 'npm test' } }, 'reject_once'],
      [{ kind: 'execute', rawInput: { command: ['npm', 'test', '&&', 'rm'] } }, 'reject_once'],
      [{ kind: 'execute' }, 'reject_once'],
      [{ kind: 'delete', locations: [{ path: 'src/a.ts' }] }, 'reject_once'],
      [{ kind: 'fetch', rawInput: { url: 'https://example.com' } }, 'reject_once'],
      [{ kind: 'think' }, 'allow_once'],
      [{}, 'reject_once'],
    ]
    const { came, result } = await done(asks.map(([toolCall]) => ['ask', toolCall]))
    expect(came).toEqual(asks.map(([, answer]) => answer))
    expect(result?.refusals).toHaveLength(asks.filter(([, answer]) => answer === 'reject_once').length)
    expect(result?.filesChanged).toEqual([])
    expect(read('src/a.ts')).toBe('one\ntwo\nthree\n')
  })

  it('is never given for good', async () => {
    const { done } = await project(agentOptions('', src))
    const edit = { kind: 'edit', locations: [{ path: 'src/a.ts' }] }
    const { came } = await done([
      ['ask', edit, ['allow_always', 'reject_always']],
      ['ask', edit, ['allow_always']],
    ])
    expect(came).toEqual(['reject_always', 'cancelled'])
  })
})

describe('M-34: an agent that misbehaves', () => {
  it('fails its attempt with its last words when it crashes', async () => {
    const { done } = await project()
    const { error } = await done([['crash']])
    expect(error).toMatchObject({ code: 'WORKER_THREW' })
    expect(error?.message).toMatch(/ended before it was done.*exit code 3.*my \[31mlast words/)
  })

  it('fails its attempt when it cannot be started, or speaks another version', async () => {
    const missing = await project(agentOptions('', { command: '/no/such/agent' }))
    expect((await missing.done([])).error).toMatchObject({ code: 'COMMAND_REFUSED' })
    const future = await project(agentOptions('future'))
    expect((await future.done([])).error?.message).toContain('version 2')
  })

  it.each([
    ['never answers its prompt', '', [['helper', 0], ['stubborn'], ['hang']]],
    ['never answers its greeting', 'silent', []],
  ] as const)('ends with its attempt when it %s, with all that it started', async (_, mode, steps) => {
    const { port, next } = await watchedPort()
    const { start } = await project(agentOptions(mode))
    const { facts } = await start(
      steps.map(([what, ...more]) => (what === 'helper' ? ['helper', port] : [what, ...more])),
      {},
      { timeoutMs: 2_500 },
    )
    const helper = steps.length === 0 ? undefined : await next()
    expect(endOf(await facts).error).toMatchObject({ code: 'ATTEMPT_TIMED_OUT' })
    await helper?.gone
  })

  it('is told that it is cancelled before it is killed', async () => {
    const { start, folder } = await project()
    const mark = join(folder, 'mark')
    const { facts } = await start([['untilCancelled', mark]], {}, { timeoutMs: 2_000 })
    await facts
    await expect.poll(() => existsSync(mark), { timeout: 5_000 }).toBe(true)
  })

  it('H23: is ended when it sends a message without an end', async () => {
    const { done } = await project()
    const { error } = await done([['flood']])
    expect(error?.message).toMatch(/a message of more than 8388608 bytes/)
  })

  it('H23: causes few calls however much it says, and no more than one at a time however much it asks', async () => {
    const { done } = await project(agentOptions('', src))
    const { came, calls, denied, result } = await done([
      ['chatter', 5_000],
      ['besiege', 500],
    ])
    expect(came).toEqual([null, 500])
    expect(calls.filter((tool) => tool === 'acp.session').length).toBeLessThan(1_100)
    // The gateway records the first hundred of an attempt.
    expect([denied.length, result?.refusals.length]).toEqual([100, 100])
  })

  it('is heard on when it sends lines that are no messages', async () => {
    const { done } = await project()
    expect((await done([['garbage'], ['read', 'src/a.ts']])).came[1]).toBe('one\ntwo\nthree\n')
  })
})

describe.skipIf(!hasBubblewrap)('a contained agent (skipped without bubblewrap)', () => {
  it('M-23: writes through its requests alone: neither the workspace, nor its staging, nor anything else', async () => {
    const { done, workspace, folder, read } = await project(contained())
    const outside = join(folder, 'outside')
    writeFileSync(outside, 'private')
    const { came, result } = await done([
      ['write', 'src/b.ts', 'four'],
      ['surroundings'],
      ['directRead', join(workspace, 'src/a.ts')],
      ['directWrite', join(workspace, 'src/a.ts')],
      ['directWrite', 'src/b.ts'],
      ['directRead', outside],
      ['directWrite', '/usr/outside'],
      // Its own empty /tmp hides what lies there: it writes a file that nobody sees.
      ['directWrite', outside],
    ])
    expect(came[0]).toEqual({})
    expect(came[2]).toBe('one\ntwo\nthree\n')
    expect(came.slice(3)).toMatchObject([
      ...[/^EROFS/, /^EROFS/, /^ENOENT/, /^EROFS/].map((error) => ({ error: expect.stringMatching(error) as string })),
      null,
    ])
    expect(readFileSync(outside, 'utf8')).toBe('private')
    expect(result?.sandbox).toBe('bubblewrap')
    expect([read('src/a.ts'), read('src/b.ts')]).toEqual(['one\ntwo\nthree\n', 'four'])
  })

  it('H10: sees the variables that are named, and reaches nobody', async () => {
    const { port } = await watchedPort()
    process.env['BOSUN_ACP_SPEC'] = 'yes'
    const { done, workspace } = await project(contained({ env: ['BOSUN_ACP_SPEC'] }))
    const { came } = await done([['surroundings'], ['connect', port], ['directRead', '/proc/1/cmdline']])
    const { env, cwd, sessionCwd } = came[0] as { env: Record<string, string>; cwd: string; sessionCwd: string }
    expect(Object.keys(env).toSorted()).toEqual([
      'BOSUN_ACP_SPEC',
      'BOSUN_WORKSPACE',
      'HOME',
      'LANG',
      'PATH',
      'PWD',
      'TMPDIR',
    ])
    expect([env['BOSUN_WORKSPACE'], sessionCwd]).toEqual([workspace, cwd])
    expect(came[1]).toEqual({ error: expect.stringContaining('ECONNREFUSED') })
    expect(came[2]).toContain('bwrap')
    expect(existsSync(env['HOME'] ?? '')).toBe(false)
  })

  it('reaches the network where the config says so, and ends with its attempt', async () => {
    const { port, next } = await watchedPort()
    const { start } = await project(contained({ network: true }))
    const { facts } = await start([['helper', port], ['stubborn'], ['hang']], {}, { timeoutMs: 2_500 })
    const helper = await next()
    await facts
    expect(await helper.gone).toHaveLength(1)
  })
})
