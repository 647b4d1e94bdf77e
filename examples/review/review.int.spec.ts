import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Fact } from 'bosun'

const here = import.meta.dirname
const guide = join(here, 'out/pairwise.md')

beforeEach(() => rmSync(join(here, 'out'), { recursive: true, force: true }))

/** Runs the example by the command line, with its own script. */
async function run(env: Readonly<Record<string, string>> = {}) {
  const state = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-review-'))
  onTestFinished(() => rmSync(state, { recursive: true, force: true }))
  const { OUTLINER: _o, WRITER: _w, REVIEWER: _r, FORCE_COLOR: _f, ...rest } = process.env
  const command = [join(here, '../../apps/cli/bin/bosun.js'), 'run', here, '--json', '--state', state]
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...rest, NODE_OPTIONS: '', NO_COLOR: '1', ...env },
  })
  const { promise: exit, resolve } = Promise.withResolvers<number | null>()
  child.on('exit', resolve)
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  const facts = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Fact)
  const of = <T extends Fact['type']>(type: T) =>
    facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type)
  return { code, stderr, of }
}

describe('the example', () => {
  it('M-06: is accepted in round 2, by three workers on three models, each with calls of its own model alone', async () => {
    const { code, of, stderr } = await run()
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(of('run.completed')).toMatchObject([{ result: { guide: 'out/pairwise.md', rounds: 2 } }])
    expect(of('task.succeeded').map(({ task }) => task)).toEqual([
      'outline',
      'write-1',
      'review-1',
      'write-2',
      'review-2',
    ])
    const models = Map.groupBy(of('model.called'), ({ task }) => task.replace(/-\d$/, ''))
    expect(
      Object.fromEntries(Array.from(models, ([task, calls]) => [task, [...new Set(calls.map(({ model }) => model))]])),
    ).toEqual({ outline: ['scripted:outliner'], write: ['scripted:writer'], review: ['scripted:reviewer'] })
    const [reviewer] = of('run.started')[0]?.workers.filter(({ name }) => name === 'reviewer') ?? []
    expect(reviewer?.tools).toEqual(['files.read(code/**)', 'files.read(out/**)'])
    // The guide that was reviewed is there, with what the first review missed.
    expect(readFileSync(guide, 'utf8')).toContain('Nothing is emitted for the first value')
    expect(of('tool.denied')).toEqual([])
  })

  it('is not accepted by a reviewer that never does: two rounds, then a failed run that names the faults', async () => {
    const { code, of } = await run({ REVIEWER: 'scripted:strict-reviewer' })
    expect(code).toBe(1)
    const faults = 'The guide does not tell what happens when the source fails.'
    expect(of('run.failed')).toMatchObject([{ error: { message: `not accepted after 2 rounds: ${faults}` } }])
    expect(of('task.succeeded')).toHaveLength(5)
    expect(readFileSync(guide, 'utf8')).toContain('The first value')
  })

  it('M-07, M-21: denies a reviewer what is not its to read, records that it tried, and goes on', async () => {
    const { code, of } = await run({ REVIEWER: 'scripted:prying-reviewer' })
    expect(code).toBe(0)
    expect(of('tool.denied')).toMatchObject([{ task: 'review-1', tool: 'guide', detail: 'files.read(script.json)' }])
    expect(of('run.completed')).toMatchObject([{ result: { rounds: 1 } }])
  })

  it('T-32: names the model that the config does not know before anything starts', async () => {
    const { code, stderr, of } = await run({ WRITER: 'nobody:knows' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/MODEL_UNKNOWN|nobody:knows/)
    expect(of('task.assigned')).toEqual([])
  })
})
