import { groupBy, type GroupedObservable, type OperatorFunction } from 'rxjs'
import type { TaskOutcome } from './task-outcome.ts'

/**
 * A stream of outcomes for each type of task.
 *
 * @example
 * import { groupByType, type TaskOutcome } from '@bosun/managers'
 * import { map, mergeMap, scan, type Observable } from 'rxjs'
 *
 * declare const run: { outcomes$: Observable<TaskOutcome> } // a run handle
 * run.outcomes$
 *   .pipe(groupByType(), mergeMap((one$) => one$.pipe(scan((count) => count + 1, 0), map((count) => [one$.key, count]))))
 *   .subscribe(([type, count]) => console.log(type, count))
 */
export function groupByType(): OperatorFunction<TaskOutcome, GroupedObservable<string, TaskOutcome>> {
  return groupBy(({ taskType }) => taskType)
}
