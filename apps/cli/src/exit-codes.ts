import type { ErrorCode, FactOf } from '@bosun/core'

/** What the process says with its exit code. `check` has codes of its own. */
export const EXIT = {
  completed: 0,
  /** The run failed, for any cause; or a command could not do what it was asked for. */
  failed: 1,
  /** Bad usage or config. */
  usage: 2,
  planRejected: 3,
  /** A limit ended the run. */
  exhausted: 4,
  /** Paused; can be resumed. */
  paused: 5,
  cancelled: 130,
} as const

/** What `check` says with its exit code. */
export const CHECK_EXIT = {
  pass: 0,
  safety: 1,
  liveness: 2,
  crashed: 3,
  notDeterministic: 4,
  inconclusive: 5,
  misuse: 64,
} as const
export type CheckExitCode = (typeof CHECK_EXIT)[keyof typeof CHECK_EXIT]
export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | CheckExitCode

/** The same in words. */
export const CHECK_EXIT_MEANINGS: Readonly<Record<keyof typeof CHECK_EXIT, string>> = {
  pass: 'pass',
  safety: 'an invariant is violated',
  liveness: 'nothing goes on: only what must come about is violated',
  crashed: 'the code under check throws, loops for ever, or does what no code under check may do',
  notDeterministic: 'not deterministic: the same choices led to two schedules',
  inconclusive: 'inconclusive: nothing was found, but too little was tried or reached to say so',
  misuse: 'misuse: no such module, nothing to check in it, a bad flag, a damaged or stale replay string',
}

/** The same in words, for help and documents. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, { readonly run: string; readonly others: string }>> = {
  completed: { run: 'completed', others: 'done' },
  failed: {
    run: 'failed, for any cause',
    others:
      '`audit`: an invariant is violated · `replay`: under its own strategy the run comes to something else · `doctor`: runs cannot work here · `result`: there is none, or the run failed · `cancel`: a process of the run is still alive · `steer`, `raise-limit`, `retry`, `adopt`, `waive`, and `cancel` of a task: nothing followed from it',
  },
  usage: {
    run: 'bad usage, config or goal; no run was started',
    others: 'bad usage or config; no such run; a journal or an export that cannot be read',
  },
  planRejected: {
    run: 'plan rejected; of a plan in a file, no run was started',
    others: '`plan`: the plan is rejected · `result`: it was',
  },
  exhausted: { run: 'a limit ended it', others: '`result`: a limit ended the run' },
  paused: { run: 'paused, and resumable', others: '' },
  cancelled: { run: 'cancelled', others: '`result`: the run was cancelled' },
}

type RunEnd = FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'>

/** The exit code of a run by the fact that ended it; without one it was paused. */
export function exitCodeOfRun(end: RunEnd | undefined, plan: { readonly rejected: boolean }): ExitCode {
  if (end === undefined) return EXIT.paused
  switch (end.type) {
    case 'run.completed':
      return EXIT.completed
    case 'run.exhausted':
      return EXIT.exhausted
    case 'run.cancelled':
      return EXIT.cancelled
    case 'run.failed':
      return plan.rejected ? EXIT.planRejected : EXIT.failed
  }
}

/** Whether an error is about the plan: its file, one of its tasks, or the planner. */
export function isPlanError(code: ErrorCode): boolean {
  return PLAN_CODES.has(code)
}

const PLAN_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TASK_INVALID',
  'TASK_ID_REPEATED',
  'TASK_ID_CONFLICT',
  'TASK_DEPENDENCY_UNKNOWN',
  'TASK_DEPENDENCY_SELF',
  'TASK_CYCLE',
  'TASK_OUTPUT_SHARED',
  'TASK_TYPE_UNHANDLED',
  'TASK_SKILL_MISSING',
  'TASK_PURPOSE_MISSING',
  'TASK_BODY_INVALID',
  'PLAN_EMPTY',
  'PLAN_INVALID',
  'PLANNER_FAILED',
  'PLANNER_TIMED_OUT',
  // As a command's own error: an output of a task that no file can have.
  'FILE_REFUSED',
])
