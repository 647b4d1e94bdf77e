import type { Decision, Group, Json, Task } from '@bosun/core'

type DecisionOf<T extends Decision['type']> = Extract<Decision, { type: T }>

/** What a task may state beyond type and body. */
export type TaskOptions = Omit<Task, 'type' | 'body'>

/*
 * Values that are meant to become JSON are taken as `unknown`: the types of most programs (interfaces,
 * optional members) are no `Json` to the compiler. The session checks every decision and names the
 * field that is not plain data.
 */

/**
 * A task: what kind of work, its data, and an id of its own.
 *
 * @example
 * import { delegate, task } from '@bosun/managers'
 * delegate(task('scan_dir', { path: 'src' }, { id: 'src', priority: 1 }))
 */
export function task(type: string, body: unknown, options: TaskOptions): Task {
  const { id, ...rest } = options
  return { id, type, body: body as Json, ...rest }
}

/**
 * Adds tasks to the run, all or none. The same task again is harmless.
 *
 * @param options.plan the plan these tasks adopt, from a `plan` message
 * @param options.parent the task whose discovery led to these
 * @example
 * import { delegate, task } from '@bosun/managers'
 * delegate([task('scan_dir', { path: 'a' }, { id: 'a' }), task('scan_dir', { path: 'b' }, { id: 'b' })])
 */
export function delegate(
  tasks: Task | readonly Task[],
  options: { readonly plan?: string; readonly parent?: string } = {},
): DecisionOf<'delegate'> {
  return { type: 'delegate', tasks: listOf(tasks), ...options }
}

/**
 * Asks the planner; its checked graph, or its error, comes back as a message of the same name.
 *
 * @example
 * import { plan } from '@bosun/managers'
 * plan('first', { topic: 'planets' }) // answered by { type: 'plan', plan: 'first', tasks }
 */
export function plan(request: string, goal: unknown): DecisionOf<'plan'> {
  return { type: 'plan', request, goal: goal as Json }
}

/**
 * Replaces or withdraws tasks that have not started.
 *
 * @example
 * import { amend } from '@bosun/managers'
 * amend({ withdraw: ['draft-3'] })
 */
export function amend(change: {
  readonly replace?: readonly Task[]
  readonly withdraw?: readonly string[]
}): DecisionOf<'amend'> {
  return {
    type: 'amend',
    ...(change.replace === undefined ? {} : { replace: [...change.replace] }),
    ...(change.withdraw === undefined ? {} : { withdraw: [...change.withdraw] }),
  }
}

/**
 * Finishes the run with its one result. Refused while tasks are unresolved.
 *
 * @example
 * import { finish } from '@bosun/managers'
 * finish({ pages: 8 })
 */
export function finish(result: unknown): DecisionOf<'finish'> {
  return { type: 'finish', result: result as Json }
}

/**
 * Ends the run as failed.
 *
 * @param result what there is all the same; default none
 * @example
 * import { fail } from '@bosun/managers'
 * fail('the planner found nothing to do')
 */
export function fail(reason: string, result?: unknown): DecisionOf<'fail'> {
  return { type: 'fail', reason, ...(result === undefined ? {} : { result: result as Json }) }
}

/**
 * Cancels the whole run.
 *
 * @example
 * import { cancelRun } from '@bosun/managers'
 * cancelRun('a better answer is known')
 */
export function cancelRun(reason: string): DecisionOf<'cancel'> {
  return { type: 'cancel', scope: { kind: 'run' }, reason }
}

/**
 * Cancels one task, and so skips what depends on it.
 *
 * @example
 * import { cancelTask } from '@bosun/managers'
 * cancelTask('page-mars', 'no longer wanted')
 */
export function cancelTask(task: string, reason: string): DecisionOf<'cancel'> {
  return { type: 'cancel', scope: { kind: 'task', task }, reason }
}

/**
 * Cancels a task, what depends on it and what its discoveries led to.
 *
 * @example
 * import { cancelSubtree } from '@bosun/managers'
 * cancelSubtree('src/vendor', 'vendored code is not surveyed')
 */
export function cancelSubtree(task: string, reason: string): DecisionOf<'cancel'> {
  return { type: 'cancel', scope: { kind: 'subtree', task }, reason }
}

/**
 * Cancels the tasks of a group and of the groups inside of it, and lets nothing more in.
 *
 * @example
 * import { cancelGroup } from '@bosun/managers'
 * cancelGroup('drafts', 'one was accepted')
 */
export function cancelGroup(group: string, reason: string): DecisionOf<'cancel'> {
  return { type: 'cancel', scope: { kind: 'group', group }, reason }
}

/**
 * Opens a group, with limits and a failure policy for its tasks (`task(…, { group: name })`) and for those
 * of the groups inside of it (`name/inner`). Open it before its first task.
 *
 * @example
 * import { delegate, openGroup, task } from '@bosun/managers'
 * // At most two at a time; the first three that succeed are enough.
 * const decisions = [
 *   openGroup('drafts', { slotsMax: 2, quorum: 3 }),
 *   delegate(['a', 'b', 'c', 'd', 'e'].map((id) => task('draft', null, { id, group: 'drafts' }))),
 * ]
 */
export function openGroup(name: string, limits: Omit<Group, 'name'>): DecisionOf<'group'> {
  return { type: 'group', group: { name, ...limits } }
}

/**
 * Shows something to whoever watches the run. Published, never stored.
 *
 * @example
 * import { partial } from '@bosun/managers'
 * partial({ final: false, done: 3, total: 8 })
 */
export function partial(value: unknown): DecisionOf<'partial'> {
  return { type: 'partial', value: value as Json }
}

/**
 * Asks to be called again: a `woke` message with this id comes at the given time or soon after.
 *
 * @param at in ms, on the scale of `view.at`
 * @example
 * import { wake } from '@bosun/managers'
 * const handler = (_: unknown, __: unknown, view: { at: number }) => wake('look again', view.at + 60_000)
 */
export function wake(id: string, at: number): DecisionOf<'wake'> {
  return { type: 'wake', wake: id, at }
}

/**
 * Asks a person. What is said comes back as an `answered` message of the same name, however long it takes:
 * `bosun approve` and `bosun deny` give it.
 *
 * @example
 * import { ask } from '@bosun/managers'
 * ask('deploy', 'All pages are written. Deploy them?')
 */
export function ask(request: string, question: string): DecisionOf<'ask'> {
  return { type: 'ask', request, question }
}

/**
 * Accepts that tasks ended without success, where the policy of the run allows it.
 *
 * @example
 * import { waive } from '@bosun/managers'
 * waive(['page-pluto'], 'no longer a planet')
 */
export function waive(tasks: string | readonly string[], reason: string): DecisionOf<'waive'> {
  return { type: 'waive', tasks: listOf(tasks), reason }
}

function listOf<T>(one: T | readonly T[]): T[] {
  return Array.isArray(one) ? [...one] : [one as T]
}
