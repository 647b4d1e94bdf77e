import { canonicalJson, type Plan } from '@bosun/core'
import { createHash } from 'node:crypto'

/**
 * The name of a plan by its content: equal for plans of the same groups and tasks in the same order, however
 * their files are written. The title says nothing about what is done and is left out.
 */
export function planHash({ groups = [], tasks }: Pick<Plan, 'groups' | 'tasks'>): string {
  return `sha256:${createHash('sha256').update(canonicalJson({ groups, tasks })).digest('hex')}`
}
