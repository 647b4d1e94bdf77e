import {
  OUTCOMES,
  predecessorId,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Outcome,
  type Tally,
} from '@bosun/core'
import { isPlanError } from '../exit-codes.ts'
import { counted, duration } from './duration.ts'
import { bottleneckWarning, managerCostLine, ManagerCostFold, type ManagerCost } from './manager-cost.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, printableJson, quoted } from './printable.ts'
import { reasonOf } from './reason.ts'
import { shellWord } from './shell-word.ts'
import { singleWorkerAdvice } from './single-worker-advice.ts'
import { Summaries } from './summaries.ts'
import { isNothing, UsageFold, usageText, type RunUsage } from './usage.ts'

type RunEnd = FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'>

/** A task that did not succeed, with who had it and why. */
export interface ReportedFailure {
  readonly task: string
  readonly outcome: Exclude<Outcome, 'succeeded' | 'skipped'>
  /** The slot of its last attempt. */
  readonly worker: string | undefined
  readonly attempts: number
  readonly reason: string
  readonly code: string | undefined
}

/** An attempt that ended without a report; its task may have succeeded since. */
export interface LostAttempt {
  readonly task: string
  readonly epoch: number
  readonly slot: string | undefined
  readonly reason: string
}

/** A result that came when its attempt was no longer the live one: kept, and without any effect. */
export interface LateResult {
  readonly task: string
  readonly epoch: number
  /** The fact that keeps it. */
  readonly seq: number
}

/** What the end of a run is reported from. */
export interface RunReport {
  readonly run: string
  readonly manager: string
  readonly startedAt: number
  readonly at: number
  readonly end: RunEnd | undefined
  readonly paused: FactOf<'run.paused'> | undefined
  readonly tally: Tally
  readonly usage: RunUsage
  readonly managerCost: ManagerCost
  /** Files that are there because of the run. */
  readonly files: readonly string[]
  /** Files that are gone because of it. */
  readonly removed: readonly string[]
  readonly failures: readonly ReportedFailure[]
  readonly lostAttempts: readonly LostAttempt[]
  readonly lateResults: readonly LateResult[]
  readonly skipped: readonly { readonly task: string; readonly because: string }[]
  /** Tasks whose outcome another one stands in for. */
  readonly triedAgain: readonly { readonly task: string; readonly as: string }[]
  readonly waived: readonly string[]
  readonly violations: readonly ErrorRecord[]
  /** That a single worker would do, where the run shows it. */
  readonly advice: string | undefined
  /** Why the plan was refused, when no task was ever accepted. */
  readonly planError: ErrorRecord | undefined
  /** Where published files lie, as the run was started. */
  readonly workspace: string | undefined
  /** What the result says of itself in one sentence, in a field named `summary`. */
  readonly summary: string | undefined
}

/** Folds the facts of a run, as they come, into its report. */
export class ReportFold {
  #run = ''
  #manager = ''
  #startedAt = 0
  #at = 0
  #end: RunEnd | undefined
  #paused: FactOf<'run.paused'> | undefined
  #planError: ErrorRecord | undefined
  #total = 0
  #refused = 0
  readonly #outcomes = new Map<string, Outcome>()
  readonly #slots = new Map<string, { slot: string; attempts: number }>()
  #workspace: string | undefined
  readonly #files = new Set<string>()
  readonly #removed = new Set<string>()
  readonly #lost: LostAttempt[] = []
  readonly #late: LateResult[] = []
  readonly #summaries = new Summaries()
  readonly #usage = new UsageFold()
  readonly #managerCost = new ManagerCostFold()
  readonly #failures = new Map<string, ReportedFailure>()
  readonly #skipped = new Map<string, string>()
  readonly #again = new Map<string, string>()
  readonly #violations: ErrorRecord[] = []
  #discovered = 0
  #refusals = 0

  take(fact: Fact): void {
    this.#summaries.take(fact)
    this.#usage.take(fact)
    this.#managerCost.take(fact)
    this.#at = Math.max(this.#at, fact.at)
    switch (fact.type) {
      case 'run.started':
        this.#run = fact.run
        this.#manager = fact.manager
        this.#startedAt = fact.at
        this.#workspace = fact.place?.workspace
        break
      case 'plan.rejected':
        this.#planError = fact.error
        break
      case 'task.added':
        this.#add(fact.task.id)
        break
      case 'spawn.refused':
        this.#refused += 1
        break
      case 'task.assigned':
        this.#slots.set(fact.task, { slot: fact.slot, attempts: (this.#slots.get(fact.task)?.attempts ?? 0) + 1 })
        break
      case 'attempt.lost':
        this.#lost.push({
          task: fact.task,
          epoch: fact.epoch,
          slot: this.#slots.get(fact.task)?.slot,
          reason: reasonOf(fact.error, fact.task),
        })
        break
      case 'result.quarantined':
        if (fact.kind === 'result') this.#late.push({ task: fact.task, epoch: fact.epoch, seq: fact.seq })
        break
      case 'outputs.published':
        // The last word on a path counts: what one task wrote another may have removed.
        for (const { path, deleted } of fact.files) {
          const [now, before] = deleted === true ? [this.#removed, this.#files] : [this.#files, this.#removed]
          now.add(path)
          before.delete(path)
        }
        break
      case 'task.succeeded':
        this.#outcomes.set(fact.task, 'succeeded')
        break
      case 'task.failed':
      case 'task.lost':
        this.#fail(
          fact.task,
          fact.type === 'task.failed' ? 'failed' : 'lost',
          reasonOf(fact.error, fact.task),
          fact.error.code,
        )
        break
      case 'task.cancelled':
        this.#fail(fact.task, 'cancelled', `${fact.reason} (by ${fact.by})`)
        break
      case 'task.skipped':
        this.#outcomes.set(fact.task, 'skipped')
        this.#skipped.set(fact.task, fact.because)
        break
      case 'violation.recorded':
        this.#violations.push(fact.error)
        if (fact.error.code.startsWith('MANAGER_')) this.#refusals += 1
        break
      case 'manager.refused':
        this.#refusals += 1
        break
      case 'task.discovered':
        this.#discovered += 1
        break
      case 'run.paused':
        this.#paused = fact
        break
      case 'run.resumed':
      case 'run.reopened':
        this.#paused = undefined
        this.#end = undefined
        break
      case 'run.completed':
      case 'run.failed':
      case 'run.exhausted':
      case 'run.cancelled':
        this.#end = fact
        break
      default:
    }
  }

  report(): RunReport {
    return {
      run: this.#run,
      manager: this.#manager,
      startedAt: this.#startedAt,
      at: this.#at,
      end: this.#end,
      paused: this.#paused,
      tally: this.#end?.tally ?? this.#tally(),
      usage: this.#usage.usage(),
      managerCost: this.#managerCost.cost(),
      files: [...this.#files].sort(),
      removed: [...this.#removed].sort(),
      failures: [...this.#failures.values()],
      lostAttempts: this.#lost,
      lateResults: this.#late,
      skipped: Array.from(this.#skipped, ([task, because]) => ({ task, because })),
      triedAgain: Array.from(this.#again, ([task, as]) => ({ task, as })),
      waived: this.#end?.type === 'run.completed' ? this.#end.waived : [],
      violations: this.#violations,
      advice:
        this.#end === undefined
          ? undefined
          : singleWorkerAdvice({ tasks: this.#total, discovered: this.#discovered, refusals: this.#refusals }),
      planError: this.#total === 0 ? this.#planError : undefined,
      workspace: this.#workspace,
      summary: this.#summaries.of(this.#end),
    }
  }

  /** A task that is tried again counts once, as what it is now. */
  #add(task: string): void {
    const before = predecessorId(task)
    if (before === undefined) {
      this.#total += 1
      return
    }
    this.#again.set(before, task)
    this.#outcomes.delete(before)
    this.#failures.delete(before)
    this.#skipped.delete(before)
  }

  #fail(task: string, outcome: ReportedFailure['outcome'], reason: string, code?: string): void {
    this.#outcomes.set(task, outcome)
    const last = this.#slots.get(task)
    this.#failures.set(task, { task, outcome, worker: last?.slot, attempts: last?.attempts ?? 0, reason, code })
  }

  #tally(): Tally {
    const counts = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 }
    for (const outcome of this.#outcomes.values()) counts[outcome] += 1
    return { total: this.#total, ...counts, unresolved: this.#total - this.#outcomes.size, refused: this.#refused }
  }
}

/** The report of a list of facts. */
export function reportOf(facts: Iterable<Fact>): RunReport {
  const fold = new ReportFold()
  for (const fact of facts) fold.take(fact)
  return fold.report()
}

/** `38 succeeded + 1 failed + 0 lost + 0 cancelled + 1 skipped = 40`, and what stands beside it. */
export function tallyLine(tally: Tally): string {
  const parts = OUTCOMES.map((outcome) => `${tally[outcome]} ${outcome}`)
  if (tally.unresolved > 0) parts.push(`${tally.unresolved} unresolved`)
  const refused =
    tally.refused > 0 ? `, and ${counted(tally.refused, 'discovery').replace('discoverys', 'discoveries')} refused` : ''
  return `${parts.join(' + ')} = ${counted(tally.total, 'task')}${refused}`
}

/** What a run used, and what of it was its planners'; no line of a run that used nothing. */
export function usageLine({ total, planners }: RunUsage): string[] {
  if (isNothing(total)) return []
  return [isNothing(planners) ? usageText(total) : `${usageText(total)} (planning: ${usageText(planners)})`]
}

/** Entries of a list that are shown before it is cut off, with the number of the others. */
const LIST_MAX = 20

export interface ReportPlaces {
  /** A published file as the reader would type it. @defaultValue as it is in the workspace */
  readonly fileOf?: (workspace: string, path: string) => string
  /** State folder as the reader would type it. */
  readonly stateDir: string
  /** `['--state', DIR]` when the next command needs it, else empty. */
  readonly stateFlag: readonly string[]
}

/** The end of a run for a person: what came of it, what is missing and why, where to look, what to do. */
export function renderReport(report: RunReport, places: ReportPlaces, paint: Paint = plainPaint): string[] {
  const { workspace, summary } = report
  const fileOf = (path: string) =>
    workspace === undefined || places.fileOf === undefined ? path : places.fileOf(workspace, path)
  // A run that was cancelled says once why; its tasks are named without repeating it.
  const isOwn = ({ outcome, reason }: ReportedFailure) => outcome !== 'cancelled' || reason !== cancelReason(report)
  // What somebody has given up on is named once, with what became of it.
  const waived = new Set(report.waived)
  const isMissed = ({ task }: { readonly task: string }) => !waived.has(task)
  const failures = report.failures.filter(isMissed)
  return [
    headline(report, paint),
    ...(summary === undefined ? [] : [quoted(summary)]),
    tallyLine(report.tally),
    ...usageLine(report.usage).map((line) => `Used: ${line}`),
    ...managerCostLine(report.managerCost).map((line) => `Manager: ${line}`),
    ...bottleneckLine(report, paint),
    ...listOf(
      'Files written',
      report.files.map((path) => `  ${printable(fileOf(path))}`),
    ),
    ...listOf(
      'Files removed',
      report.removed.map((path) => `  ${printable(fileOf(path))}`),
    ),
    ...listOf(
      'Without success',
      failures.filter(isOwn).map((failure) => paint.bad(`  ${failureLine(failure)}`)),
    ),
    ...listOf(
      'Cancelled with the run',
      failures
        .filter((failure) => !isOwn(failure))
        .map(({ task, worker }) => `  ${printable(task)}${worker === undefined ? '' : `, from ${printable(worker)}`}`),
    ),
    ...listOf(
      'Attempts lost',
      report.lostAttempts.filter(isMissed).map((attempt) => paint.warn(`  ${lostLine(attempt)}`)),
    ),
    ...listOf('Late results, kept aside', report.lateResults.map(lateLine)),
    ...listOf(
      'Skipped',
      report.skipped
        .filter(isMissed)
        .map(({ task, because }) => `  ${printable(task)}, because of ${printable(because)}`),
    ),
    ...listOf(
      'Tried again',
      report.triedAgain.map(({ task, as }) => `  ${printable(task)}, as ${printable(as)}`),
    ),
    ...listOf(
      'Waived',
      report.waived.map((task) => `  ${waivedLine(task, report)}`),
    ),
    ...listOf(
      'Violations',
      report.violations.map(({ message }) => paint.warn(`  ${quoted(message)}`)),
    ),
    ...(report.advice === undefined ? [] : [`Advice: ${report.advice}`]),
    `Journal: ${printable(places.stateDir)}, run ${printable(report.run)}`,
    ...nextSteps(report, places).map((step) => paint.dim(`Next: ${step}`)),
  ]
}

/** The warning that the manager holds the run up, if it does. */
export function bottleneckLine({ managerCost }: RunReport, paint: Paint): string[] {
  const warning = bottleneckWarning(managerCost)
  return warning === undefined ? [] : [paint.warn(`Warning: ${warning}`)]
}

/** The same as data, for `--json`. */
export function reportJson(report: RunReport): string {
  const { end, paused, ...rest } = report
  return printableJson({ ...rest, state: stateOf(report), end: end ?? null, paused: paused ?? null })
}

/** `completed`, `failed`, … or `paused` or `running`. */
export function stateOf({ end, paused }: Pick<RunReport, 'end' | 'paused'>): string {
  return end?.type.slice('run.'.length) ?? (paused === undefined ? 'running' : 'paused')
}

// ---------------------------------------------------------------------------------------------

function headline(report: RunReport, paint: Paint): string {
  const state = stateOf(report)
  const colour = state === 'completed' ? paint.good : state === 'paused' ? paint.warn : paint.bad
  const sign = state === 'completed' ? '✓' : state === 'paused' ? '‖' : '✗'
  const spent = duration(report.at - report.startedAt)
  return colour(`${sign} ${state} after ${spent}${causeOf(report)}`)
}

function causeOf({ end, paused, planError }: RunReport): string {
  if (end === undefined) return paused === undefined ? '' : `: ${quoted(paused.reason)}`
  if (end.type === 'run.completed') return ''
  if (planError !== undefined) return `: ${quoted(planError.message)}`
  if (end.type === 'run.cancelled')
    return `: ${quoted(end.reason)} (${printable(end.causeCode)}, by ${printable(end.by)})`
  const why = end.type === 'run.failed' && end.error !== undefined ? `: ${quoted(end.error.message)}` : ''
  return ` (${printable(end.causeCode)})${why}`
}

function failureLine({ task, outcome, worker, attempts, reason, code }: ReportedFailure): string {
  const who = worker === undefined ? 'never assigned' : `${printable(worker)}, ${counted(attempts, 'attempt')}`
  return `✗ ${printable(task)} ${outcome} (${who}): ${code === undefined ? '' : `${code} `}${quoted(reason)}`
}

function waivedLine(task: string, { failures, skipped }: RunReport): string {
  const failure = failures.find((one) => one.task === task)
  if (failure !== undefined) return failureLine(failure).replace('✗ ', '')
  const because = skipped.find((one) => one.task === task)?.because
  return because === undefined ? printable(task) : `${printable(task)} skipped, because of ${printable(because)}`
}

/** One late result in a line; `log` shows what it holds. */
export function lateLine({ task, epoch, seq }: LateResult): string {
  return `  ${printable(task)} attempt ${epoch}: it came after the attempt was over (fact ${seq})`
}

function lostLine({ task, epoch, slot, reason }: LostAttempt): string {
  return `${printable(task)} attempt ${epoch}${slot === undefined ? '' : ` (${printable(slot)})`}: ${quoted(reason)}`
}

/** As a task that ended with its run says it. */
function cancelReason({ end }: RunReport): string | undefined {
  return end?.type === 'run.cancelled' ? `${end.reason} (by ${end.by})` : undefined
}

function listOf(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const hidden = lines.length - LIST_MAX
  return [
    `${title} (${lines.length}):`,
    ...lines.slice(0, LIST_MAX),
    ...(hidden > 0 ? [`  … and ${hidden} more; --json lists all`] : []),
  ]
}

/** Commands to copy: each word quoted for a shell where it needs to be. */
function nextSteps(report: RunReport, { stateFlag }: ReportPlaces): string[] {
  const failure = report.failures.find(({ reason }) => reason !== cancelReason(report))
  const state = stateOf(report)
  const command = (...words: readonly string[]) =>
    ['bosun', ...words, ...stateFlag].map((word) => printable(shellWord(word))).join(' ')
  if (state === 'completed') return [command('result', report.run)]
  if (state === 'paused') return [command('resume', report.run)]
  // What kept a planner from answering, such as its model, is no fault of a plan.
  if (report.planError !== undefined && isPlanError(report.planError.code))
    return ['correct the plan; `bosun plan` checks it and starts nothing']
  if (failure === undefined) return [command('log', report.run)]
  return [command('why', report.run, failure.task), command('log', report.run, '--task', failure.task)]
}
