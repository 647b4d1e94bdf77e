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
    name: 'steal-without-removal',
    number: 50,
    defect: 'A task that a slot takes from the queue stays in the queue for the next one.',
    edits: [
      kernel(
        'decide/drain.ts',
        'timers.dropVoid()',
        'timers.dropVoid()\n  if (task.epoch === 1) state.readied.push(task.index, task.readySeq)',
      ),
      kernel(
        'dispatch/dispatch-index.ts',
        "return task.status === 'ready' ||",
        "return task.status === 'ready' || (task.status === 'assigned' && task.epoch === 1) ||",
      ),
      kernel(
        'state/transitions.ts',
        "'attempt.started': 'assigned',",
        "'attempt.started': 'assigned', 'task.assigned': 'assigned',",
      ),
    ],
    killers: ['S2'],
  },
  {
    name: 'started-task-stolen',
    number: 51,
    defect: 'An idle slot takes over a task on which another is at work.',
    edits: [
      kernel(
        'decide/drain.ts',
        'if (match === undefined) return',
        `if (match === undefined) {
      const thief = [...state.slots.values()].find((slot) => slot.task < 0 && !slot.left)
      const prey = state.tasks.find((task) => task.live?.started === true && task.epoch === 1)
      if (thief !== undefined && prey !== undefined) emitter.emit({ type: 'task.placed', task: prey.spec.id, slot: thief.slot })
      return
    }`,
      ),
      kernel(
        'state/transitions.ts',
        "'attempt.started': 'assigned',",
        "'attempt.started': 'assigned', 'task.placed': 'assigned',",
      ),
    ],
    killers: ['S21'],
  },
  {
    name: 'tasks-bounce',
    number: 53,
    defect: 'Idle slots hand a task to each other instead of doing it.',
    edits: [
      kernel(
        'decide/drain.ts',
        'const funded = fund(emitter.kernel, match)',
        `const thief = [...state.slots.values()].find((slot) => slot.task < 0 && !slot.left && slot.assignments > 0)
      if (thief !== undefined && task.epoch === 0) {
        emitter.emit({ type: 'task.placed', task: task.spec.id, slot: thief.slot })
        state.readied.push(task.index, task.readySeq)
        return
      }
      const funded = fund(emitter.kernel, match)`,
      ),
      kernel('state/transitions.ts', "'task.amended': 'ready',", "'task.amended': 'ready', 'task.placed': 'ready',"),
    ],
    killers: ['L1', 'L2', 'L6'],
    stage: 'modest',
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
        'if (emitter.at < since + state.config.limits.planTimeoutMs) continue',
        'if (emitter.at > since) continue',
      ),
    ],
    killers: ['L1', 'L2'],
  },
]
