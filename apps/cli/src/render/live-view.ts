import type { Fact, FactOf, Outcome } from '@bosun/core'
import { counted, duration } from './duration.ts'
import { column, fit } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, quoted } from './printable.ts'
import { answerLine, questionText } from './question.ts'
import { reasonOf } from './reason.ts'

/** An attempt that is being worked on. */
export interface LiveAttempt {
  readonly task: string
  readonly slot: string
  readonly since: number
  readonly note: string
  readonly done: number | undefined
  readonly total: number | undefined
}

/** What the live view knows, from facts alone. */
export interface LiveModel {
  readonly run: string
  readonly manager: string
  /** Start of the run, or of the life of its manager that is on show. */
  readonly since: number
  /** Time of the latest fact. */
  readonly at: number
  readonly total: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Outcomes before `since`, which the rate leaves out. */
  readonly doneBefore: number
  readonly refused: number
  /** Attempts that were lost, whatever became of their tasks. */
  readonly attemptsLost: number
  readonly retried: number
  readonly paused: boolean
  readonly ended: string | undefined
  /** By task. */
  readonly active: ReadonlyMap<string, LiveAttempt>
  /** Questions that wait for a person, by their ids. */
  readonly asked: ReadonlyMap<string, FactOf<'approval.requested' | 'manager.asked'>>
  /** Where the run is, as flags of the command that answers. */
  readonly flags: readonly string[]
}

/** Before the first fact. */
export const emptyLive: LiveModel = {
  run: '',
  manager: '',
  since: 0,
  at: 0,
  total: 0,
  outcomes: { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 },
  doneBefore: 0,
  refused: 0,
  attemptsLost: 0,
  retried: 0,
  paused: false,
  ended: undefined,
  active: new Map(),
  asked: new Map(),
  flags: [],
}

/** The model after one more fact; pure. */
export function liveModel(model: LiveModel, fact: Fact): LiveModel {
  const now: LiveModel = { ...model, at: Math.max(model.at, fact.at) }
  switch (fact.type) {
    case 'run.started':
      return { ...now, run: fact.run, manager: fact.manager, since: fact.at }
    case 'manager.recovered':
      return { ...now, since: fact.at, doneBefore: doneOf(model), active: new Map() }
    case 'run.paused':
      return { ...now, paused: true }
    case 'run.resumed':
    case 'run.reopened':
      return { ...now, paused: false, ended: undefined }
    case 'run.completed':
    case 'run.failed':
    case 'run.exhausted':
    case 'run.cancelled':
      return { ...now, ended: fact.type.slice('run.'.length), active: new Map(), asked: new Map() }
    case 'task.added':
      return { ...now, total: model.total + 1 }
    case 'spawn.refused':
      return { ...now, refused: model.refused + 1 }
    case 'task.succeeded':
    case 'task.failed':
    case 'task.lost':
    case 'task.cancelled':
    case 'task.skipped':
      return ended(now, fact.task, fact.type.slice('task.'.length) as Outcome)
    case 'task.assigned':
      return {
        ...now,
        active: new Map(model.active).set(fact.task, {
          task: fact.task,
          slot: fact.slot,
          since: fact.at,
          note: '',
          done: undefined,
          total: undefined,
        }),
      }
    case 'attempt.progressed': {
      const attempt = model.active.get(fact.task)
      if (attempt === undefined) return now
      const { note, done, total } = fact
      return { ...now, active: new Map(model.active).set(fact.task, { ...attempt, note, done, total }) }
    }
    case 'approval.requested':
    case 'manager.asked':
      return { ...now, asked: new Map(model.asked).set(fact.approval, fact) }
    case 'approval.given':
      return { ...now, asked: notAsked(model.asked, ({ approval }) => approval === fact.approval) }
    case 'task.retried':
      return { ...now, retried: model.retried + 1 }
    case 'attempt.lost':
      return { ...now, attemptsLost: model.attemptsLost + 1, active: without(model.active, fact.task) }
    case 'attempt.succeeded':
    case 'attempt.failed':
    case 'attempt.revoked':
      return { ...now, active: without(model.active, fact.task) }
    default:
      return now
  }
}

/** Questions that are shown at most. */
const QUESTIONS_MAX = 3
/** Rows of workers that are shown at most. */
const ROWS_MAX = 10

/**
 * The view as lines, none wider than `columns`: one with the counts, one per attempt with the task
 * and how long it has run, the longest first.
 */
export function renderLive(
  model: LiveModel,
  columns: number,
  now: number,
  { paint = plainPaint, rows = ROWS_MAX }: { paint?: Paint; rows?: number } = {},
): string[] {
  const active = [...model.active.values()].sort((a, b) => a.since - b.since || (a.task < b.task ? -1 : 1))
  const shown = active.slice(0, Math.max(0, Math.min(rows, ROWS_MAX)))
  const lines = [paint.bold(fit(headline(model, now), columns)), paint.dim(fit(counts(model, now, columns), columns))]
  const slotWidth = Math.min(24, Math.max(0, ...shown.map(({ slot }) => printable(slot).length)))
  for (const attempt of shown) lines.push(fit(attemptLine(attempt, slotWidth, now), columns))
  if (active.length > shown.length) lines.push(paint.dim(fit(`  … and ${active.length - shown.length} more`, columns)))
  for (const question of [...model.asked.values()].slice(0, QUESTIONS_MAX)) {
    lines.push(paint.bold(fit(`  ${question.approval}  ${questionText(question)}`, columns)))
    lines.push(fit(`      ${answerLine(model.run, question.approval, model.flags)}`, columns))
  }
  return lines
}

/** A line for each fact that somebody without a live view wants to read, or nothing. */
export function progressLine(model: LiveModel, fact: Fact): string | undefined {
  const place = () => `[${doneOf(model)}/${model.total}]`
  switch (fact.type) {
    case 'run.started':
      return `run ${printable(fact.run)} started: ${printable(fact.manager)}, ${fact.config.limits.slotsMax} at a time`
    case 'plan.accepted':
      return `plan accepted: ${counted(fact.tasks, 'task')}`
    case 'task.succeeded':
      return `${place()} done ${printable(fact.task)}`
    case 'task.failed':
    case 'task.lost':
      return `${place()} ${fact.type.slice('task.'.length)} ${printable(fact.task)}: ${quoted(reasonOf(fact.error, fact.task))}`
    case 'task.cancelled':
      return `${place()} cancelled ${printable(fact.task)}: ${quoted(fact.reason)}`
    case 'task.skipped':
      return `${place()} skipped ${printable(fact.task)}, because ${printable(fact.because)} is ${fact.outcome}`
    case 'attempt.lost':
      return `${place()} attempt ${fact.epoch} of ${printable(fact.task)} was lost: ${quoted(reasonOf(fact.error, fact.task))}`
    case 'task.retried':
      return `${place()} again ${printable(fact.task)}: ${quoted(reasonOf(fact.reason, fact.task))}`
    case 'limit.reached':
      return `limit reached: ${quoted(fact.error.message)}`
    case 'manager.diverged':
      return `the manager decided otherwise than before, at message ${fact.message}`
    case 'approval.requested':
    case 'manager.asked':
      return `waits for a person: ${fact.approval}, ${questionText(fact)}\n  ${answerLine(model.run, fact.approval, model.flags)}`
    case 'approval.given':
      return `${fact.granted ? 'approved' : 'denied'} ${printable(fact.approval)} by ${printable(fact.by)}${fact.reason === '' ? '' : `: ${quoted(fact.reason)}`}`
    case 'run.paused':
      return `paused: ${quoted(fact.reason)}`
    default:
      return undefined
  }
}

// ---------------------------------------------------------------------------------------------

function doneOf(model: LiveModel): number {
  const { succeeded, failed, lost, cancelled, skipped } = model.outcomes
  return succeeded + failed + lost + cancelled + skipped
}

function ended(model: LiveModel, task: string, outcome: Outcome): LiveModel {
  return {
    ...model,
    outcomes: { ...model.outcomes, [outcome]: model.outcomes[outcome] + 1 },
    active: without(model.active, task),
    asked:
      model.asked.size === 0
        ? model.asked
        : notAsked(model.asked, (question) => 'task' in question && question.task === task),
  }
}

function notAsked(
  asked: LiveModel['asked'],
  isOver: (fact: FactOf<'approval.requested' | 'manager.asked'>) => boolean,
) {
  return new Map(Array.from(asked).filter(([, question]) => !isOver(question)))
}

function without(active: LiveModel['active'], task: string): LiveModel['active'] {
  if (!active.has(task)) return active
  const rest = new Map(active)
  rest.delete(task)
  return rest
}

function headline(model: LiveModel, now: number): string {
  const state = model.ended ?? (!model.paused ? 'running' : model.active.size > 0 ? 'pausing' : 'paused')
  return `${printable(model.manager)} · run ${printable(model.run)} · ${state} · ${duration(now - model.since)}`
}

function counts(model: LiveModel, now: number, columns: number): string {
  const done = doneOf(model)
  const { failed, lost, skipped, cancelled } = model.outcomes
  const seconds = (now - model.since) / 1000
  const rate = seconds > 0 ? (done - model.doneBefore) / seconds : 0
  const left = Math.max(0, model.total - done - model.active.size)
  const bad = Object.entries({ failed, lost, skipped, cancelled, refused: model.refused })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
  if (model.attemptsLost > 0) bad.push(`${counted(model.attemptsLost, 'attempt')} lost`)
  if (model.retried > 0) bad.push(`${model.retried} retried`)
  return [
    bar(done, model.total, columns < 80 ? 6 : 16),
    `${done}/${model.total} done`,
    `${model.active.size} running`,
    `${left} left`,
    ...bad,
    ...(rate === 0 ? [] : [`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`]),
  ].join(' · ')
}

function bar(done: number, total: number, cells: number): string {
  const full = total === 0 ? 0 : Math.floor((done / total) * cells)
  return '█'.repeat(full) + '░'.repeat(cells - full)
}

function attemptLine(attempt: LiveAttempt, slotWidth: number, now: number): string {
  const share =
    attempt.done === undefined ? '' : ` ${attempt.done}${attempt.total === undefined ? '' : `/${attempt.total}`}`
  const note = attempt.note === '' && share === '' ? '' : ` · ${printable(attempt.note)}${share}`
  const slot = column(printable(attempt.slot), slotWidth)
  return `  ${slot}  ${column(duration(now - attempt.since), 8, 'right')}  ${printable(attempt.task)}${note}`
}
