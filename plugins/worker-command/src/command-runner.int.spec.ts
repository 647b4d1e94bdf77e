import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { command } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, defineTool, embedded, fanOut, plugins, task, type Fact } from 'bosun'
import { describe, expect, it, onTestFinished } from 'vitest'
import { commandRunner } from './command-runner.ts'
import { workerCommand } from './plugin.ts'

/** The tool as far as these specs need it; the real one is a plugin that composers name. */
const run = defineTool(command.run, async (input, io) => {
  mkdirSync(io.staging, { recursive: true })
  const child = spawn(input.command, input.args, { cwd: io.staging, signal: io.signal })
  const ended = new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...end: [number | null, string | null]) => resolve(end)),
  )
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [exitCode, signal] = await ended
  return {
    exitCode,
    signal,
    stdout,
    stderr,
    stdoutBytes: stdout.length,
    stderrBytes: stderr.length,
    stdoutTruncated: false,
    stderrTruncated: false,
    sandbox: 'none' as const,
    ms: 0,
  }
})

/** Runs tasks of a type in an engine of their own, and says how each ended. */
async function ran(allow: string[], bodies: Readonly<Record<string, object>>) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-command-runner-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'workspace'))
  const plugin = definePlugin({ name: 'commands', workers: [commandRunner({ allow })], tools: [run] })
  const world = embedded({ folder: join(folder, 'workspace'), stateDir: join(folder, 'state'), journal: 'memory' })
  const bosun = (await createContainer(world, plugins(plugin))).get(Bosun)
  onTestFinished(() => bosun.close())
  const manager = fanOut({
    name: 'commands',
    start: () => Object.entries(bodies).map(([id, body]) => task('run_command', body, { id })),
  })
  const started = await bosun.run(manager, null)
  const facts = await Array.fromAsync(started).then((batches) => batches.flat())
  const of = (id: string, ...types: Fact['type'][]) =>
    facts.find((fact) => types.includes(fact.type) && 'task' in fact && fact.task === id)
  return {
    end: (id: string) => of(id, 'task.succeeded', 'task.failed'),
    result: (id: string) => of(id, 'attempt.succeeded'),
    denied: facts.filter(({ type }) => type === 'tool.denied'),
    read: (path: string) => readFileSync(join(folder, 'workspace', path), 'utf8'),
  }
}

const node = (script: string) => ({ command: process.execPath, args: ['-e', script] })

describe('a run_command task', () => {
  it('M-23: runs its command, and what that wrote is published', async () => {
    const script = `require('fs').writeFileSync('made.txt', 'made'); console.log('said')`
    const { end, result, read } = await ran([`${process.execPath} *`], {
      build: { ...node(script), outputs: ['made.txt'] },
      free: { ...node(`require('fs').writeFileSync('free.txt', 'free')`) },
    })
    expect([end('build')?.type, end('free')?.type]).toEqual(['task.succeeded', 'task.succeeded'])
    expect(result('build')).toMatchObject({ result: { exitCode: 0, stdout: 'said\n' } })
    expect([read('made.txt'), read('free.txt')]).toEqual(['made', 'free'])
  })

  it('fails with the exit code and the end of the error output, or with the signal', async () => {
    const { end } = await ran([`${process.execPath} *`], {
      code: node(`console.error('x'.repeat(5_000) + '\\u001b[31mthe reason'); process.exitCode = 3`),
      quiet: node(`console.log('only this'); process.exitCode = 1`),
      signal: node(`process.kill(process.pid, 'SIGKILL')`),
    })
    const message = (id: string) => (end(id) as { error?: { message: string } }).error?.message
    expect(message('code')).toMatch(/ended with exit code 3 \(received … x+\[31mthe reason\)/)
    expect(message('quiet')).toContain('exit code 1 (received only this)')
    expect(message('signal')).toContain('ended by SIGKILL (received no output)')
  })

  it('M-22: fails when it leaves another file than it declares', async () => {
    const { end } = await ran([`${process.execPath} *`], {
      build: { ...node(`for (const name of ['a', 'b']) require('fs').writeFileSync(name, '')`), outputs: ['a'] },
    })
    expect(end('build')).toMatchObject({ type: 'task.failed', error: { code: 'OUTPUT_UNDECLARED' } })
  })

  it('M-21: runs what one of the rules covers, and nothing else, whatever a plan asks for', async () => {
    const { end, denied } = await ran(['true', 'echo one', 'echo two *'], {
      first: { command: 'true' },
      second: { command: 'echo', args: ['one'] },
      third: { command: 'echo', args: ['two', 'three'] },
      more: { command: 'echo', args: ['one', 'more'] },
      joined: { command: 'echo', args: ['two three'] },
      other: { command: 'touch', args: ['x'] },
    })
    expect(['first', 'second', 'third'].map((id) => end(id)?.type)).toEqual(Array(3).fill('task.succeeded'))
    for (const id of ['more', 'joined', 'other']) {
      expect(end(id)).toMatchObject({ type: 'task.failed', error: { code: 'TOOL_DENIED' } })
    }
    expect(denied).toHaveLength(3)
  })
})

describe('the plugin', () => {
  it('makes the worker for the rules that the config states', async () => {
    const { workers } = await workerCommand.create({ allow: ['npm test', 'git log *'] })
    expect(workers.map(({ entry }) => entry)).toMatchObject([
      { handles: 'run_command', tools: ['command.run(npm test)', 'command.run(git log *)'], effects: 'once' },
    ])
    await expect(workerCommand.create({})).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(workerCommand.create({ allow: ['npm test; rm'] })).rejects.toMatchObject({ code: 'RULE_MALFORMED' })
  })
})
