import { kernel, type Mutant } from '../mutant.fixture.ts'

/** The lease is optional from here on: whoever had none is let through. */
const RELEASE_WITHOUT_LEASE = kernel(
  'state/task-moves.ts',
  'if (live === undefined || live.epoch !== fact.epoch) return illegal',
  `if (live === undefined) return task
  if (live.epoch !== fact.epoch) return illegal`,
)

/** Who may report, and until when. */
export const OWNERSHIP: readonly Mutant[] = [
  {
    name: 'no-fence',
    number: 1,
    defect: 'A report counts whatever its epoch, as long as some attempt of the task is live.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'task.live === undefined || task.live.epoch !== epoch ||',
        'task.live === undefined ||',
      ),
      kernel('state/task-moves.ts', 'live === undefined || live.epoch !== fact.epoch', 'live === undefined'),
      kernel(
        'state/task-moves.ts',
        'live !== undefined && live.epoch === fact.epoch ? live',
        'live !== undefined ? live',
      ),
    ],
    killers: ['S3'],
  },
  {
    name: 'late-after-expiry',
    number: 2,
    defect: 'The result of an expired attempt is accepted while the task waits for its next one.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        '} else if (task.live === undefined ||',
        `} else if (input.type === 'result' && task.status === 'retrying') {
    succeed(emitter, task, input)
  } else if (task.live === undefined ||`,
      ),
      kernel(
        'state/transitions.ts',
        "'task.retried': 'retrying',\n    'task.yielded'",
        "'task.retried': 'retrying', 'attempt.succeeded': 'publishing',\n    'task.yielded'",
      ),
      RELEASE_WITHOUT_LEASE,
    ],
    killers: ['S2', 'S3', 'S7'],
  },
  {
    name: 'duplicate-accepted',
    number: 3,
    defect: 'A result that arrives a second time is accepted a second time.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        '} else if (task.live === undefined ||',
        `} else if (input.type === 'result' && task.status === 'succeeded' && emitter.kernel.state.ended === undefined) {
    succeed(emitter, task, input)
  } else if (task.live === undefined ||`,
      ),
      kernel('state/transitions.ts', 'succeeded: {},', "succeeded: { 'attempt.succeeded': 'publishing' },"),
      RELEASE_WITHOUT_LEASE,
    ],
    killers: ['S2', 'S3', 'S7'],
  },
  {
    name: 'beat-unfenced',
    number: 4,
    defect: 'A beat of an older attempt extends the lease of the live one.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'task.live.epoch !== epoch ||',
        "(task.live.epoch !== epoch && input.type !== 'beat') ||",
      ),
      kernel('state/evolve.ts', 'live === undefined || live.epoch !== fact.epoch', 'live === undefined'),
    ],
    killers: ['S3', 'S13', 'L4'],
  },
  {
    name: 'beat-credited',
    defect: 'A beat of an older attempt is written down as one of the live attempt.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'task.live.epoch !== epoch ||',
        "(task.live.epoch !== epoch && input.type !== 'beat') ||",
      ),
      kernel(
        'decide/attempt-inputs.ts',
        "emitter.emitVolatile({ type: 'attempt.beat', task: id, epoch })",
        "emitter.emitVolatile({ type: 'attempt.beat', task: id, epoch: task.epoch })",
      ),
    ],
    killers: ['L4'],
  },
  {
    name: 'epoch-not-raised',
    number: 5,
    defect: 'A retry runs under the epoch of the attempt before.',
    edits: [
      kernel('decide/drain.ts', 'epoch: task.epoch + 1,', 'epoch: Math.max(1, task.epoch),'),
      kernel(
        'state/task-moves.ts',
        'if (fact.epoch !== task.epoch + 1) illegal',
        'if (fact.epoch < task.epoch) illegal',
      ),
    ],
    killers: ['S3'],
  },
  {
    name: 'clock-of-the-worker',
    number: 7,
    defect: 'A beat counts from what the clock of its host says, which runs slow.',
    edits: [
      kernel(
        'state/evolve.ts',
        '  live.lastBeat = fact.at\n  if',
        '  live.lastBeat = live.assignedAt + Math.floor((fact.at - live.assignedAt) / 1.6)\n  if',
      ),
    ],
    killers: ['S13'],
  },
  {
    name: 'one-missed-all-lost',
    number: 9,
    defect: 'When one attempt misses its beats, every live attempt is declared lost.',
    edits: [
      kernel(
        'decide/run-inputs.ts',
        'for (const task of timers.takeDue(emitter.at)) judge(emitter, task)',
        `const due = timers.takeDue(emitter.at)
  const missed = due.some((task) => task.live !== undefined && emitter.at - task.live.lastBeat >= state.config.lease.leaseMs)
  for (const slot of missed ? state.slots.values() : []) {
    const task = slot.task < 0 ? undefined : state.tasks[slot.task]
    const error = { code: 'BEAT_MISSED', message: 'A sweep without beats.' } as const
    if (task?.live !== undefined) loseAttempt(emitter, task, error, 'beat')
  }
  for (const task of due) judge(emitter, task)`,
      ),
    ],
    killers: ['S13'],
  },
  {
    name: 'check-then-claim',
    number: 11,
    defect: 'Two tasks claim a free slot that both saw before either took it.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (slot.task === -1 && !slot.left) return true',
        'if (slot.assignments % 2 === 1 ? !slot.left : slot.task === -1 && !slot.left) return true',
      ),
      kernel(
        'dispatch/dispatch-index.ts',
        'return worker.slots[this.freeOf(worker).take()] as SlotRecord',
        `const ordinal = this.freeOf(worker).take()
      const slot = worker.slots[ordinal] as SlotRecord
      if (slot.assignments % 2 === 0) this.freeOf(worker).add(ordinal)
      return slot`,
      ),
      kernel(
        'state/task-moves.ts',
        'slot === undefined || slot.task !== -1 || slot.left',
        'slot === undefined || slot.left',
      ),
    ],
    killers: ['S6', 'S2'],
  },
  {
    name: 'timer-outlives-attempt',
    number: 12,
    defect: 'The timer of an attempt that is over runs on and expires the next holder of the lease.',
    edits: [
      kernel(
        'dispatch/lease-timers.ts',
        'live !== undefined && live.epoch === this.heap.topTie',
        'live !== undefined && (live.epoch === this.heap.topTie || !live.started)',
      ),
      kernel(
        'dispatch/lease-timers.ts',
        'this.dropVoid()) due.push(this.heap.pop())',
        `this.dropVoid()) {
      const live = this.state.tasks[this.heap.top]?.live
      if (live !== undefined && live.epoch !== this.heap.topTie) live.lastBeat = this.heap.topKey - this.state.config.lease.leaseMs
      due.push(this.heap.pop())
    }`,
      ),
    ],
    killers: ['S13'],
  },
  {
    name: 'deadline-from-enqueue',
    number: 13,
    defect: 'The lease counts from the time when the task became ready instead of from its assignment.',
    edits: [
      kernel('decide/drain.ts', 'deadline: emitter.at + state', 'deadline: task.readyAt + state'),
      kernel('state/task-moves.ts', 'lastBeat: fact.at,', 'lastBeat: task.readyAt,'),
    ],
    killers: ['S13', 'D4'],
  },
  {
    name: 'beats-do-not-extend',
    defect: 'A lease runs out although its holder beats.',
    edits: [kernel('state/evolve.ts', '  live.lastBeat = fact.at\n  if', '  if')],
    killers: ['S13'],
  },
  {
    name: 'zombie-lives-on',
    defect: 'An attempt that hangs and beats is never ended by its time limit.',
    edits: [
      kernel(
        'decide/run-inputs.ts',
        'if (workedMs(live, at) >= timeoutMs) {',
        'if (workedMs(live, at) >= timeoutMs * 1_000) {',
      ),
    ],
    killers: ['L1', 'L2'],
  },
  {
    name: 'dead-holder-kept',
    defect: 'An attempt on a slot that left keeps its lease.',
    edits: [kernel('decide/run-inputs.ts', "loseAttempt(emitter, task, error, 'drain')", 'void error')],
    killers: ['L5'],
  },
]
