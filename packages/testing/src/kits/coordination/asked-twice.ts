import { isDeepStrictEqual } from 'node:util'
import type { Strategy } from '@bosun/core'

/** A strategy whose policies are each asked twice, and what they answered otherwise the second time. */
export function askedTwice(strategy: Strategy): { readonly strategy: Strategy; readonly differences: string[] } {
  const differences: string[] = []
  const twice = <T>(policy: string, ask: () => T): T => {
    const [first, second] = [ask(), ask()]
    if (!isDeepStrictEqual(first, second)) differences.push(`${policy} answered ${first}, and ${second} again`)
    return first
  }
  const { order, placement, retry, admission, liveness } = strategy
  const { choose } = placement
  return {
    differences,
    strategy: {
      ...strategy,
      order: { ...order, key: (task, view) => twice('order.key', () => order.key(task, view)) },
      placement:
        choose === undefined
          ? placement
          : {
              ...placement,
              choose: (task, slots, view) => twice('placement.choose', () => choose.call(placement, task, slots, view)),
            },
      retry: {
        next(count, error, view, random) {
          // The second time it draws what it drew the first time.
          const drawn: number[] = []
          const draw = () => {
            const number = random()
            drawn.push(number)
            return number
          }
          let first = true
          return twice('retry.next', () => {
            const again = drawn.values()
            const next = retry.next(count, error, view, first ? draw : () => again.next().value ?? random())
            first = false
            return next
          })
        },
      },
      admission: { admit: (view) => twice('admission.admit', () => admission.admit(view)) },
      liveness: { judge: (clocks, view) => twice('liveness.judge', () => liveness.judge(clocks, view)) },
    },
  }
}
