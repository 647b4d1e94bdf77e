import { kernel, type Mutant } from '../mutant.fixture.ts'

/** What is placed ahead on which slot, and who takes it. */
export const STEALING: readonly Mutant[] = [
  {
    name: 'steal-without-removal',
    number: 50,
    defect: 'A task that was stolen stays in front of the slot it was placed on.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'takeFromPlace(state, task)\n  task.epoch = fact.epoch',
        "if (!fact.rule.endsWith('/steal')) takeFromPlace(state, task)\n  task.epoch = fact.epoch",
      ),
      kernel(
        'state/transitions.ts',
        "'attempt.started': 'assigned',",
        "'attempt.started': 'assigned', 'task.assigned': 'assigned',",
      ),
    ],
    killers: ['S2'],
    stage: 'stealing',
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
      const { state } = emitter.kernel
      const thief = [...state.slots.values()].find((slot) => slot.task < 0 && !slot.left)
      const prey = state.tasks.find((task) => task.live?.started === true && task.epoch === 1)
      if (thief === undefined || prey === undefined) return
      emitter.emit({ type: 'task.placed', task: prey.spec.id, slot: thief.slot, ahead: 2, steal: true })
      return
    }`,
      ),
      kernel(
        'state/transitions.ts',
        "'attempt.started': 'assigned',",
        "'attempt.started': 'assigned', 'task.placed': 'assigned',",
      ),
      kernel('state/task-moves.ts', 'if (task.epoch > 0 && !task.retryDecided) illegal', 'if (task.epoch < 0) illegal'),
    ],
    killers: ['S21'],
    stage: 'stealing',
  },
  {
    name: 'tasks-bounce',
    number: 53,
    defect: 'An idle slot hands a task to the next one instead of doing it.',
    edits: [
      kernel(
        'decide/drain.ts',
        'const funded = fund(emitter.kernel, match)',
        `const { state } = emitter.kernel
      const thief = [...state.slots.values()].find((slot) => slot.task < 0 && !slot.left && slot.assignments > 0)
      if (thief !== undefined && task.epoch === 0) {
        emitter.emit({ type: 'task.placed', task: task.spec.id, slot: thief.slot, ahead: 2, steal: true })
        state.readied.push(task.index, task.readySeq)
        return
      }
      const funded = fund(emitter.kernel, match)`,
      ),
      kernel(
        'state/transitions.ts',
        "'task.amended': 'ready',\n    'task.placed': 'placed',",
        "'task.amended': 'ready',\n    'task.placed': 'ready',",
      ),
    ],
    killers: ['S20', 'S21', 'L1', 'L2', 'L6'],
    stage: 'modest',
  },
  {
    name: 'idle-beside-placed',
    defect: 'A slot without work leaves alone what is placed on others.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (!this.strategy.dispatch.steal) return undefined',
        'if (this.strategy.dispatch.ahead >= 0) return undefined',
      ),
    ],
    killers: ['Q1'],
    stage: 'stealing',
  },
  {
    name: 'stolen-though-forbidden',
    defect: 'Idle slots steal under a strategy that keeps tasks where they were placed.',
    edits: [kernel('dispatch/dispatch-index.ts', 'if (!this.strategy.dispatch.steal) return undefined', '')],
    killers: ['S21'],
    stage: 'keeping',
  },
  {
    name: 'steal-unnamed',
    defect: 'The log does not say that a task was stolen.',
    edits: [
      kernel('dispatch/dispatch-index.ts', 'this.stealRule = `${this.rule}/steal`', 'this.stealRule = this.rule'),
    ],
    killers: ['S21'],
    stage: 'stealing',
  },
  {
    name: 'stolen-before-own',
    defect: 'A slot that has become free takes from others before it does what was placed on it.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'return own === undefined ? this.theft() : this.ownMatch(own)',
        'return this.theft() ?? (own === undefined ? undefined : this.ownMatch(own))',
      ),
    ],
    killers: ['Q6'],
    stage: 'stealing',
  },
  {
    name: 'placed-beyond-the-bound',
    defect: 'One task more than the strategy says is placed on a slot.',
    edits: [
      kernel('dispatch/placed-tasks.ts', 'left || placed.size >= this.ahead', 'left || placed.size > this.ahead'),
    ],
    killers: ['S20'],
    stage: 'stealing',
  },
  {
    name: 'bound-to-a-slot-and-a-resource',
    defect: 'What needs a resource is placed ahead, where it keeps others from the slot.',
    edits: [kernel('dispatch/lane.ts', 'if (uses !== undefined || excludes !== undefined) return false', '')],
    killers: ['S20'],
    stage: 'stealing',
  },
  {
    name: 'placed-forgotten-with-its-slot',
    defect: 'What was placed on a slot that leaves is not given back.',
    edits: [kernel('state/evolve.ts', 'giveBackOf(state, slot)', '')],
    killers: ['S21', 'Q6'],
    stage: 'stealing',
  },
]
