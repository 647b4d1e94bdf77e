import { expect, it } from 'vitest'
import { cellsOf } from './cells.ts'
import { explain, type ExplainOptions } from './explanation.ts'
import { busyRun, lateResult, punctualResult, TraceStory } from './explain.fixture.ts'
import { printTrace } from './print-trace.ts'
import { textTimeline } from './text-timeline.ts'

const OPTIONS: ExplainOptions = { repro: 'b1:9f3c', module: 'survey.ts', shrunkFrom: { facts: 148, ms: 412 } }
const HOSTILE = 'a/very/long/path/\u202Etxt.exe\u001B[2J\n\u200Bfile/日本語'

it('S3: draws a failing schedule on 80 columns, with why and how to see it again', () => {
  expect(`\n${textTimeline(explain(lateResult(), { ...OPTIONS, twin: punctualResult() }))}\n`).toMatchInlineSnapshot(`
    "
    ✗ S3 fenced: attempt.succeeded of src/a was taken from attempt 1 while attempt
      2 was live
      m manager · 1 worker/1 · 2 worker/2
          ms  m 1 2
           0    ●    src/a@1 is assigned to worker/1
           5    ●    worker/1 begins to work on src/a@1
           5    !    fault result-late on src/a@1: a report arrives after the lease
                │    has run out
          17    ●    the code of src/a@1 is done
      30,005    ●    src/a@1 is given up: no beat before its deadline
      30,005  ●      src/a may be tried again, retry 1
      31,005    │ ◆  src/a@2 is assigned to worker/2
      31,015    ● │  the result of src/a@1 arrives
      31,015    ✗ │  ✗ the result of src/a@1 is accepted
      and 7 further events that led to it

      what   S3 stale: A report of an attempt that no longer held the lease had an
             effect.
      first  here at 5 ms: fault result-late on src/a@1: a report arrives after the
             lease has run out; in the schedule that passes at 17 ms: the code of
             src/a@1 is done
      chain  fault result-late on src/a@1 → the code of src/a@1 is done → the result
             of src/a@1 arrives → the result of src/a@1 is accepted; beside it:
             src/a@2 is assigned to worker/2
      flip   fault.result-late (0, 1, 0) strikes here and not there. A report
             arrives after the lease has run out.

      18 facts, shrunk from 148 in 0.4 s · bosun check survey.ts --replay b1:9f3c
    "
  `)
})

it('draws few events from left to right, a lane for each slot', () => {
  const story = new TraceStory().delegate({ id: 'src/a' })
  const trace = story
    .after(5)
    .forge('attempt.succeeded', { task: 'src/a', epoch: 2, result: null, outputs: [] })
    .trace()
  expect(textTimeline(explain(trace, OPTIONS), { width: 90 }).split('\n').slice(0, 4)).toMatchInlineSnapshot(`
    [
      "✗ S3 fenced: attempt.succeeded of src/a was taken from attempt 2 while attempt 1 was",
      "  live",
      "  manager              ─▶ result accepted  ✗",
      "  worker/1  ─▶ src/a@1",
    ]
  `)
})

it.each([60, 80, 120])('keeps every line within %i columns, whatever the ids are', (width) => {
  for (const trace of [lateResult(HOSTILE), lateResult(), busyRun(200)]) {
    for (const line of textTimeline(explain(trace, OPTIONS), { width }).split('\n')) {
      expect(cellsOf(line)).toBeLessThanOrEqual(width)
    }
  }
})

it('lets nothing through that a terminal would obey or hide', () => {
  const trace = lateResult(HOSTILE)
  const text = textTimeline(explain(trace, { ...OPTIONS, module: `x\u001B]0;y\u0007.ts` })) + printTrace(trace)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
})

it('colours only when it is told to, and colours nothing else than it says', () => {
  const explanation = explain(lateResult(), OPTIONS)
  const colored = textTimeline(explanation, { color: true })
  expect(colored).toContain('\u001B[31m')
  // eslint-disable-next-line no-control-regex -- colours are control characters
  expect(colored.replaceAll(/\u001B\[\d+m/g, '')).toBe(textTimeline(explanation))
})

it('tells at most 20 events and says how many more led to the violation', () => {
  const { end, ...trace } = busyRun(300)
  const violation = { invariant: 'L1', clause: 'stuck', sentence: 'it goes on', seqs: [] }
  const text = textTimeline(explain({ ...trace, end: { ...end, violation } }, OPTIONS))
  expect(text).toMatch(/and \d+ further events that led to it/)
  expect(text.split('\n').filter((line) => /^ *[\d,]+ {2}/.test(line)).length).toBeLessThanOrEqual(20)
})

it('never breaks the command, and quotes what a shell would not take', () => {
  const repro = `b1:${'9f3c'.repeat(40)}`
  const text = textTimeline(explain(lateResult(), { ...OPTIONS, repro, module: "it's mine.ts" }))
  expect(text.split('\n').at(-1)).toBe(`  bosun check 'it'\\''s mine.ts' --replay ${repro}`)
})

it('keeps the lanes straight beside wide signs', () => {
  const rows = printTrace(lateResult('日本語')).split('\n')
  expect(rows).toContain('    0  worker/1    日本語@1 is assigned to worker/1'.replace(/^ {4}/, '     '))
})

it('prints a trace with a line for each event: when, who, what', () => {
  const trace = new TraceStory(['worker/1']).delegate({ id: 'a' }).after(1_005).work('worker/1', 'a').trace()
  expect(`\n${printTrace(trace)}\n`).toMatchInlineSnapshot(`
    "
        0  manager     the run starts
        0  worker/1    worker/1 joins
        0  manager     the manager hears: goal
        0  manager     the manager decides: delegate a
        0  manager     a is added
        0  worker/1    a@1 is assigned to worker/1
    1,005  worker/1  · worker/1 begins to work on a@1
    1,005  worker/1    a@1 starts
    "
  `)
})
