import { differential, noOpFaults, orderInsensitivity, resumeEquivalence, scale, type Finding } from '@bosun/invariants'
import type { Fact } from '@bosun/core'
import type { Choices } from '../choices/choices.ts'
import type { Label } from '../choices/labels.ts'
import { NthFaultChoices } from '../choices/nth-fault-choices.ts'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import { CalmChoices } from './calm-choices.ts'

/** Of how many schedules one is compared with a plainer one. */
const SHARE = 0.02
/** The manager dies at one of the first so many places. */
const CRASH_PLACES = 30
/** The shadow begins after one of the first so many inputs. */
const SHADOW_PLACES = 40

const ORDER: ReadonlySet<Label> = new Set([
  'order.next',
  'net.delay',
  'net.again',
  'store.delay',
  'manager.down',
] as const)
const ORDER_AND_SLOTS: ReadonlySet<Label> = new Set([
  ...ORDER,
  'workers.slots',
  'workers.cap',
  'config.slots',
  'work.duration',
  'work.model',
  'work.progress',
] as const)
/** The order is chosen by the clock, and the start rate counts in real seconds. */
const ORDER_AND_RATE: ReadonlySet<Label> = new Set([...ORDER, 'config.rate'] as const)
const CRASHES: readonly FaultKind[] = ['manager-crash', 'crash-before-effect', 'crash-after-effect', 'tail-torn']
const DUPLICATES: ReadonlySet<FaultKind> = new Set(['result-duplicated', 'assign-duplicated'] as const)

/** Two runs that must come to the same, and who judges that. */
export interface CrossRunPlan {
  readonly id: 'R4' | 'D2' | 'D3' | 'D4' | 'DIFF'
  /** The run with what must not matter. */
  readonly disturbed: Choices
  /** The same run without it. */
  readonly plain: Choices
  /** What all times of the plain run are multiplied by. */
  readonly timeScale: number
  readonly judge: (plain: readonly Fact[], disturbed: readonly Fact[]) => Finding | undefined
}

/** One run, whose journal is folded at its end and once on the way. */
export interface FoldPlan {
  readonly id: 'R2'
  /** After so many inputs a kernel is folded that decides beside the live one. */
  readonly shadowAfter: number
}

/**
 * Whether this schedule is compared with a plainer one, and with which: without the crash (R4),
 * without the duplicates (D3), in the plainest order (D2), on one slot (DIFF), in stretched time (D4).
 * Or with what folding its own journal gives, on the way and at the end (R2).
 *
 * It is a choice like any other, so a difference that is found replays and shrinks like any other.
 *
 * @param canStretch whether the subject knows no times of its own, as a manager that sets wakes does
 */
export function crossRunPlan(choices: Choices, canStretch: boolean): CrossRunPlan | FoldPlan | undefined {
  if (!choices.chance('cross', SHARE)) return undefined
  const kind = choices.pick('cross', 6, 1)
  switch (kind === 4 && !canStretch ? 0 : kind) {
    case 1: {
      const plain = new CalmChoices(choices)
      const crash = CRASHES[choices.pick('cross', CRASHES.length, 2)] as FaultKind
      const disturbed = new NthFaultChoices(plain, crash, 1 + choices.pick('cross', CRASH_PLACES, 3))
      return plan('R4', disturbed, plain, resumeEquivalence.judge)
    }
    case 2:
      return plan('D3', new CalmChoices(choices, { faults: DUPLICATES }), new CalmChoices(choices), noOpFaults.judge)
    case 3: {
      const without = ORDER_AND_SLOTS
      return plan('DIFF', new CalmChoices(choices), new CalmChoices(choices, { without }), differential.judge)
    }
    case 4: {
      const factor = 2 + choices.pick('cross', 9, 4)
      const calm = new CalmChoices(choices, { without: ORDER_AND_RATE })
      const judge = (stretched: readonly Fact[], run: readonly Fact[]) => scale.judge(run, stretched, { factor })
      return { ...plan('D4', calm, calm, judge), timeScale: factor }
    }
    case 5:
      return { id: 'R2', shadowAfter: choices.pick('cross', SHADOW_PLACES, 5) }
    default:
      return plan(
        'D2',
        new CalmChoices(choices),
        new CalmChoices(choices, { without: ORDER }),
        orderInsensitivity.judge,
      )
  }
}

// ---------------------------------------------------------------------------------------------

function plan(id: CrossRunPlan['id'], disturbed: Choices, plain: Choices, judge: CrossRunPlan['judge']): CrossRunPlan {
  return { id, disturbed, plain, judge, timeScale: 1 }
}
