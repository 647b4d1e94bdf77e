import type { Strategy } from '@bosun/core'
import { criticalPath, exponentialBackoff, fifo, firstFit, leastLoaded, priority, threeClocks } from '@bosun/kernel'
import { Faulted } from '../world/broken.ts'

/** Policies that are known to answer as they should; they are asked directly. */
const KNOWN = new Set<unknown>([fifo, priority, criticalPath, firstFit, leastLoaded, exponentialBackoff, threeClocks])

/**
 * A strategy whose answers are looked at. The kernel makes the best of a nonsensical answer, so that
 * a run goes on; under check it ends the schedule and names the policy.
 */
export function checkedStrategy(strategy: Strategy): Strategy {
  const { name } = strategy
  const refuse = (policy: string, expected: string, received: unknown): never => {
    const message = `the strategy "${name}" answered ${show(received)} to ${policy}; expected ${expected}`
    throw new Faulted({ code: 'SUBJECT_NONSENSE', message })
  }
  const { order, placement, retry, admission, liveness } = strategy
  const { choose } = placement
  return {
    ...strategy,
    order: known(order) ?? {
      ...order,
      key(task, view) {
        const key = order.key(task, view)
        // Infinity is a place in the order, the last or the first; no number is none.
        return typeof key === 'number' && !Number.isNaN(key)
          ? key
          : refuse(`order.key of ${task.spec.id}`, 'a number', key)
      },
    },
    placement:
      known(placement) ??
      (choose === undefined
        ? placement
        : {
            ...placement,
            choose(task, slots, view) {
              const index = choose.call(placement, task, slots, view)
              return slots[index] === undefined
                ? refuse(`placement.choose of ${task.spec.id}`, `a whole number from 0 to ${slots.length - 1}`, index)
                : index
            },
          }),
    retry: known(retry) ?? {
      next(count, error, view, random) {
        const delayMs = retry.next(count, error, view, random)
        const isDelay = delayMs === undefined || (Number.isFinite(delayMs) && delayMs >= 0)
        return isDelay ? delayMs : refuse('retry.next', 'a number of ms, or undefined for no further attempt', delayMs)
      },
    },
    admission: {
      admit(view) {
        const admits = admission.admit(view)
        return typeof admits === 'boolean' ? admits : refuse('admission.admit', 'true or false', admits)
      },
    },
    liveness: known(liveness) ?? {
      judge(clocks, view) {
        const judged = liveness.judge(clocks, view)
        const isJudgement = judged === 'alive' || judged === 'suspect' || judged === 'lost'
        return isJudgement ? judged : refuse('liveness.judge', '"alive", "suspect" or "lost"', judged)
      },
    },
  }
}

function known<P>(policy: P): P | undefined {
  return KNOWN.has(policy) ? policy : undefined
}

function show(value: unknown): string {
  if (value instanceof Promise) return 'a promise'
  return typeof value === 'object' || typeof value === 'string' ? (JSON.stringify(value) ?? 'nothing') : String(value)
}
