import { kernel, type Mutant } from '../mutant.fixture.ts'

/** Which ready task goes to which free slot, and when. */
export const SCHEDULING: readonly Mutant[] = [
  {
    name: 'lost-wake-up',
    number: 43,
    defect: 'A slot whose attempt succeeds is not offered to what waits.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'if (!slot.left) state.freed.push(slot)',
        "if (!slot.left && fact.type !== 'attempt.succeeded') state.freed.push(slot)",
      ),
    ],
    killers: ['Q1'],
  },
  {
    name: 'backoff-never-ends',
    defect: 'Nobody looks when the backoff of a retry is over.',
    edits: [kernel('deadline.ts', 'earliest = earlier(earliest, index.nextRetryAt)', '')],
    killers: ['L1', 'Q1'],
  },
  {
    name: 'priority-inversion',
    number: 46,
    defect: 'A task that had to wait for others loses its priority.',
    edits: [
      kernel(
        'strategies/orders.ts',
        'key: (task) => -(task.spec.priority ?? 0)',
        'key: (task) => (task.spec.dependsOn === undefined ? -(task.spec.priority ?? 0) : 0)',
      ),
    ],
    killers: ['Q3'],
    stage: 'priority',
  },
  {
    name: 'newest-first',
    defect: 'Among equals the one that became ready last goes first, so that the first may wait for ever.',
    edits: [
      kernel(
        'strategies/orders.ts',
        "name: 'fifo', key: () => 0",
        "name: 'fifo', key: (task) => -(task as unknown as { readySeq: number }).readySeq",
      ),
    ],
    killers: ['Q2', 'L3'],
    stage: 'row',
  },
  {
    name: 'capped-type-blocks-others',
    defect: 'While tasks of one type have no free slot, those of another wait with them.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (this.firstFree(lane.workers) === undefined) continue',
        'if (this.firstFree(lane.workers) === undefined) return undefined',
      ),
    ],
    killers: ['Q1'],
  },
  {
    name: 'dead-slot-idle',
    number: 48,
    defect: 'A slot that left is still listed as free.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (slot.task === -1 && !slot.left) return true',
        'if (slot.task === -1) return true',
      ),
      kernel('state/task-moves.ts', 'slot.task !== -1 || slot.left)', 'slot.task !== -1)'),
    ],
    killers: ['S6'],
  },
  {
    name: 'busy-when-nothing-fits',
    number: 55,
    defect: 'While something is ready that fits nowhere, the clock is asked for again at once.',
    edits: [
      kernel(
        'deadline.ts',
        'if (state.live >= limits.slotsMax || !index.hasMatch) return earliest',
        'if (state.live >= limits.slotsMax || !index.hasMatch) return index.at',
      ),
    ],
    killers: ['L2', 'Q8'],
  },
  {
    name: 'planner-never-timed-out',
    defect: 'A planner that never answers is waited for without end.',
    edits: [
      kernel(
        'decide/run-inputs.ts',
        'if (isDeferred || emitter.at < since + state.config.limits.planTimeoutMs) continue',
        'if (isDeferred || emitter.at > since) continue',
      ),
    ],
    killers: ['L1', 'L2'],
  },
]
