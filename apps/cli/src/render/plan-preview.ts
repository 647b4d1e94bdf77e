import type { Group, Task } from '@bosun/core'
import type { PlanShape } from '@bosun/kernel'
import type { PlanPreview } from '../engine.ts'
import type { Outlook } from '../plan-outlook.ts'
import { counted } from './duration.ts'
import { columnShare, fit, table } from './fit.ts'
import { outlookLines } from './forecast-lines.ts'
import { levelsAround, renderLevels } from './levels.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, printableJson, quoted } from './printable.ts'

const TASKS_MAX = 200
const PATH_MAX = 12

/** What a plan would do: how many at a time, how deep, how long and at what cost, and its tasks in order. */
export function renderPlan(
  { tasks, groups, plan }: Pick<PlanPreview, 'tasks' | 'groups' | 'plan'>,
  shape: PlanShape,
  effective: {
    readonly origins: Readonly<Record<string, string>>
    readonly slotsMax: number
    readonly outlook: Outlook
  },
  paint: Paint = plainPaint,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const path = shape.longestPath.slice(0, PATH_MAX).map(printable).join(' → ')
  const hasLevels = tasks.some(({ group }) => group !== undefined)
  const rows = tasks
    .slice(0, TASKS_MAX)
    .map((task) => [
      printable(task.id),
      printable(task.type),
      ...(hasLevels ? [printable(task.group ?? '')] : []),
      fit(printableJson(task.body), 40),
      task.dependsOn === undefined || task.dependsOn.length === 0
        ? ''
        : `after ${quoted(task.dependsOn.join(', '), 80)}`,
    ])
  const [head = '', ...lines] = table(
    [['TASK', 'TYPE', ...(hasLevels ? ['LEVEL'] : []), 'BODY', 'WHEN'], ...rows],
    Math.min(48, columnShare(columns)),
  ).map((line) => fit(line, columns))
  return [
    paint.bold(
      `${counted(shape.tasks, 'task')}, ${shape.width} wide, ${shape.depth} deep, up to ${Math.min(shape.width, effective.slotsMax)} at a time`,
    ),
    `longest path: ${path}${shape.longestPath.length > PATH_MAX ? ` → … (${shape.depth} tasks)` : ''}`,
    ...outlookLines(effective.outlook),
    ...(plan === undefined ? [] : [paint.dim(`plan ${printable(plan.hash)}`)]),
    ...Object.entries(effective.origins)
      .filter(([, origin]) => origin !== 'default')
      .map(([at, origin]) => paint.dim(`${printable(at)} is set by ${printable(origin)}`)),
    '',
    ...levelLines(tasks, groups, paint),
    paint.dim(head),
    ...lines,
    ...(shape.tasks === 1
      ? ['', 'Unless its worker finds more, one task needs no manager: `bosun try WORKER --body …` runs it alone.']
      : []),
    ...(tasks.length > TASKS_MAX ? [`… and ${tasks.length - TASKS_MAX} more; --json lists all`] : []),
  ]
}

/** The same as data. */
export function planJson(
  { tasks, groups, plan }: Pick<PlanPreview, 'tasks' | 'groups' | 'plan'>,
  shape: PlanShape,
  effective: { readonly config: unknown; readonly origins: Readonly<Record<string, string>> },
  outlook: Outlook,
): object {
  const { config, origins } = effective
  return { ...shape, ...outlook, hash: plan?.hash ?? null, groups, tasks, config, origins }
}

// ---------------------------------------------------------------------------------------------

/** The levels of a plan with what is in each, those that nobody has listed included. */
function levelLines(tasks: readonly Task[], groups: readonly Group[], paint: Paint): string[] {
  const counts = new Map<string, number>(groups.map(({ name }) => [name, 0]))
  for (const { group } of tasks) {
    for (const name of levelsAround(group)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const specs = new Map(groups.map((group) => [group.name, group]))
  const levels = Array.from(counts, ([name, count]) => ({
    name,
    spec: specs.get(name),
    text: counted(count, 'task'),
  }))
  return levels.length === 0 ? [] : [paint.dim('LEVELS'), ...renderLevels(levels, paint), '']
}
