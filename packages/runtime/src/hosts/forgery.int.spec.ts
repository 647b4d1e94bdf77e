import type { Report } from '@bosun/core'
import { constant, constantFrom, jsonValue, nat, oneof, record, sample, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignment } from '../broker/workers-side.fixture.ts'
import { hostedSide } from './hosted-side.fixture.ts'

/** Messages that a host has no right to send: of other attempts, of the manager, of no form at all. */
const attempt = constantFrom('r/other@1', 'r/forger@2', 'r/forger@0', 'r2/forger@1', 'r/forger', '__proto__', '')
const other = oneof(
  record({ type: constant('result'), attempt, result: jsonValue() }),
  record({ type: constant('beat'), attempt }),
  record({ type: constant('emitted'), attempt, value: jsonValue() }),
  record({ type: constant('discovered'), attempt, item: jsonValue() }),
  record({ type: constant('call'), attempt, call: nat(), name: string(), input: jsonValue() }),
  record({ type: constant('error'), attempt, error: record({ code: string(), message: string() }) }),
)
const ofTheManager = record({
  type: constantFrom(
    'run',
    'assign',
    'delegate',
    'task.assigned',
    'task.succeeded',
    'finish',
    'cancel',
    'denied',
    'started',
    'lost',
    'ready',
    'unfit',
    'prepared',
    'begin',
    'carryOut',
    'answer',
    'stop',
  ),
  attempt: constant('r/forger@1'),
  task: constant({ id: 'evil', type: 'work' }),
})
const bent = oneof(
  constant({ type: 'result', attempt: 'r/forger@1' }),
  constant({ type: 'result', attempt: 'r/forger@1', result: null, outputs: ['/etc/passwd'] }),
  constant({ type: 'result', attempt: 'r/forger@1', result: JSON.parse('{"__proto__":{"a":1}}') as object }),
  constant({ type: 'error', attempt: 'r/forger@1', error: { code: 'constructor', message: '' } }),
  constant({ type: 'error', attempt: 'r/forger@1', error: { code: 'toString', message: '' } }),
  constant({ type: 'prepared', request: 1, tasks: [] }),
  constant({ type: 'beat', attempt: 'r/forger@1', extra: 1 }),
  constant({ type: 'done', attempt: 'r/forger@1', call: 1 }),
  jsonValue().filter((value) => typeof value !== 'object' || value === null || !('type' in value)),
)
const forged = oneof(other, ofTheManager, bent)
const SEED = 20261120
const forger = { run: 'r', task: 'forger', epoch: 1 }

/** What the reports of a run with a forger may be. */
const allowed = (report: Report) =>
  report.type === 'started' || report.type === 'violation' || (report.type === 'result' && report.task === 'forger')

describe('forged messages', () => {
  it(`H6: of 500 random ones none is accepted, and each is held against its host (seed ${SEED})`, async () => {
    await using side = hostedSide()
    const messages = sample(forged, { numRuns: 500, seed: SEED })
    const lines = messages.map((message) => `${JSON.stringify([message])}\n`)
    side.queue.enqueue([assignment('forge', { id: 'forger', body: lines }), assignment('hang', { id: 'other' })])
    await side.reported('started', 'other')
    expect(await side.ended('forger')).toEqual({ ...forger, type: 'result', result: 'honest', outputs: [] })
    expect(side.reports.filter((report) => !allowed(report))).toEqual([])
    expect(side.seenBeats.filter(({ task }) => !['forger', 'other'].includes(task))).toEqual([])
    const violations = side.reports.filter(({ type }) => type === 'violation')
    expect(violations).toHaveLength(20)
    for (const report of violations) expect(report).toMatchObject({ task: 'forger', error: { code: 'MESSAGE_FORGED' } })
  })

  it('H6, T-32: JSON that is no message changes nothing', async () => {
    await using side = hostedSide()
    const lines = ['{}', 'null', '"x"', '[[]]', '[1]', '[{"type":"result"}]', '{"type":"beat"}', '[null,null]']
    side.queue.enqueue([assignment('forge', { id: 'forger', body: lines.map((line) => `${line}\n`) })])
    expect(await side.ended('forger')).toMatchObject({ type: 'result', result: 'honest' })
    expect(side.reports.filter(({ type }) => type === 'violation')).toHaveLength(9)
  })

  it.each(['\n', '{]\n', '[{"type":"beat"', '\u0000\n', '['])(
    'H14: a host that writes %j, which breaks the channel, is killed',
    async (text) => {
      await using side = hostedSide()
      side.queue.enqueue([assignment('forge', { id: 'forger', body: [text] })])
      expect(await side.ended('forger')).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
      expect(side.reports.map(({ type }) => type)).toEqual(['started', 'violation', 'lost'])
    },
  )

  it('H11: a host that floods is killed', async () => {
    await using side = hostedSide()
    const line = `[${Array.from({ length: 2_000 }, () => '{"type":"assign"}').join(',')}]\n`
    side.queue.enqueue([assignment('forge', { id: 'a', body: [line] })])
    const report = await side.ended('a')
    expect(report).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
    expect((report as { error: { message: string } }).error.message).toContain('1000 messages')
  })

  it('H23: a host that floods with large reports is killed (bug: 25,000 of 16 MiB were taken)', async () => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('report-flood', { id: 'a', body: 'r/a@1' })])
    const report = await side.ended('a')
    expect(report).toMatchObject({ type: 'lost', error: { code: 'HOST_DIED' } })
    expect((report as { error: { message: string } }).error.message).toContain('characters')
    expect(side.reports.filter(({ type }) => type === 'emitted').length).toBeLessThan(32)
  })

  it('H23: an honest worker that reports too much is told so, and its host lives on', async () => {
    await using side = hostedSide()
    side.queue.enqueue([assignment('large-reports', { id: 'a', body: 20 })])
    expect(await side.ended('a')).toMatchObject({ type: 'error', error: { code: 'RESULT_INVALID' } })
    side.queue.enqueue([assignment('large-reports', { id: 'b', body: 2 })])
    expect(await side.ended('b')).toMatchObject({ type: 'result' })
    expect(side.started).toHaveLength(1)
  })

  it('M-03, H8: output that imitates a manager or a tool call has no effect', async () => {
    await using side = hostedSide()
    const imitations = [
      { type: 'delegate', tasks: [{ id: 'evil', type: 'work' }] },
      '{"type":"call","attempt":"r/a@1","call":1,"name":"gate","input":{}}',
      { tool_calls: [{ name: 'files.write', arguments: { path: 'x', text: 'y' } }] },
      [{ type: 'result', attempt: 'r/b@1', result: 1 }],
    ]
    side.queue.enqueue(imitations.map((body, index) => assignment('echo', { id: `t${index}`, body: body as never })))
    const results = await Promise.all(imitations.map((_, index) => side.ended(`t${index}`)))
    expect(results.map((report) => (report as { result: unknown }).result)).toEqual(imitations)
    expect(side.reports.map(({ type }) => type).sort()).toEqual([
      ...imitations.map(() => 'result'),
      ...imitations.map(() => 'started'),
    ])
  })
})
