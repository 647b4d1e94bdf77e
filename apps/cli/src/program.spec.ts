import { noModel, noPlannerTools } from '@bosun/sdk'
import { BosunError, WorkerEntrySchema } from '@bosun/core'
import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { createSimulator, randomChoices, settingOf } from '@bosun/simulation'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bosun, FakeTerminal, handleOf } from './cli.fixture.ts'
import type { ProjectFlags } from './engine.ts'
import { failedSite, FactLog, planetSite, tally } from './fact-log.fixture.ts'

const completing = { start: () => Promise.resolve(handleOf(planetSite())) }
const runs = { 'r-1': planetSite(), 'q-2': failedSite() }

describe('help and mistakes', () => {
  it('shows the commands in groups, with the exit codes', async () => {
    for (const args of [[], ['--help'], ['help']]) {
      const { code, stdout, stderr } = await bosun(args)
      expect(code).toBe(0)
      expect(stderr).toBe('')
      for (const part of ['Start:', 'Look:', 'Act:', 'Prove:', 'init', 'run', 'why', 'audit', '3 plan rejected']) {
        expect(stdout).toContain(part)
      }
    }
  })

  it.each([
    'init',
    'run',
    'plan',
    'runs',
    'show',
    'tree',
    'log',
    'why',
    'result',
    'pause',
    'resume',
    'cancel',
    'steer',
    'raise-limit',
    'retry',
    'adopt',
    'waive',
    'prune',
    'import',
    'check',
    'audit',
    'replay',
    'doctor',
  ])('has an example in the help of %s, and offers --json', async (command) => {
    const { code, stdout } = await bosun([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Example:\n  $ bosun ${command}`)
    expect(stdout).toContain('--json')
  })

  it.each([
    [['rnu'], "unknown command 'rnu' (Did you mean run?)"],
    [['run', '--concurency', '3'], "unknown option '--concurency' (Did you mean --concurrency?)"],
    [['run', '-n', 'x'], 'Expected a whole number from 1 to 10000.'],
    [['run', '-n', '0'], 'Expected a whole number from 1 to 10000.'],
    [['run', '--retries', '1.5'], 'Expected a whole number from 0 to 100.'],
    [['run', '--timeout', 'soon'], 'Expected a span of time such as 500ms, 30s, 5m, 2h or 1d.'],
    [['run', 'a', 'b'], 'too many arguments'],
    [['why', 'last'], "missing required argument 'task'"],
    [['cancel'], "missing required argument 'run'"],
    [['steer', 'last'], "missing required argument 'text'"],
    [['pause', 'last', '--by', ''], 'Expected a name.'],
    [['raise-limit', 'last', 'slotMax=3'], 'Did you mean slotsMax=…?'],
    [['raise-limit', 'last', 'slotsMax=many'], 'slotsMax=many'],
    [['raise-limit', 'last', 'wallTimeMs=soon'], 'Expected a span of time'],
    [['raise-limit', 'last', 'slotsMax=1'], 'expected more than 8, received 1'],
    [['retry', 'last', 'ghost'], 'There is no task with this id'],
    [['adopt', 'last', 'ghost'], 'There is no task with this id'],
  ])('ends with 2 and one line for %j', async (args, part) => {
    const { code, stdout, stderr } = await bosun(args, { runs })
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^bosun: [^\n]+\n$/)
    expect(stderr).toContain(part)
  })

  it('says errors as one line of JSON where JSON is asked for', async () => {
    const { code, stdout, stderr } = await bosun(['run', '--json', '-n', 'x'])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'USAGE', message: expect.stringContaining('whole number') as string, exit: 2 },
    })
  })

  it.each([
    ['CONFIG_MISSING', 2],
    ['CONFIG_INVALID', 2],
    ['FOLDER_MISSING', 2],
    ['PLUGIN_NOT_FOUND', 2],
    ['GOAL_INVALID', 2],
    ['RUN_BUSY', 2],
    ['PLAN_INVALID', 3],
    ['PLANNER_FAILED', 3],
    ['TASK_CYCLE', 3],
    ['JOURNAL_DAMAGED', 2],
    ['INTERNAL', 1],
  ] as const)('ends with the exit code of %s: %i', async (code, exit) => {
    const start = () => Promise.reject(new BosunError(code, { at: 'here' }))
    const result = await bosun(['run'], { project: { start } })
    expect(result.code).toBe(exit)
    expect(result.stderr).toMatch(/^bosun: here: [^\n]+\n$/)
  })

  it('shows no stack trace, whatever is thrown', async () => {
    const project = { start: () => Promise.reject(new TypeError('x is not a function')) }
    const { code, stderr } = await bosun(['run'], { project })
    expect(code).toBe(1)
    expect(stderr).toBe('bosun: x is not a function. Report it; BOSUN_DEBUG=1 shows where it came from.\n')
  })
})

describe('run', () => {
  it('T-30: ends with 0, progress and a report when the run completed', async () => {
    const { code, stdout, stderr } = await bosun(['run'], {
      project: { start: () => Promise.resolve(handleOf(planetSite())) },
    })
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toContain('[3/3] done index\n✓ completed after 1.5 s\n')
  })

  it.each([
    ['failed', failedSite(), 1],
    [
      'exhausted',
      new FactLog().started().add('run.exhausted', { causeCode: 'X', result: null, tally: tally({}), missing: [] }),
      4,
    ],
    [
      'cancelled',
      new FactLog().started().add('run.cancelled', { causeCode: 'X', by: 'ada', reason: 'r', tally: tally({}) }),
      130,
    ],
    ['paused', new FactLog().started().add('run.paused', { by: 'ada', reason: 'r' }), 5],
    [
      'failed for its plan',
      new FactLog()
        .started()
        .add('plan.rejected', {
          plan: 'p',
          error: { code: 'TASK_CYCLE', message: 'a → b → a: A cycle.', at: 'a → b → a' },
        })
        .add('run.failed', { causeCode: 'PLAN_REJECTED', result: null, tally: tally({}), missing: [] }),
      3,
    ],
  ])('X-01: ends with its own code when the run %s', async (_, log, exit) => {
    for (const more of [[], ['--json']]) {
      const { code } = await bosun(['run', ...more], { project: { start: () => Promise.resolve(handleOf(log)) } })
      expect(code).toBe(exit)
    }
  })

  it('a plan refused after a first one was accepted is a failure of the run, not of the command line', async () => {
    const log = new FactLog()
      .started()
      .task('a')
      .add('plan.rejected', { plan: 'p', error: { code: 'TASK_CYCLE', message: 'a cycle' } })
      .add('run.failed', { causeCode: 'X', result: null, tally: tally({ unresolved: 1 }), missing: ['a'] })
    expect((await bosun(['run'], { project: { start: () => Promise.resolve(handleOf(log)) } })).code).toBe(1)
  })

  it('prints every fact, and nothing else, on stdout with --json', async () => {
    const log = planetSite()
    const { stdout, stderr } = await bosun(['run', '--json'], {
      project: { start: () => Promise.resolve(handleOf(log)) },
    })
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(log.facts)
    expect(stderr).toBe('')
  })

  it('hands the flags on, and the goal as it stands', async () => {
    let seen: ProjectFlags = {}
    let goal: string | undefined
    const world = {
      opened: (_: string, flags: ProjectFlags) => (seen = flags),
      project: {
        start: (options: { goal: string | undefined }) => {
          ;({ goal } = options)
          return Promise.resolve(handleOf(planetSite()))
        },
      },
    }
    const flags = ['-n', '3', '--retries', '0', '--timeout', '2m', '--state', 's', '--fail-fast', '--goal', '{"a":1}']
    const { terminal } = await bosun(['run', ...flags], world)
    expect(seen).toEqual({
      concurrency: 3,
      retries: 0,
      timeoutMs: 120_000,
      stateDir: join(terminal.cwd, 's'),
      failFast: true,
    })
    expect(goal).toBe('{"a":1}')
  })

  it('takes the plan from the file that --plan names', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'bosun-cli-'))
    writeFileSync(join(cwd, 'other.yaml'), '- { id: a, type: t }')
    let seen: ProjectFlags = {}
    const world = {
      opened: (_: string, flags: ProjectFlags) => (seen = flags),
      project: { start: () => Promise.resolve(handleOf(planetSite())) },
    }
    await bosun(['run', '--plan', 'other.yaml'], world, new FakeTerminal({ cwd }))
    const request = {
      goal: null,
      workers: [],
      bodySchemas: {},
      folder: '/nowhere',
      signal: new AbortController().signal,
      model: noModel,
      tools: noPlannerTools,
      check: () => Promise.resolve([]),
    }
    expect(await seen.planner?.plan(request)).toEqual({ tasks: [{ id: 'a', type: 't', body: null }] })
  })

  it('redraws on a terminal, and leaves the report and the cursor behind', async () => {
    const terminal = new FakeTerminal({ isTerminal: true })
    terminal.env['NO_COLOR'] = '1'
    const { stdout } = await bosun(
      ['run'],
      { project: { start: () => Promise.resolve(handleOf(planetSite())) } },
      terminal,
    )
    expect(stdout).toContain('\u001B[?25h✓ completed')
  })

  it('uses colours on a terminal, and none with NO_COLOR', async () => {
    const coloured = await bosun(['run'], { project: completing }, new FakeTerminal({ isTerminal: true }))
    expect(coloured.stdout).toContain('\u001B[32m✓ completed')
    const plain = new FakeTerminal({ isTerminal: true })
    plain.env['NO_COLOR'] = '1'
    const { stdout } = await bosun(['run'], { project: completing }, plain)
    expect(stdout).not.toContain('\u001B[32m')
  })
})

const why = () =>
  Promise.resolve([{ kind: 'dependency', text: 'It waits for mars (since 65000 ms).', names: ['mars'] }])

const readFactsFile = () => Promise.resolve({ facts: planetSite().durable, torn: 'run.ndjson:9: torn' })

const machine = (state: 'ok' | 'missing' | 'broken') => ({
  engine: {
    checkMachine: () => Promise.resolve([{ name: 'sandbox', state, detail: 'no namespaces', fix: 'Get them.' }]),
  },
})

/** A run that waits, and notes what is asked of it. */
function hanging() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const calls: string[] = []
  const paused = new FactLog().started().task('a').add('run.paused', { by: 'cli', reason: 'interrupted' })
  const handle = handleOf(paused, {
    facts: (async function* () {
      await promise
      yield paused.facts
    })(),
    drain: () => Promise.resolve(void calls.push('drain')),
    cancel: (reason) => Promise.resolve(void calls.push(`cancel ${reason}`)),
    stop: () => Promise.resolve(void calls.push('stop')),
  })
  return { handle, calls, end: resolve }
}

describe('interrupts', () => {
  it('T-35: drains at the first, cancels at the second, leaves at the third', async () => {
    const { handle, calls, end } = hanging()
    const terminal = new FakeTerminal()
    const running = bosun(['run'], { project: { start: () => Promise.resolve(handle) } }, terminal)
    while (!terminal.isListening) await new Promise((resolve) => setImmediate(resolve))
    terminal.interrupt()
    expect(calls).toEqual(['drain'])
    expect(terminal.stderr).toContain('Once more to cancel')
    terminal.interrupt()
    expect(calls).toEqual(['drain', 'cancel interrupted'])
    expect(terminal.killed).toBeUndefined()
    terminal.interrupt()
    expect(terminal.killed).toBe(130)
    end()
    expect((await running).code).toBe(5)
    expect(terminal.isListening).toBe(false)
  })

  it('P22: brings the run to rest at once when it is told to end', async () => {
    const { handle, calls, end } = hanging()
    const terminal = new FakeTerminal()
    const running = bosun(['run'], { project: { start: () => Promise.resolve(handle) } }, terminal)
    while (!terminal.isListening) await new Promise((resolve) => setImmediate(resolve))
    terminal.interrupt('terminate')
    expect(calls).toEqual(['stop'])
    end()
    expect((await running).code).toBe(5)
    expect(terminal.killed).toBeUndefined()
  })
})

describe('plan', () => {
  it('T-29: shows width, depth and the longest path, and starts nothing', async () => {
    const tasks = [
      { id: 'a', type: 't', body: 'x' },
      { id: 'b', type: 't', body: null, dependsOn: ['a'] },
      { id: 'c', type: 't', body: null, dependsOn: ['a'] },
      { id: 'd', type: 't', body: null, dependsOn: ['b', 'c'] },
    ]
    const world = { project: { planPreview: () => Promise.resolve({ tasks, groups: [], workers: [] }) } }
    const { code, stdout } = await bosun(['plan'], world)
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '4 tasks, 2 wide, 3 deep, up to 2 at a time',
      'longest path: a → b → d',
      'by type: 4 t',
      'at most: 1,000,000 tokens, cost 10.00, 10,000 tasks, 24:00:00',
      'expected: no history of these tasks here',
    ])
    expect(stdout).toContain('d     t     null  after b, c')
    expect(JSON.parse((await bosun(['plan', '--json'], world)).stdout)).toMatchObject({ width: 2, depth: 3, tasks })
  })
})

describe('T-29: the forecast of a plan', () => {
  const tasks = ['mars', 'moon', 'venus'].map((id) => ({ id, type: 'generate_page', body: null }))
  const stateDir = mkdtempSync(join(tmpdir(), 'bosun-plan-'))
  const workers = [WorkerEntrySchema.parse({ name: 'page-writer', handles: 'generate_page' })]
  const project = { stateDir, planPreview: () => Promise.resolve({ tasks, groups: [], workers }) }

  it('is made from what tasks of these types took in the runs of this state folder', async () => {
    const { stdout } = await bosun(['plan'], { runs, project })
    // The pages took 1,200, 800 and 500 ms; all three have slots.
    expect(stdout).toContain('expected: 800 ms, on a bad day 1.2 s; from 2 runs here\n')
    const { stdout: json } = await bosun(['plan', '--json'], { runs, project })
    expect(JSON.parse(json)).toMatchObject({
      types: { generate_page: 3 },
      ceilings: { tasksMax: 10_000 },
      runs: 2,
      forecast: { typical: { ms: 800, workMs: 2_400, pathMs: 800 }, cautious: { ms: 1_200 }, unknown: [] },
    })
  })

  it('names the types that it knows nothing of, and says so when it knows nothing at all', async () => {
    const more = [...tasks, { id: 'x', type: 'unheard_of', body: null }]
    const planPreview = () => Promise.resolve({ tasks: more, groups: [], workers: [] })
    const { stdout } = await bosun(['plan'], { runs, project: { stateDir, planPreview } })
    expect(stdout).toContain('at least, since there is no history of unheard_of\n')
    expect((await bosun(['plan'], { project })).stdout).toContain('expected: no history of these tasks here\n')
  })
})

describe('T-29: a plan that is saved', () => {
  const plan = { hash: 'sha256:1', groups: [{ name: 'g', title: 'G' }], tasks: [{ type: 't', id: 'a', body: 1 }] }
  const planPreview = () => Promise.resolve({ tasks: plan.tasks, groups: plan.groups, workers: [], plan })

  it('is a file with its hash, the same for the same plan', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'bosun-plan-'))
    const { code, stderr } = await bosun(
      ['plan', '--save', 'p.json'],
      { project: { planPreview } },
      new FakeTerminal({ cwd }),
    )
    expect([code, stderr]).toEqual([0, 'bosun: sha256:1 is in p.json\n'])
    expect(readFileSync(join(cwd, 'p.json'), 'utf8')).toBe(
      '{\n"hash": "sha256:1",\n"groups": [\n{"name":"g","title":"G"}\n],\n"tasks": [\n{"body":1,"id":"a","type":"t"}\n]\n}\n',
    )
  })

  it('is none where the manager makes the tasks itself, nor where no file can be', async () => {
    const own = await bosun(['plan', '--save', 'p.json'])
    expect([own.code, own.stderr]).toEqual([
      2,
      expect.stringContaining('the manager fanOut makes its first tasks itself'),
    ])
    expect(await bosun(['plan', '--save', '/proc/no/p.json'], { project: { planPreview } })).toMatchObject({ code: 2 })
  })
})

describe('looking at runs', () => {
  it('lists them, the latest first', async () => {
    const { code, stdout } = await bosun(['runs'], { runs })
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(/\s+/)[0])).toEqual(['RUN', 'q-2', 'r-1', ''])
    expect((await bosun(['runs'])).stdout).toBe('No runs yet. Start one with: bosun run\n')
    expect((await bosun(['runs', '--json'], { runs })).stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  it('finds a run by its id, the beginning of it, or as the last', async () => {
    for (const [named, run] of [
      ['r-1', 'r-1'],
      ['r', 'r-1'],
      ['last', 'q-2'],
    ] as const) {
      expect((await bosun(['tree', named], { runs })).stdout).toContain(run === 'r-1' ? 'completed' : 'failed')
    }
  })

  it('names what there is when the run is not', async () => {
    const { code, stderr } = await bosun(['tree', 'r-7'], { runs })
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean r-1?')
    const twins = { 'run-1': planetSite(), 'run-2': planetSite() }
    expect((await bosun(['tree', 'run'], { runs: twins })).stderr).toContain(
      'expected one run, received 2: run-2, run-1',
    )
  })

  it('has no runs where there is no state folder', async () => {
    const { code, stderr } = await bosun(['show', '--state', 'nowhere'], { runs })
    expect(code).toBe(2)
    expect(stderr).toContain('bosun runs')
  })

  it('shows a run with its tasks', async () => {
    const { stdout } = await bosun(['show', 'r-1'], { runs })
    expect(stdout).toContain('run r-1  completed')
    expect(stdout).toContain('3 succeeded + 0 failed')
    expect(stdout).toMatch(/mars +generate_page +waiting +page-writer\/1\n/)
    expect(JSON.parse((await bosun(['show', 'r-1', '--json'], { runs })).stdout)).toMatchObject({
      run: 'r-1',
      state: 'completed',
    })
  })

  it('prints the log of one task, and of one type', async () => {
    const one = (await bosun(['log', 'q-2', '--task', 'mars', '--json'], { runs })).stdout.trimEnd().split('\n')
    expect(one.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'task.added',
      'task.assigned',
      'attempt.started',
      'attempt.failed',
      'task.retried',
      'task.assigned',
      'attempt.started',
      'attempt.failed',
      'task.failed',
    ])
    const { stdout } = await bosun(['log', 'q-2', '--type', 'attempt.failed'], { runs })
    expect(stdout.split('\n')[0]).toMatch(/^ +\d+ +\+0\.500 attempt\.failed task=mars epoch=1 error=/)
  })

  it('M-31: follows a run as a tree until it ends', async () => {
    const { code, stdout } = await bosun(['tree', 'r-1', '--watch'], { runs })
    expect(code).toBe(0)
    expect(stdout).toContain('└─ attempt 1 index-writer/1 succeeded 300 ms')
  })

  it('T-25: says why a task waits', async () => {
    const { stdout } = await bosun(['why', 'r-1', 'index'], { runs, state: { why } })
    expect(stdout).toBe('index\n  It waits for mars (since 1:05).\n')
    expect(JSON.parse((await bosun(['why', 'r-1', 'index', '--json'], { runs, state: { why } })).stdout)).toMatchObject(
      {
        run: 'r-1',
        task: 'index',
        reasons: [{ kind: 'dependency', names: ['mars'] }],
      },
    )
  })

  it('M-16: prints the result as JSON, and ends as the run did', async () => {
    expect(await bosun(['result', 'r-1'], { runs })).toMatchObject({
      code: 0,
      stdout: '{\n  "pages": 2\n}\n',
      stderr: '',
    })
    const failed = await bosun(['result', 'q-2', '--json'], { runs })
    expect(failed).toMatchObject({ code: 1, stdout: '{"pages":1}\n' })
    expect(failed.stderr).toContain('partial result')
    const open = await bosun(['result', 'o'], { runs: { o: new FactLog().started('o') } })
    expect(open).toMatchObject({ code: 1, stdout: '' })
  })
})

describe('acting on runs', () => {
  it('X-02: leaves a cancel for the owner of the run', async () => {
    const seen: unknown[] = []
    const submit = (...args: unknown[]) => {
      seen.push(args)
      return Promise.resolve({ facts: new FactLog().started().durable })
    }
    const args = ['cancel', 'r-1', '--reason', 'wrong goal', '--by', 'ann']
    const { code, stdout } = await bosun(args, { runs, state: { submit } })
    expect(code).toBe(0)
    expect(stdout).toBe('run r-1 is cancelled. No process of it is alive.\n')
    expect(seen).toEqual([['r-1', { kind: 'cancel', body: { reason: 'wrong goal' } }, 'ann']])
  })

  it('X-08: goes on with a run', async () => {
    let resumed = ''
    const resume = (run: string) => {
      resumed = run
      return Promise.resolve(handleOf(planetSite()))
    }
    const terminal = new FakeTerminal()
    const project = { resume, stateDir: terminal.cwd }
    expect((await bosun(['resume', 'last'], { runs, project }, terminal)).code).toBe(0)
    expect(resumed).toBe('q-2')
  })
})

/** A whole run under a built-in strategy, as a journal has it. */
function simulatedRun(): FactLog {
  const [strategy] = BUILT_IN_STRATEGIES
  if (strategy === undefined) throw new Error('no strategy is built in')
  const { log } = createSimulator(settingOf({ kind: 'strategy', strategy })).trace(randomChoices(5, { faultsMax: 0 }))
  return Object.assign(new FactLog(), { facts: log })
}

describe('proving', () => {
  const whole = { 'r-1': simulatedRun() }

  it('judges a run, and a file, and says when a line was torn', async () => {
    const started = await bosun(['audit', 'r-1'], { runs })
    expect(started.stdout).toContain('invariants judged')
    const cwd = mkdtempSync(join(tmpdir(), 'bosun-cli-'))
    writeFileSync(join(cwd, 'run.ndjson'), '')
    const file = await bosun(
      ['audit', 'run.ndjson', '--json'],
      { engine: { readFactsFile } },
      new FakeTerminal({ cwd }),
    )
    expect(file.stderr).toContain('run.ndjson:9: torn')
    expect(JSON.parse(file.stdout)).toMatchObject({ source: 'run.ndjson', factsCount: planetSite().durable.length })
  })

  it('judges what the strategy of the run declares, and says why of what it does not judge', async () => {
    const { stdout } = await bosun(['audit', 'r-1'], { runs: whole })
    expect(stdout).toMatch(/^[✓–] {2}L8 /m)
    expect(stdout).toMatch(/^✓ {2}Q1 +work conservation$/m)
    expect(stdout).toMatch(/^– {2}Q3 +priority +fifo does not declare it$/m)
    expect(stdout).toMatch(/^– {2}Q8 +chatter +measured only: bosun check --certificate$/m)
    expect(stdout).toMatch(/^– {2}D1 +determinism +it takes several runs: bosun check$/m)
    const declared = await bosun(['audit', 'r-1', '--strategy', 'priority'], { runs: whole })
    expect(declared.stdout).toMatch(/^[✓–] {2}Q3 +priority(?! +fifo)/m)
  })

  it('X-04: replays a run under its own strategy to the same states and result, and under others beside it', async () => {
    const { code, stdout, stderr } = await bosun(['replay', 'r-1'], { runs: whole })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^fifo \(as it ran\) .* the record$/m)
    expect(stdout).toMatch(/^fifo .* the same states and result$/m)
    expect(stdout).toMatch(/^critical-path /m)
    const two = await bosun(['replay', 'r-1', '--strategy', 'priority', '--strategy', 'fifo', '--json'], {
      runs: whole,
    })
    const { rows } = JSON.parse(two.stdout) as { rows: readonly { strategy: string }[] }
    expect(rows.map(({ strategy }) => strategy)).toEqual(['priority', 'fifo'])
  })

  it.each([
    ['prioritty', /received "prioritty"\)\. Did you mean priority\?/],
    ['./nowhere.ts', /nowhere\.ts: There is no such module/],
  ])('H26: refuses the strategy %s in one line', async (strategy, message) => {
    for (const command of ['replay', 'audit']) {
      const { code, stdout, stderr } = await bosun([command, 'r-1', '--strategy', strategy], { runs })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^bosun: [^\n]+\n$/)
      expect(stderr).toMatch(message)
    }
  })

  it('ends with 1 when an invariant is violated, and names it', async () => {
    const log = new FactLog()
      .started()
      .task('a')
      .task('b', { dependsOn: ['a'] })
      .assign('b')
    const { code, stdout } = await bosun(['audit', 'r-1'], { runs: { 'r-1': log } })
    expect(code).toBe(1)
    expect(stdout).toContain('✗ S1')
  })

  it('H26: says what the machine lacks, in words, and fails only where runs cannot work', async () => {
    expect(await bosun(['doctor'], machine('missing'))).toMatchObject({
      code: 0,
      stdout: `! sandbox       no namespaces\n${' '.repeat(16)}Get them.\n`,
    })
    expect((await bosun(['doctor'], machine('broken'))).code).toBe(1)
    expect(JSON.parse((await bosun(['doctor', '--json'], machine('ok'))).stdout)).toMatchObject({
      checks: [{ name: 'sandbox', state: 'ok' }],
    })
  })
})

describe('init', () => {
  it('writes a project, and changes nothing that is there', async () => {
    const terminal = new FakeTerminal()
    writeFileSync(join(terminal.cwd, '.gitignore'), 'mine\n')
    const { code, stdout } = await bosun(['init'], {}, terminal)
    expect(code).toBe(0)
    expect(stdout).toBe(
      'wrote bosun.config.ts\nwrote plan.yaml\nwrote plugins/notes.ts\nNext: bosun plan, then bosun run\n',
    )
    expect(readFileSync(join(terminal.cwd, '.gitignore'), 'utf8')).toBe('mine\n')
    const again = await bosun(['init'], {}, new FakeTerminal({ cwd: terminal.cwd }))
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('bosun.config.ts and plan.yaml and plugins/notes.ts')
  })

  it('writes nothing at all when something is in the way', async () => {
    for (const name of ['plan.json', 'bosun.config.mjs', 'plugins/notes.ts']) {
      const terminal = new FakeTerminal()
      mkdirSync(join(terminal.cwd, 'plugins'))
      writeFileSync(join(terminal.cwd, name), 'mine')
      const { code, stderr } = await bosun(['init'], {}, terminal)
      expect([code, stderr]).toEqual([2, expect.stringContaining(name) as string])
      expect(readdirSync(terminal.cwd, { recursive: true }).toSorted()).toEqual(['plugins', name].toSorted())
    }
    const terminal = new FakeTerminal()
    writeFileSync(join(terminal.cwd, 'file'), '')
    expect(await bosun(['init', 'file'], {}, terminal)).toMatchObject({ code: 2, stdout: '' })
  })

  it('makes the folder', async () => {
    const { terminal, stdout } = await bosun(['init', 'my-project'])
    expect(stdout).toContain('bosun run my-project')
    expect(readFileSync(join(terminal.cwd, 'my-project/plan.yaml'), 'utf8')).toContain('depends_on')
  })
})
