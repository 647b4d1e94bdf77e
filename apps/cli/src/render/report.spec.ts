import { OUTCOMES, type ErrorCode, type Fact, type Json, type PublishedFile } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { FactLog, failedSite, planetSite, tally } from '../fact-log.fixture.ts'
import { renderReport, reportJson, reportOf, tallyLine } from './report.ts'

const places = { stateDir: '.bosun', stateFlag: [] }

/** The advice after a run without a plan. */
function adviceAfter(code: ErrorCode): string | undefined {
  const log = new FactLog().started().add('plan.rejected', { plan: 'p', error: { code, message: 'no' } })
  log.add('run.failed', { causeCode: 'PLAN_REJECTED', result: null, tally: tally({}), missing: [] })
  return renderReport(reportOf(log.facts), places).at(-1)
}

it('M-16: reports a run that completed: the tally, the files, where it is kept', () => {
  expect(renderReport(reportOf(planetSite().facts), places)).toEqual([
    '✓ completed after 1.5 s',
    '3 succeeded + 0 failed + 0 lost + 0 cancelled + 0 skipped = 3 tasks',
    'Files written (3):',
    '  site/index.html',
    '  site/mars.html',
    '  site/moon.html',
    'Journal: .bosun, run r-1',
    'Next: bosun result r-1',
  ])
})

it('M-57: advises a single worker after repeated violations of the manager, of whichever kind', () => {
  const late = { code: 'MANAGER_DECISION_LATE', message: 'late' } as const
  const log = planetSite()
  const end = log.facts.pop() as Extract<Fact, { type: 'run.completed' }>
  log
    .add('violation.recorded', { by: 'manager', error: late })
    .add('violation.recorded', { by: 'manager', error: late })
  log.add('violation.recorded', { by: 'mars', error: { code: 'TOOL_DENIED', message: 'no' } })
  const ended = (facts: readonly Fact[]) => renderReport(reportOf([...facts, end]), places).join('\n')
  expect(ended(log.facts)).not.toContain('Advice')
  log.add('manager.refused', { decision: 'amend', error: { code: 'TASK_ALREADY_STARTED', message: 'too late' } })
  expect(ended(log.facts)).toContain('Advice: 3 decisions of the manager were refused. If one worker can do the whole')
})

it('M-54: names task, worker and reason of every failure, and what to do', () => {
  expect(renderReport(reportOf(failedSite().facts), { stateDir: '/tmp/s', stateFlag: ['--state', '/tmp/s'] })).toEqual([
    '✗ failed after 1.2 s (TASKS_WITHOUT_SUCCESS)',
    '1 succeeded + 1 failed + 0 lost + 0 cancelled + 1 skipped = 3 tasks',
    'Files written (1):',
    '  site/moon.html',
    'Without success (1):',
    '  ✗ mars failed (page-writer/1, 2 attempts): WORKER_THREW no such planet',
    'Skipped (1):',
    '  index, because of mars',
    'Journal: /tmp/s, run r-1',
    'Next: bosun why r-1 mars --state /tmp/s',
    'Next: bosun log r-1 --task mars --state /tmp/s',
  ])
})

it('M-55: the parts of the tally add up to the number of tasks, at every moment of a run', () => {
  const log = failedSite()
  for (let count = 1; count <= log.facts.length; count += 1) {
    const { tally: now } = reportOf(log.facts.slice(0, count))
    const sum = OUTCOMES.reduce((total, outcome) => total + now[outcome], now.unresolved)
    expect(sum).toBe(now.total)
  }
})

it('M-51, X-01: shows lost and cancelled tasks with who had them, and refused discoveries beside the sum', () => {
  const log = new FactLog().started().task('a').task('b').assign('a', 'w/7')
  log.add('task.lost', { task: 'a', error: { code: 'BEAT_MISSED', message: 'No heartbeat came.' } })
  log.add('task.cancelled', { task: 'b', by: 'ada', reason: 'not needed' })
  log.add('spawn.refused', { task: 'c', error: { code: 'LIMIT_TASKS', message: 'full' } })
  log.add('run.cancelled', {
    causeCode: 'CANCELLED',
    by: 'ada',
    reason: 'enough',
    tally: tally({ lost: 1, cancelled: 1, refused: 1 }),
  })
  const lines = renderReport(reportOf(log.facts), places)
  expect(lines[0]).toBe('✗ cancelled after 0 ms: enough (CANCELLED, by ada)')
  expect(lines[1]).toBe('0 succeeded + 0 failed + 1 lost + 1 cancelled + 0 skipped = 2 tasks, and 1 discovery refused')
  expect(lines).toContain('  ✗ a lost (w/7, 1 attempt): BEAT_MISSED No heartbeat came.')
  expect(lines).toContain('  ✗ b cancelled (never assigned): not needed (by ada)')
})

it('names what was waived once, with what became of it', () => {
  const log = new FactLog()
    .started()
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .task('c')
    .assign('a', 'w/1')
    .assign('c', 'w/2')
  const evidence = { lastBeat: 0, deadline: 0, clock: 'beat' } as const
  const error = { code: 'BEAT_MISSED', message: 'No heartbeat came.' } as const
  log.add('attempt.lost', { task: 'a', epoch: 1, error, started: true, evidence })
  log.add('task.lost', { task: 'a', error }).add('task.skipped', { task: 'b', because: 'a', outcome: 'lost' })
  log.succeed('c').add('run.completed', { result: null, tally: tally({ succeeded: 1 }), waived: ['a', 'b'] })
  const text = renderReport(reportOf(log.facts), places).join('\n')
  expect(text).toContain(
    'Waived (2):\n  a lost (w/1, 1 attempt): BEAT_MISSED No heartbeat came.\n  b skipped, because of a\nJournal',
  )
  expect(text).not.toMatch(/Without success|Attempts lost|Skipped/)
})

it('P5, T-15: shows a late result that was kept aside, with the fact that holds it', () => {
  const error = { code: 'ATTEMPT_DEAD', message: 'too late' } as const
  const log = planetSite().add('result.quarantined', { task: 'mars', epoch: 1, kind: 'result', value: null, error })
  const report = renderReport(reportOf(log.facts), places)
  expect(report).toContain('Late results, kept aside (1):')
  expect(report).toContain(`  mars attempt 1: it came after the attempt was over (fact ${log.facts.at(-1)?.seq})`)
})

it('says how a paused run goes on, and counts what is unresolved', () => {
  const log = new FactLog().started().task('a').add('run.paused', { by: 'ada', reason: 'interrupted' })
  expect(renderReport(reportOf(log.facts), places)).toEqual([
    '‖ paused after 0 ms: interrupted',
    '0 succeeded + 0 failed + 0 lost + 0 cancelled + 0 skipped + 1 unresolved = 1 task',
    'Journal: .bosun, run r-1',
    'Next: bosun resume r-1',
  ])
})

it('shows twenty of a long list and counts the others', () => {
  const log = new FactLog().started()
  for (let index = 0; index < 50; index += 1)
    log
      .task(`t${index}`)
      .assign(`t${index}`)
      .succeed(`t${index}`, [`f${index}`])
  const lines = renderReport(reportOf(log.facts), places)
  expect(lines).toContain('Files written (50):')
  expect(lines).toContain('  … and 30 more; --json lists all')
})

it('H23: quotes no more than the beginning of a giant message', () => {
  const log = new FactLog().started().task('a').assign('a')
  log.add('task.failed', { task: 'a', error: { code: 'WORKER_THREW', message: 'x'.repeat(1_000_000) } })
  expect(renderReport(reportOf(log.facts), places).join('\n').length).toBeLessThan(2000)
})

it('quotes the words of a command that is meant to be copied', () => {
  const log = new FactLog().started().task("it's(1)").assign("it's(1)")
  log.add('task.failed', { task: "it's(1)", error: { code: 'WORKER_THREW', message: 'x' } })
  log.add('run.failed', { causeCode: 'X', result: null, tally: tally({ failed: 1 }), missing: [] })
  const lines = renderReport(reportOf(log.facts), { stateDir: '.bosun', stateFlag: ['--state', 'my state'] })
  expect(lines).toContain(String.raw`Next: bosun why r-1 'it'\''s(1)' --state 'my state'`)
})

it('has a plan corrected when the plan was refused, and the log read when its planner had no answer', () => {
  expect(adviceAfter('TASK_CYCLE')).toContain('correct the plan')
  expect(adviceAfter('MODEL_FAILED')).toMatch(/^Next: bosun log r-1/)
})

it('is the same as data', () => {
  expect(JSON.parse(reportJson(reportOf(failedSite().facts)))).toMatchObject({
    run: 'r-1',
    state: 'failed',
    failures: [{ task: 'mars', outcome: 'failed', worker: 'page-writer/1', attempts: 2, code: 'WORKER_THREW' }],
    skipped: [{ task: 'index', because: 'mars' }],
  })
})

it('writes the tally of nothing', () => {
  expect(tallyLine(tally({}))).toBe('0 succeeded + 0 failed + 0 lost + 0 cancelled + 0 skipped = 0 tasks')
})

it('names the attempts that were lost, also when their task succeeded after all', () => {
  const log = new FactLog().started().task('a').assign('a', 'w/1')
  log
    .add('attempt.lost', {
      task: 'a',
      epoch: 1,
      started: true,
      error: { code: 'HOST_DIED', message: 'a: The process of the worker ended (received SIGKILL). Look there.' },
      evidence: { lastBeat: 0, deadline: 0, clock: 'host' },
    })
    .assign('a', 'w/2', 2)
    .succeed('a', [], 2)
    .add('run.completed', { result: null, tally: tally({ succeeded: 1 }), waived: [] })
  const lines = renderReport(reportOf(log.facts), places)
  expect(lines[0]).toMatch(/^✓ completed/)
  expect(lines).toContain('Attempts lost (1):')
  expect(lines).toContain('  a attempt 1 (w/1): The process of the worker ended (received SIGKILL). Look there.')
})

it('names what was cancelled with its run without repeating why', () => {
  const log = new FactLog().started().task('a').task('b').assign('a', 'w/1')
  for (const task of ['a', 'b']) log.add('task.cancelled', { task, by: 'user', reason: 'interrupted' })
  log.add('run.cancelled', { causeCode: 'X', by: 'user', reason: 'interrupted', tally: tally({ cancelled: 2 }) })
  expect(renderReport(reportOf(log.facts), places)).toEqual([
    '✗ cancelled after 0 ms: interrupted (X, by user)',
    '0 succeeded + 0 failed + 0 lost + 2 cancelled + 0 skipped = 2 tasks',
    'Cancelled with the run (2):',
    '  a, from w/1',
    '  b',
    'Journal: .bosun, run r-1',
    'Next: bosun log r-1',
  ])
})

const ended = (log: FactLog, result: Json) =>
  renderReport(reportOf(log.add('run.completed', { result, tally: tally({}), waived: [] }).facts), places)[1]
const twoTasks = () =>
  new FactLog()
    .started()
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .add('attempt.succeeded', { task: 'b', epoch: 1, result: { summary: 'Both are done.' }, outputs: [] })

describe('the summary', () => {
  it.each([
    ['of the result', { summary: 'All is mapped.', map: { summary: 'Part.' } }],
    ['deeper in the result', { result: { folders: 3, map: { summary: 'All is mapped.' } } }],
  ])('%s is printed under the headline', (_, result) => {
    expect(ended(new FactLog().started(), result)).toBe('All is mapped.')
  })

  it('of the last task is printed where the result has none, and of several last ones none', () => {
    expect(ended(twoTasks(), null)).toBe('Both are done.')
    expect(ended(twoTasks().task('c'), null)).toMatch(/^0 succeeded/)
  })

  it.each<Json>([null, 'summary', { summary: 3 }, { list: [{ summary: 'One of many.' }] }, { summary: '' }])(
    'is not found in %j',
    (result) => expect(ended(new FactLog().started(), result)).toMatch(/^0 succeeded/),
  )

  it('is shown on one line, as a terminal may have it', () => {
    expect(ended(new FactLog().started(), { summary: `\u001B[2J\n${'x'.repeat(9000)}` })).toMatch(/^\\e\[2J\\nx+… \(/)
  })
})

it('names files from where the reader is', () => {
  const from = { ...places, fileOf: (workspace: string, path: string) => `${workspace}/${path}` }
  const log = planetSite()
  const [started, ...rest] = log.facts
  const facts = [{ ...started, place: { folder: '/p', workspace: '/p/w', mounts: {} } } as Fact, ...rest]
  expect(renderReport(reportOf(facts), from)).toContain('  /p/w/site/mars.html')
})

const published = (epoch: number, files: PublishedFile[]) => ({ task: 'a', epoch, files })

it('names files that are gone apart from those that are there, by the last that was done to each', () => {
  const gone = { hash: 'x', bytes: 0, deleted: true } as const
  const facts = planetSite()
    .add(
      'outputs.published',
      published(2, [
        { path: 'old', ...gone },
        { path: 'site/mars.html', ...gone },
      ]),
    )
    .add(
      'outputs.published',
      published(3, [
        { path: 'old', hash: 'x', bytes: 1 },
        { path: 'older', ...gone },
      ]),
    ).facts
  const report = reportOf(facts)
  expect(report).toMatchObject({
    files: ['old', 'site/index.html', 'site/moon.html'],
    removed: ['older', 'site/mars.html'],
  })
  expect(renderReport(report, places)).toEqual(
    expect.arrayContaining(['Files written (3):', 'Files removed (2):', '  older']),
  )
})

describe('X-03: what a run has used', () => {
  const slice = { tokens: 5_000, costMicros: 90 }
  const call = { model: 'acme:fast', inputTokens: 1_000, outputTokens: 234, costMicros: 12_300, ms: 5 }
  const used = (log: FactLog, task: string, epoch: number, tokens: number, costMicros = 0) =>
    log
      .add('budget.reserved', { task, epoch, ...slice })
      .add('model.called', { task, epoch, ...call })
      .add('budget.settled', { task, epoch, tokens, costMicros })

  it('is the sum of all its attempts, failed and lost ones included, and of its planners', () => {
    const log = failedSite()
    used(log, 'mars', 1, 300, 1)
    used(log, 'mars', 2, 40)
    used(log, 'moon', 1, 5, 7)
    const attempts = reportOf(log.facts)
    expect(attempts.usage).toEqual({
      total: { tokens: 345, costMicros: 8 },
      planners: { tokens: 0, costMicros: 0 },
      tasks: { mars: { tokens: 340, costMicros: 1 }, moon: { tokens: 5, costMicros: 7 } },
    })
    expect(renderReport(attempts, places)).toContain('Used: 345 tokens, cost 0.000008')
    const all = reportOf(log.add('planner.called', { request: 'plan-1', ...call }).facts)
    expect(all.usage).toMatchObject({ total: { tokens: 1_579, costMicros: 12_308 }, planners: { tokens: 1_234 } })
    expect(renderReport(all, places)).toContain(
      'Used: 1,579 tokens, cost 0.012308 (planning: 1,234 tokens, cost 0.0123)',
    )
  })

  it('has no cost where nothing has a price, and no line where nothing was used', () => {
    const log = planetSite()
    expect(renderReport(reportOf(log.facts), places).join()).not.toContain('Used')
    expect(renderReport(reportOf(used(log, 'mars', 1, 1).facts), places)).toContain('Used: 1 token')
  })
})
