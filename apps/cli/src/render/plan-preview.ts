import type { Task } from '@bosun/core'
import type { PlanShape } from '@bosun/kernel'
import { counted } from './duration.ts'
import { columnShare, fit, table } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, printableJson, quoted } from './printable.ts'

const TASKS_MAX = 200
const PATH_MAX = 12

/** What a plan would do: how many at a time, how deep, the longest path, and its tasks in order. */
export function renderPlan(
  tasks: readonly Task[],
  shape: PlanShape,
  effective: { readonly origins: Readonly<Record<string, string>>; readonly slotsMax: number },
  paint: Paint = plainPaint,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const path = shape.longestPath.slice(0, PATH_MAX).map(printable).join(' → ')
  const rows = tasks
    .slice(0, TASKS_MAX)
    .map((task) => [
      printable(task.id),
      printable(task.type),
      fit(printableJson(task.body), 40),
      task.dependsOn === undefined || task.dependsOn.length === 0
        ? ''
        : `after ${quoted(task.dependsOn.join(', '), 80)}`,
    ])
  const [head = '', ...lines] = table(
    [['TASK', 'TYPE', 'BODY', 'WHEN'], ...rows],
    Math.min(48, columnShare(columns)),
  ).map((line) => fit(line, columns))
  return [
    paint.bold(
      `${counted(shape.tasks, 'task')}, ${shape.width} wide, ${shape.depth} deep, up to ${Math.min(shape.width, effective.slotsMax)} at a time`,
    ),
    `longest path: ${path}${shape.longestPath.length > PATH_MAX ? ` → … (${shape.depth} tasks)` : ''}`,
    ...Object.entries(effective.origins)
      .filter(([, origin]) => origin !== 'default')
      .map(([at, origin]) => paint.dim(`${printable(at)} is set by ${printable(origin)}`)),
    '',
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
  tasks: readonly Task[],
  shape: PlanShape,
  effective: { readonly config: unknown; readonly origins: Readonly<Record<string, string>> },
): object {
  return { ...shape, tasks, config: effective.config, origins: effective.origins }
}
