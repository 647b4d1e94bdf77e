/**
 * What a simulated world knows and the manager does not: the truth beside the log. Invariants that
 * need it (write-ahead, one manager, cancel reaches the worker) take it by `onWorld`; a journal has
 * none of it, so there they are reported as not judged.
 *
 * `at` is true time in ms, which a skewed actor's own clock does not show.
 */
export type WorldEvent =
  /** All facts up to `seq` are safe in the store. */
  | { readonly type: 'world.durable'; readonly at: number; readonly seq: number; readonly managerEpoch: number }
  /** The manager acted on the fact `seq`: its effect left the process. */
  | {
      readonly type: 'world.sent'
      readonly at: number
      readonly effect: 'assign' | 'stop' | 'answer' | 'publish' | 'plan' | 'end'
      readonly seq: number
      readonly managerEpoch: number
      readonly task?: string
      readonly epoch?: number
    }
  /** Somebody was told that the fact `seq` is recorded. */
  | { readonly type: 'world.acknowledged'; readonly at: number; readonly seq: number; readonly managerEpoch: number }
  /** The code of an attempt began to run on a slot, with these results of its dependencies. */
  | {
      readonly type: 'world.working'
      readonly at: number
      readonly slot: string
      readonly task: string
      readonly epoch: number
      readonly inputs?: Readonly<Record<string, unknown>>
    }
  /** The code of an attempt no longer runs. */
  | {
      readonly type: 'world.rested'
      readonly at: number
      readonly slot: string
      readonly task: string
      readonly epoch: number
      readonly how: 'finished' | 'threw' | 'stopped' | 'died'
    }
  /** An attempt used up tokens or money, whether or not anybody will hear of it. */
  | {
      readonly type: 'world.spent'
      readonly at: number
      readonly task: string
      readonly epoch: number
      readonly tokens: number
      readonly costMicros: number
    }
  /** A report arrived in the manager's process; what it decides on it follows as facts. */
  | {
      readonly type: 'world.delivered'
      readonly at: number
      readonly report: string
      readonly task: string
      readonly epoch: number
    }
  /** A message between manager and slots was lost, repeated, held back or damaged. */
  | {
      readonly type: 'world.network'
      readonly at: number
      readonly what: string
      readonly task: string
      readonly epoch: number
    }
  /** The manager's process, or a slot, is gone; what it had not stored never was. */
  | { readonly type: 'world.died'; readonly at: number; readonly actor: string }
  /** A manager's process has taken the run over, or a slot is back. */
  | { readonly type: 'world.rose'; readonly at: number; readonly actor: string; readonly managerEpoch: number }
  /** A fault of the catalogue was injected. */
  | { readonly type: 'world.fault'; readonly at: number; readonly kind: string; readonly on: string }
  /** The faults are over and what they left is healed: from here on things must go forward. */
  | { readonly type: 'world.calm'; readonly at: number }
  /** Nothing is left that could happen, although the run has not ended; or it goes on without an end. */
  | { readonly type: 'world.stuck'; readonly at: number; readonly why: 'silent' | 'endless' }

export type WorldEventType = WorldEvent['type']
