import type { FactType, TaskStatus } from '@bosun/core'

/**
 * Where a task goes, by where it stands and which fact arrives. A pair that is not here cannot
 * happen: `evolve` refuses such a fact with FACT_ILLEGAL, in production as in a damaged journal.
 * The diagram in the docs is drawn from this table.
 *
 * `waiting` becomes `ready` with the fact that settles its last dependency, not by one of its own. A task that has
 * yielded to its twin waits as well, and is no more than that until the twin has come to something.
 * `placed` becomes `ready` again, or `retrying` after an attempt, with a fact of something else as well: when
 * its slot leaves, when the run is paused and when its manager is recovered.
 */
export const TASK_TRANSITIONS = {
  waiting: {
    'task.amended': 'waiting',
    'task.retried': 'retrying',
    'result.handed': 'publishing',
    'task.failed': 'failed',
    'task.lost': 'lost',
    'task.cancelled': 'cancelled',
    'task.skipped': 'skipped',
  },
  ready: {
    'task.amended': 'ready',
    'task.placed': 'placed',
    'task.assigned': 'assigned',
    'result.adopted': 'publishing',
    'task.failed': 'failed',
    'task.cancelled': 'cancelled',
  },
  placed: {
    'task.amended': 'ready',
    'task.yielded': 'waiting',
    'result.handed': 'publishing',
    'task.assigned': 'assigned',
    'result.adopted': 'publishing',
    'task.failed': 'failed',
    'task.cancelled': 'cancelled',
  },
  assigned: {
    'attempt.started': 'assigned',
    'task.hedged': 'assigned',
    'attempt.emitted': 'assigned',
    'task.discovered': 'assigned',
    'approval.requested': 'assigned',
    'approval.applied': 'assigned',
    'attempt.succeeded': 'publishing',
    'attempt.failed': 'retrying',
    'attempt.lost': 'retrying',
    'attempt.revoked': 'retrying',
  },
  publishing: {
    'outputs.published': 'publishing',
    'task.succeeded': 'succeeded',
    'task.failed': 'failed',
    'task.cancelled': 'cancelled',
  },
  retrying: {
    'task.retried': 'retrying',
    'task.yielded': 'waiting',
    'result.handed': 'publishing',
    'result.adopted': 'publishing',
    'task.placed': 'placed',
    'task.assigned': 'assigned',
    'task.failed': 'failed',
    'task.lost': 'lost',
    'task.cancelled': 'cancelled',
  },
  succeeded: {},
  failed: {},
  lost: {},
  cancelled: {},
  skipped: {},
} as const satisfies Record<TaskStatus, Partial<Record<FactType, TaskStatus>>>
