import { canonicalJson } from '@bosun/core'
import type { PlanPreview } from '../engine.ts'

/**
 * A plan as a file that `--plan` takes: JSON, a group and a task a line, the members of each in one order, so
 * that equal plans are equal files. The hash freezes it: a file that says something else is refused.
 */
export function savedPlan({ hash, groups, tasks }: NonNullable<PlanPreview['plan']>): string {
  return `{\n"hash": ${JSON.stringify(hash)},\n"groups": ${listOf(groups)},\n"tasks": ${listOf(tasks)}\n}\n`
}

function listOf(items: readonly unknown[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => canonicalJson(item)).join(',\n')}\n]`
}
