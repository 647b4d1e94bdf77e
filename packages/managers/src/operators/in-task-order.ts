import { Observable, type OperatorFunction } from 'rxjs'
import type { TaskOutcome } from './task-outcome.ts'

/**
 * Outcomes in the order of the tasks, each as soon as all before it are there. What comes of other tasks is
 * let through at the end, by id; a successor (`a~2`) has the place of the task that it stands in for.
 *
 * @param ids of the tasks, in order
 * @example
 * import { inTaskOrder, type TaskOutcome } from '@bosun/managers'
 * import type { Observable } from 'rxjs'
 *
 * declare const run: { outcomes$: Observable<TaskOutcome> } // a run handle
 * run.outcomes$.pipe(inTaskOrder(['intro', 'main', 'end'])).subscribe(({ result }) => console.log(result))
 */
export function inTaskOrder(ids: Iterable<string>): OperatorFunction<TaskOutcome, TaskOutcome> {
  return (outcome$) =>
    new Observable((subscriber) => {
      const order = [...ids]
      const places = new Map(order.map((id, place) => [id, place]))
      const held = new Map<string, TaskOutcome>()
      let next = 0
      return outcome$.subscribe({
        next(outcome) {
          const id = baseOf(outcome.task)
          // One that was let through already can only be followed by its successor.
          if ((places.get(id) ?? next) < next) return subscriber.next(outcome)
          held.set(id, outcome)
          for (let due = held.get(order[next] ?? ''); due !== undefined; due = held.get(order[next] ?? '')) {
            held.delete(order[next] as string)
            next += 1
            subscriber.next(due)
          }
        },
        error: (error) => subscriber.error(error),
        complete() {
          const known = order.filter((id) => held.has(id))
          const strange = [...held.keys()].filter((id) => !places.has(id)).toSorted()
          for (const id of [...known, ...strange]) subscriber.next(held.get(id) as TaskOutcome)
          subscriber.complete()
        },
      })
    })
}

function baseOf(id: string): string {
  return id.replace(/~\d+$/, '')
}
