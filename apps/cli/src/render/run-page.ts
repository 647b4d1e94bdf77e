import type { ApprovalView, Fact, FactOf, RunView, TaskView } from '@bosun/core'
import { artifactsOf } from './artifacts.ts'
import { counted, duration, moment } from './duration.ts'
import { columnShare, fit, table } from './fit.ts'
import { levelProgress, renderLevels } from './levels.ts'
import { managerCostLine } from './manager-cost.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, printableJson, quoted } from './printable.ts'
import { answerLine, questionText } from './question.ts'
import { reasonOf } from './reason.ts'
import { bottleneckLine, lateLine, reportOf, stateOf, tallyLine, usageLine } from './report.ts'
import { costText, tokensText, type RunUsage } from './usage.ts'

/** Plans that are listed; the rest is counted. */
const PLANS_MAX = 5
/** Tasks that are listed; the rest is counted. */
const TASKS_MAX = 100

/**
 * One run on a page: what it was asked, how it stands, and each of its tasks.
 *
 * @param columns where the lines of the table are cut off; a terminal would fold them
 * @param flags where the run is, for the command that answers a question
 */
export function renderRun(
  facts: readonly Fact[],
  view: RunView,
  paint: Paint = plainPaint,
  columns = Number.POSITIVE_INFINITY,
  flags: readonly string[] = [],
): string[] {
  const report = reportOf(facts)
  const started = facts.find((fact): fact is FactOf<'run.started'> => fact.type === 'run.started')
  const tasks = [...view.tasks()]
  const slots = new Map(facts.flatMap((fact) => (fact.type === 'task.assigned' ? [[fact.task, fact.slot]] : [])))
  const lost = Map.groupBy(report.lostAttempts, ({ task }) => task)
  const used = usageColumns(report.usage)
  const rows = tasks.slice(0, TASKS_MAX).map((task) => {
    const { id } = task.spec
    return taskRow(task, slots.get(id), lost.get(id)?.length ?? 0, used.cells(id))
  })
  const [head = '', ...lines] = table(
    [['TASK', 'TYPE', 'STATE', 'ATTEMPTS', 'BY', ...used.names, 'WHY'], ...rows],
    columnShare(columns),
  ).map((line) => fit(line, columns))
  return [
    `${paint.bold(`run ${printable(report.run)}`)}  ${stateOf(report)}`,
    `goal      ${quoted(printableJson(view.goal), 200)}`,
    `manager   ${printable(report.manager)}`,
    `started   ${moment(report.startedAt)}, ${duration(report.at - report.startedAt)} ${report.end === undefined ? 'so far' : 'in all'}`,
    `tasks     ${tallyLine(report.tally)}`,
    ...planLines(facts),
    ...usageLine(report.usage).map((line) => `used      ${line}`),
    ...managerCostLine(report.managerCost).map((line) => `managing  ${line}`),
    ...bottleneckLine(report, paint),
    ...configLines(started),
    '',
    ...levelLines(view, paint),
    ...(tasks.length === 0 ? ['No tasks yet.'] : [paint.dim(head), ...lines]),
    ...(tasks.length > TASKS_MAX ? [`… and ${tasks.length - TASKS_MAX} more; --json lists all`] : []),
    ...(view.approvals.length === 0
      ? []
      : ['', 'Waits for a person:', ...view.approvals.flatMap(askedLines(view.run, flags))]),
    ...(report.lateResults.length === 0 ? [] : ['', 'Late results, kept aside:', ...report.lateResults.map(lateLine)]),
  ]
}

/** The same as data. */
export function runJson(facts: readonly Fact[], view: RunView): object {
  const report = reportOf(facts)
  return {
    run: view.run,
    state: stateOf(report),
    goal: view.goal,
    manager: report.manager,
    startedAt: report.startedAt,
    at: report.at,
    tally: report.tally,
    usage: { ...report.usage.total, planners: report.usage.planners },
    managerCost: report.managerCost,
    plans: plansOf(facts),
    lostAttempts: report.lostAttempts,
    lateResults: report.lateResults,
    approvals: view.approvals,
    artifacts: artifactsOf(facts),
    config: view.config,
    workers: view.workers,
    groups: [...view.groups()],
    tasks: [...view.tasks()].map(({ spec, ...task }) => ({ ...task, usage: report.usage.tasks[spec.id], spec })),
  }
}

// ---------------------------------------------------------------------------------------------

/** The plans that the run received, by their hashes. */
function plansOf(facts: readonly Fact[]): readonly { request: string; hash: string | null; tasks: number }[] {
  return facts.flatMap((fact) => {
    if (fact.type !== 'plan.received') return []
    return [{ request: fact.request, hash: fact.hash ?? null, tasks: fact.tasks.length }]
  })
}

function planLines(facts: readonly Fact[]): string[] {
  const plans = plansOf(facts)
  return plans
    .slice(0, PLANS_MAX)
    .map(({ hash, tasks }) => `plan      ${counted(tasks, 'task')}${hash === null ? '' : `, ${printable(hash)}`}`)
    .concat(plans.length > PLANS_MAX ? [`plan      and ${plans.length - PLANS_MAX} more`] : [])
}

/** The levels of the run with their progress, and a line between them and the tasks; nothing where there are none. */
function levelLines(view: RunView, paint: Paint): string[] {
  const levels = Array.from(view.groups(), ({ name, spec, status, tally: { total, succeeded, unresolved } }) => {
    return { name, spec, text: `${status}: ${levelProgress({ total, succeeded, ended: total - unresolved })}` }
  })
  return levels.length === 0 ? [] : [paint.dim('LEVELS'), ...renderLevels(levels, paint), '']
}

function askedLines(run: string, flags: readonly string[]): (asked: ApprovalView) => string[] {
  return (asked) => [
    `  ${asked.approval}  ${questionText(asked)}`,
    ...(asked.call === undefined ? [] : [`      input ${quoted(asked.call.input, 1_100)}`]),
    `      ${answerLine(run, asked.approval, flags)}`,
  ]
}

/** Columns of a run whose tasks have used something: no others are shown. */
function usageColumns({ tasks }: RunUsage): { readonly names: string[]; readonly cells: (task: string) => string[] } {
  const all = Object.values(tasks)
  const columns = [
    { name: 'TOKENS', isThere: all.length > 0, cell: (task: string) => tokensText(tasks[task]?.tokens ?? 0) },
    {
      name: 'COST',
      isThere: all.some(({ costMicros }) => costMicros > 0),
      cell: (task: string) => costText(tasks[task]?.costMicros ?? 0),
    },
  ].filter(({ isThere }) => isThere)
  return { names: columns.map(({ name }) => name), cells: (task) => columns.map(({ cell }) => cell(task)) }
}

function taskRow(task: TaskView, slot = '', lost: number, used: readonly string[]): string[] {
  const { error, spec, epoch } = task
  const why =
    error !== undefined ? reasonOf(error, spec.id) : task.because === undefined ? '' : `because of ${task.because}`
  return [
    printable(task.spec.id),
    printable(task.spec.type),
    task.status,
    epoch === 0 ? '' : `${epoch}${lost === 0 ? '' : ` (${lost} lost)`}`,
    printable(task.owner ?? slot),
    ...used,
    task.status === 'succeeded' ? '' : quoted(why, 120),
  ]
}

/** What was set, and by whom; defaults are not worth a line. */
function configLines(started: FactOf<'run.started'> | undefined): string[] {
  if (started === undefined) return []
  return Object.entries(started.origins)
    .filter(([, origin]) => origin !== 'default')
    .map(([path, origin]) => {
      const value = path
        .split('.')
        .reduce<unknown>(
          (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
          started.config,
        )
      return `set       ${printable(path)} = ${printableJson(value)} (${printable(origin)})`
    })
}
