/** One way in which the world misbehaves. */
export interface FaultEntry {
  /** The number in the catalogue of faults; one number may have several kinds. */
  readonly number: number
  readonly target: 'worker' | 'network' | 'store' | 'manager' | 'provider' | 'people' | 'planner' | 'clock'
  readonly sentence: string
  /** What ends it when the calm phase begins. */
  readonly heal: string
}

const fault = (number: number, target: FaultEntry['target'], sentence: string, heal = 'nothing is left to heal') =>
  ({ number, target, sentence, heal }) satisfies FaultEntry

/**
 * Every fault that the simulated world can inject, by name. `LEFT_OUT` says why the other numbers of
 * the catalogue are not among them.
 */
export const FAULT_CATALOGUE = {
  'crash-before-start': fault(1, 'worker', 'A host dies before the code of its attempt begins.', 'the slot comes back'),
  'crash-mid-work': fault(2, 'worker', 'A host dies in the middle of an attempt.', 'the slot comes back'),
  'crash-before-send': fault(3, 'worker', 'A host dies when the work is done and not reported.', 'the slot comes back'),
  'crash-after-send': fault(4, 'worker', 'A host dies just after it has reported.', 'the slot comes back'),
  'crash-and-restart': fault(5, 'worker', 'A host dies and is back at once under the same name.'),
  'hang-silent': fault(6, 'worker', 'An attempt hangs and its host no longer beats.', 'the lease runs out'),
  'hang-beating': fault(7, 'worker', 'An attempt hangs while its host beats on.', 'the time limit runs out'),
  slow: fault(8, 'worker', 'An attempt takes 2 to 1,000 times as long.', 'later attempts are not slowed'),
  'pause-and-wake': fault(9, 'worker', 'A host is frozen past its lease, then goes on with what it knew.'),
  'crash-loop': fault(10, 'worker', 'A slot kills whatever is assigned to it.', 'the slot works again'),
  'join-late': fault(11, 'worker', 'A slot joins only after a while.', 'it joins'),
  drain: fault(12, 'worker', 'A slot leaves while it works.', 'it joins again'),
  'result-duplicated': fault(14, 'network', 'A report arrives twice.'),
  'result-late': fault(15, 'network', 'A report arrives after the lease has run out.', 'it arrives'),
  'result-at-expiry': fault(16, 'network', 'A report arrives in the very ms in which the lease runs out.'),
  'result-reordered': fault(17, 'network', 'A report is overtaken by later ones.'),
  'result-lost': fault(18, 'network', 'A report is lost.', 'the lease runs out'),
  'assign-lost': fault(19, 'network', 'An assignment never reaches its slot.', 'the lease runs out'),
  'assign-duplicated': fault(20, 'network', 'An assignment arrives twice.'),
  'stop-lost': fault(21, 'network', 'The order to stop never arrives.', 'the attempt ends by itself'),
  'stop-early': fault(21, 'network', 'The order to stop overtakes the assignment.'),
  deaf: fault(22, 'network', 'A slot hears nothing, but is heard.', 'the network is whole again'),
  mute: fault(22, 'network', 'A slot hears, but is not heard.', 'the network is whole again'),
  partition: fault(23, 'network', 'A slot and the manager do not hear each other.', 'the network is whole again'),
  clog: fault(24, 'network', 'Reports of a slot are held back, then arrive at once.', 'they arrive'),
  'message-corrupted': fault(
    25,
    'network',
    'A report arrives damaged and is refused at the door.',
    'the lease runs out',
  ),
  'wrong-shape': fault(26, 'worker', 'A worker returns what its schema does not allow.'),
  threw: fault(27, 'worker', 'A worker throws.'),
  'settled-twice': fault(27, 'worker', 'A worker reports a result, then an error.'),
  'ignores-abort': fault(28, 'worker', 'A worker goes on although it was told to stop.', 'it ends by itself'),
  'streams-after-stop': fault(29, 'worker', 'A worker emits parts after it was told to stop.'),
  'partial-then-crash': fault(30, 'worker', 'A host dies after part of the output was emitted.', 'the slot comes back'),
  'usage-missing': fault(31, 'provider', 'The usage of an attempt is not reported.'),
  'usage-larger': fault(31, 'provider', 'An attempt uses more than it had reserved.'),
  'limits-changed': fault(32, 'people', 'A cap or budget is lowered, or raised, while the run goes on.'),
  'provider-busy': fault(33, 'provider', 'The provider says 429 and when to come back.', 'it answers'),
  'provider-down': fault(33, 'provider', 'The provider does not answer, and the attempt fails.', 'it answers'),
  'quota-spent': fault(33, 'provider', 'The provider refuses an attempt because the quota is spent.', 'it is resumed'),
  'manager-crash': fault(34, 'manager', 'The manager dies between two inputs.', 'another takes over'),
  'crash-before-effect': fault(
    35,
    'manager',
    'The manager dies after the fact and before its effect.',
    'another takes over',
  ),
  'crash-after-effect': fault(35, 'manager', 'The manager dies in the middle of the effects.', 'another takes over'),
  'crash-in-recovery': fault(36, 'manager', 'The manager dies while it recovers.', 'another takes over'),
  'two-managers': fault(37, 'manager', 'A frozen manager wakes after another has taken over.', 'it is fenced'),
  'clock-skew': fault(38, 'clock', 'The clock of a host runs slow or fast, or of the next manager, back or ahead.'),
  'timer-late': fault(39, 'clock', 'A timer of the manager fires late.', 'timers are punctual'),
  'timer-early': fault(39, 'clock', 'A timer of the manager fires early.', 'timers are punctual'),
  'store-refused': fault(40, 'store', 'The store refuses a write.', 'it writes'),
  'store-unknown': fault(40, 'store', 'The store writes and says that it did not.', 'it writes'),
  'store-slow': fault(40, 'store', 'The store takes long to write.', 'it writes at once'),
  'tail-torn': fault(
    41,
    'store',
    'The manager dies while the store writes: the last record is half there.',
    'it is dropped',
  ),
  'duplicate-submission': fault(42, 'people', 'The same tasks are delegated again.'),
  'spawn-storm': fault(43, 'worker', 'A worker reports findings without end.', 'the caps refuse them'),
  'spawn-nonsense': fault(43, 'worker', 'A finding leads to a cycle, an unknown dependency or another specification.'),
  'planner-failed': fault(44, 'planner', 'The planner fails, or returns a plan that is not valid.', 'it plans'),
  'planner-silent': fault(44, 'planner', 'The planner never answers.', 'its time limit runs out'),
  'manager-stalled': fault(46, 'manager', 'The process of the manager stands still, then everything arrives at once.'),
  cancelled: fault(32, 'people', 'A person cancels a task, a subtree or the run.'),
  paused: fault(32, 'people', 'A person pauses the run and resumes it later.', 'it is resumed'),
  steered: fault(32, 'people', 'A person steers the manager.'),
  'publish-failed': fault(40, 'store', 'The files of an accepted result cannot be published.'),
  waived: fault(32, 'people', 'A person waives tasks.'),
  retried: fault(32, 'people', 'A person has failed tasks tried again, also when the run has ended.'),
  adopted: fault(32, 'people', 'A person adopts results that came too late.'),
  'answered-late': fault(32, 'people', 'A person lets a question wait for a minute and more.'),
  'not-answered': fault(32, 'people', 'A person does not answer a question.', 'everything is answered'),
  'planner-quota': fault(33, 'planner', 'The provider refuses a planner because the quota is spent.', 'it is resumed'),
} as const satisfies Record<string, FaultEntry>

export type FaultKind = keyof typeof FAULT_CATALOGUE
export const FAULT_KINDS = Object.keys(FAULT_CATALOGUE) as readonly FaultKind[]

/** The numbers of the catalogue that are no fault of the world, and why. */
export const LEFT_OUT: Readonly<Record<number, string>> = {
  13: 'The skills of a worker are fixed by run.started; a slot whose worker changes is a slot that leaves and another that joins (12, 11).',
  45: 'Code that uses ambient time, chance or timers is not injected but caught: by the guards of the lanes.',
  47: 'A run handle with subscribers is part of the runtime and not of the simulated world; its specs show a slow and a throwing one.',
  48: 'One process holds one version of the facts; a journal of another version is refused at the door, which the specs of the journal show.',
}

/** What of the other numbers is not injected, and why. */
export const LEFT_OUT_IN_PART: Readonly<Record<number, string>> = {
  5: 'A restart under a new name is a slot that leaves and another that joins (12, 11).',
  23: 'One manager at a time owns a run, so there is no majority to be on the side of.',
  31: 'A cost that is reported late comes with a late result (15); a negative one does not pass the schema of a report.',
  38: 'The manager counts in monotonic time while it lives; its clock jumps, ahead or back, when another takes over.',
  39: 'A timer that is lost is one that is late for ever, which a manager that stands still has (46).',
  40: 'A write that is applied twice is refused by its expected number, and nothing is read while a manager lives, so no read is stale.',
  41: 'A store that loses what it has acknowledged breaks the promise that everything rests on; that a damaged middle or another order is refused, the specs of the journal show.',
  44: 'A planner that repeats itself is asked at most as often as the manager decides; a manager that loops is caught by L2.',
}
