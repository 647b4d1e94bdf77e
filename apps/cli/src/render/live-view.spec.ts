import type { Fact } from '@bosun/core'
import { expect, it } from 'vitest'
import { failedSite, FactLog, planetSite } from '../fact-log.fixture.ts'
import { widthOf } from './fit.ts'
import { emptyLive, liveModel, progressLine, renderLive, type LiveModel } from './live-view.ts'

const modelOf = (log: FactLog, count = log.facts.length): LiveModel =>
  log.facts.slice(0, count).reduce<LiveModel>(liveModel, emptyLive)

it('T-18: shows how many run, are done and are left, how fast, and for how long', () => {
  const log = new FactLog()
    .started()
    .task('mars')
    .task('moon')
    .task('index')
    .assign('mars', 'page-writer/1')
    .assign('moon', 'page-writer/2')
    .after(2000)
    .succeed('moon')
  const model = modelOf(log)
  expect(renderLive(model, 100, model.at + 2000)).toEqual([
    'fanOut · run r-1 · running · 4.0 s',
    '█████░░░░░░░░░░░ · 1/3 done · 1 running · 1 left · 0.3/s',
    '  page-writer/1     4.0 s  mars',
  ])
})

it('shows one line per working slot, the longest first, and counts the rest', () => {
  const log = new FactLog().started()
  for (let index = 0; index < 30; index += 1) log.task(`t${index}`).after(10).assign(`t${index}`, `w/${index}`)
  const model = modelOf(log)
  const lines = renderLive(model, 80, model.at)
  expect(lines).toHaveLength(13)
  expect(lines[2]).toContain('t0')
  expect(lines.at(-1)).toBe('  … and 20 more')
  expect(renderLive(model, 80, model.at, { rows: 3 }).at(-1)).toBe('  … and 27 more')
})

it('shows what waits for a person, with the command that answers it, until it is answered or its task ends', () => {
  const call = { key: 'k', tool: 'files.write', rule: 'files.write(deploy/**)', input: '{}' }
  const question = 'files.write(deploy/mars)'
  const log = new FactLog().started().task('mars').assign('mars', 'page-writer/1')
  log.add('approval.requested', { approval: 'a1', task: 'mars', epoch: 1, question, call })
  log.add('manager.asked', { approval: 'a2', request: 'go', question: 'Go on?' })
  const at = (count: number) =>
    log.facts.slice(0, count).reduce<LiveModel>(liveModel, { ...emptyLive, flags: ['--project', 'my site'] })
  const all = log.facts.length
  expect(renderLive(at(all), 120, 0).slice(-4)).toEqual([
    '  a1  mars wants: files.write(deploy/mars) (policy.ask: files.write(deploy/**))',
    "      bosun approve r-1 a1 --project 'my site'   or   bosun deny r-1 a1 --project 'my site'",
    '  a2  the manager asks: Go on?',
    "      bosun approve r-1 a2 --project 'my site'   or   bosun deny r-1 a2 --project 'my site'",
  ])
  expect(progressLine(at(all), log.facts[all - 2] as Fact)).toBe(
    'waits for a person: a1, mars wants: files.write(deploy/mars) (policy.ask: files.write(deploy/**))\n' +
      "  bosun approve r-1 a1 --project 'my site'   or   bosun deny r-1 a1 --project 'my site'",
  )
  log.add('approval.given', { approval: 'a2', granted: false, by: 'ann', reason: 'too late' })
  expect(progressLine(at(all + 1), log.facts[all] as Fact)).toBe('denied a2 by ann: too late')
  expect([...at(all + 1).asked.keys()]).toEqual(['a1'])
  log.succeed('mars')
  expect([...modelOf(log).asked.keys()]).toEqual([])
})

it('shows what a worker reports of its progress', () => {
  const log = new FactLog()
    .started()
    .task('mars')
    .assign('mars')
    .add('attempt.progressed', { task: 'mars', epoch: 1, note: 'drawing', done: 3, total: 10 })
  const model = modelOf(log)
  expect(renderLive(model, 80, model.at)[2]).toBe('  page-writer/1      0 ms  mars · drawing 3/10')
})

it('takes an attempt off the list when it ends, however it ends', () => {
  const log = failedSite()
  const counts = log.facts.map((_, index) => modelOf(log, index + 1).active.size)
  expect(Math.max(...counts)).toBe(2)
  expect(counts.at(-1)).toBe(0)
})

it('does not change the model it is given', () => {
  const log = planetSite()
  const before = modelOf(log, 6)
  const copy = structuredClone(before)
  for (const fact of log.facts.slice(6)) liveModel(before, fact)
  expect(before).toEqual(copy)
})

it('starts its rate anew when a manager takes over', () => {
  const log = new FactLog().started().task('a').task('b').assign('a').succeed('a').after(3_600_000)
  log.add('manager.recovered', { managerEpoch: 2, owner: 'pid 1' }).assign('b').after(1000).succeed('b')
  const model = modelOf(log)
  expect(renderLive(model, 80, model.at)[1]).toContain('1.0/s')
})

it.each([10, 20, 40, 80, 200])('never writes wider than %i columns', (columns) => {
  const log = new FactLog().started('r'.repeat(300), '経営者'.repeat(50))
  log.task('漢字'.repeat(60)).assign('漢字'.repeat(60), `${'w'.repeat(100)}/1`)
  const model = modelOf(log)
  for (const line of renderLive(model, columns, model.at)) expect(widthOf(line)).toBeLessThanOrEqual(columns)
})

it('says the same in lines where nothing can be redrawn', () => {
  let model = emptyLive
  const lines = failedSite().facts.flatMap((fact) => {
    model = liveModel(model, fact)
    return progressLine(model, fact) ?? []
  })
  expect(lines).toEqual([
    'run r-1 started: fanOut, 8 at a time',
    '[1/3] done moon',
    '[1/3] again mars: no such planet',
    '[2/3] failed mars: no such planet',
    '[3/3] skipped index, because mars is failed',
  ])
})

it('takes a hundred thousand facts in seconds', () => {
  const log = new FactLog().started()
  for (let index = 0; index < 20_000; index += 1) log.task(`t${index}`).assign(`t${index}`).succeed(`t${index}`)
  const start = performance.now()
  expect(modelOf(log).outcomes.succeeded).toBe(20_000)
  expect(performance.now() - start).toBeLessThan(3000)
})

it('counts lost attempts and further tries, in the view and in lines', () => {
  const error = { code: 'HOST_DIED' as const, message: 'mars: The process of the worker ended (received SIGKILL).' }
  const log = new FactLog()
    .started()
    .task('mars')
    .assign('mars')
    .add('attempt.lost', {
      task: 'mars',
      epoch: 1,
      started: true,
      error,
      evidence: { lastBeat: 0, deadline: 0, clock: 'host' },
    })
    .add('task.retried', { task: 'mars', epoch: 1, counted: true, retry: 1, notBefore: 0, reason: error })
  const model = modelOf(log)
  expect(renderLive(model, 100, model.at)[1]).toBe(
    '░░░░░░░░░░░░░░░░ · 0/1 done · 0 running · 1 left · 1 attempt lost · 1 retried',
  )
  const lost = log.facts.find(({ type }) => type === 'attempt.lost')
  expect(lost && progressLine(model, lost)).toBe(
    '[0/1] attempt 1 of mars was lost: The process of the worker ended (received SIGKILL).',
  )
})

it('is pausing as long as attempts run, and then paused', () => {
  const log = new FactLog().started().task('a').assign('a').add('run.paused', { by: 'ada', reason: 'r' })
  expect(renderLive(modelOf(log), 80, 0)[0]).toContain('· pausing ·')
  expect(renderLive(modelOf(log.succeed('a')), 80, 0)[0]).toContain('· paused ·')
})
