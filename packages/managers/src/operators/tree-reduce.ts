import { Observable, type OperatorFunction } from 'rxjs'
import { MergeTree } from '../reducers/merge-tree.ts'

/**
 * Merges all values of a stream in pairs, as a balanced tree, and tells the one that is left at its end:
 * the same as `reduce` where merging is associative, but large values are copied far less often.
 *
 * @param merge associative; must leave its arguments as they are
 * @param empty what comes of an empty stream
 * @example
 * import { treeReduce } from '@bosun/managers'
 * import { of } from 'rxjs'
 *
 * of(['a'], ['b'], ['c']).pipe(treeReduce((left, right) => [...left, ...right], [])).subscribe(console.log) // a, b, c
 */
export function treeReduce<A>(merge: (left: A, right: A) => A, empty: A): OperatorFunction<A, A> {
  return (value$) =>
    new Observable((subscriber) => {
      const tree = new MergeTree(merge)
      let isEmpty = true
      return value$.subscribe({
        next(value) {
          isEmpty = false
          tree.push(value)
        },
        error: (error) => subscriber.error(error),
        complete() {
          subscriber.next(isEmpty ? empty : (tree.value as A))
          subscriber.complete()
        },
      })
    })
}
