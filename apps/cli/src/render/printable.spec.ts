import { corpusPath } from '@bosun/corpora'
import { BosunError, RunConfigSchema, type Fact } from '@bosun/core'
import { RunHistory } from '@bosun/kernel'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../cli.fixture.ts'
import { FactLog } from '../fact-log.fixture.ts'
import { outlookOf } from '../plan-outlook.ts'
import { failureLine, failureOf } from '../failure.ts'
import { renderChecks } from './checks.ts'
import { factLine } from './fact-line.ts'
import { emptyLive, liveModel, progressLine, renderLive } from './live-view.ts'
import { renderPlan } from './plan-preview.ts'
import { printable, printableJson } from './printable.ts'
import { renderReport, reportJson, reportOf } from './report.ts'
import { renderRuns } from './run-list.ts'
import { renderRun } from './run-page.ts'
import { renderTree, treeJson, treeOf } from './run-tree.ts'

describe('printable', () => {
  it.each([
    ['\u001B[2J', '\\e[2J'],
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['\u0000\u007F\u009B31m', '\\u{0}\\u{7f}\\u{9b}31m'],
    ['\u202Egpj.exe', '\\u{202e}gpj.exe'],
    ['a\u200Bb\uFEFF', 'a\\u{200b}b\\u{feff}'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['\uD800', '\\u{d800}'],
    ['\u2028', '\\u{2028}'],
    ['\u{E0041}', '\\u{e0041}'],
    ['\u3164', '\\u{3164}'],
    ['Größe 漢字 🚀 ❤\uFE0F e\u0301', 'Größe 漢字 🚀 ❤\uFE0F e\u0301'],
  ])('writes %j as %s', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('keeps data equal in JSON', () => {
    const value = { a: '\u001B[2J\u202E\u009B\u200B\u{E0041}\uD800', '\u202Ekey': ['\n'] }
    const text = printableJson(value)
    expect(JSON.parse(text)).toEqual(value)
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    expect(JSON.parse(printableJson(value, 2))).toEqual(value)
    expect(printableJson(value, 2).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
  })
})

const fold = (list: readonly Fact[]) => list.reduce(liveModel, emptyLive)

/** Every place where a text of somebody else can appear, filled with one text. */
function everywhere(text: string): string[] {
  const log = new FactLog()
    .started(text, text, { [text]: text, 'limits.slotsMax': text })
    .add('plan.rejected', { plan: text, error: { code: 'PLAN_INVALID', message: text, at: text } })
    .task(text, { type: text, purpose: text })
    .assign(text, text)
    .add('attempt.progressed', { task: text, epoch: 1, note: text })
  const running = [...log.facts]
  log
    .failAttempt(text, text)
    .add('attempt.revoked', { task: text, epoch: 1, reason: text })
    .add('outputs.published', { task: text, epoch: 1, files: [{ path: text, hash: text, bytes: 1 }] })
    .add('task.retried', {
      task: text,
      epoch: 1,
      counted: true,
      retry: 1,
      notBefore: 0,
      reason: { code: 'WORKER_THREW', message: text },
    })
    .add('task.failed', { task: text, error: { code: 'WORKER_THREW', message: text } })
    .add('task.cancelled', { task: `${text}2`, by: text, reason: text })
    .add('task.skipped', { task: `${text}3`, because: text, outcome: 'failed' })
    .add('violation.recorded', { by: text, error: { code: 'WORKER_THREW', message: text } })
    .add('limit.reached', { error: { code: 'LIMIT_TASKS', message: text } })
    .add('run.paused', { by: text, reason: text })
    .add('run.cancelled', { causeCode: text, by: text, reason: text, tally: reportOf(log.facts).tally })
  const { facts } = log
  const task = { id: text, type: text, body: { [text]: text }, dependsOn: [text], purpose: text }
  const tree = treeOf(facts)
  return [
    ...renderLive(fold(running), 500, 0),
    ...facts.flatMap((fact) => progressLine(fold(facts), fact) ?? []),
    ...facts.map((fact) => factLine(fact, 0)),
    ...renderReport(reportOf(facts), { stateDir: text, stateFlag: [] }),
    ...renderTree(tree, 0),
    ...renderRun(facts, viewOf(text, log)),
    ...renderRuns(
      [{ run: text, manager: text, startedAt: 0, updatedAt: 0, state: 'running', facts: 1, owner: undefined }],
      0,
    ),
    ...renderPlan(
      { tasks: [{ ...task, group: text }], groups: [{ name: text, title: text, kind: text }] },
      { tasks: 1, width: 1, depth: 1, longestPath: [text] },
      {
        origins: { [text]: text },
        slotsMax: 1,
        outlook: outlookOf([task], [], RunConfigSchema.parse({}).limits, { history: new RunHistory(), runs: 1 }),
      },
    ),
    ...renderChecks([{ name: text, state: 'broken', detail: text, fix: text }]),
    failureLine(failureOf(new BosunError('CONFIG_INVALID', { at: text, received: text })), false),
    failureLine(failureOf(new Error(text)), true),
    reportJson(reportOf(facts)),
    printableJson(treeJson(tree)),
  ]
}

const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

describe('H22: nothing that a terminal would obey', () => {
  it.each([
    ['\u001B[2J\u001B[H', 'clears the screen'],
    ['\u001B]0;title\u0007', 'sets the title'],
    ['\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', 'makes a link'],
    ['\u001B]52;c;aGk=\u0007', 'writes to the clipboard'],
    ['\u009B31m', 'is a C1 control'],
    ['a\rb', 'goes back to the start of the line'],
    ['a\b\b\bb', 'goes back by characters'],
    ['x\u202Ey', 'turns the direction'],
    ['\u0085\u2028\u2029', 'ends lines'],
    ['\u001BP$q\u001B\\', 'asks the terminal'],
    ['\uDC00\uD800', 'is half of a pair'],
  ])('reaches the output from %j, which %s', (text) => {
    for (const line of everywhere(text)) expect(line).not.toMatch(RAW)
  })
})

const naughty = corpusPath('naughty-strings')

describe.skipIf(naughty === undefined)('H22: naughty strings in every output', () => {
  const strings =
    naughty === undefined ? [] : (JSON.parse(readFileSync(join(naughty, 'blns.json'), 'utf8')) as string[])

  it('leave no raw control, format or line character', () => {
    const raw = strings.filter((text) => everywhere(text).some((line) => RAW.test(line)))
    expect(raw).toEqual([])
  })
})
