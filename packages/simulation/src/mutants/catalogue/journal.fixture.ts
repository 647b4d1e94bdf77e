import { kernel, world, type Mutant } from '../mutant.fixture.ts'

/** What survives the death of the manager's process. */
export const JOURNAL: readonly Mutant[] = [
  {
    name: 'acknowledged-before-stored',
    number: 66,
    defect: 'A person is told that a command is recorded before it is.',
    edits: [
      world(
        'world/manager-process.ts',
        'if (isCommand) this.#pendingCommands += 1',
        `const { world } = this.#around
    if (isCommand) {
      world.observe({ type: 'world.acknowledged', at: world.now, seq: kernel.state.seq, managerEpoch: this.managerEpoch })
    }`,
      ),
    ],
    killers: ['R1'],
  },
  {
    name: 'sent-before-stored',
    number: 67,
    defect: 'An assignment leaves before its fact is in the journal.',
    edits: [
      world(
        'world/manager-process.ts',
        'const write = this.#writes++',
        `for (const fact of facts) for (const effect of effects(fact)) this.#perform(effect, fact.seq)
    const write = this.#writes++`,
      ),
    ],
    killers: ['R1'],
  },
  {
    name: 'recovery-drops-timers',
    number: 68,
    defect: 'A manager that takes over neither ends the attempts it finds nor watches their leases.',
    edits: [
      kernel('decide/manager-inputs.ts', "loseAttempt(emitter, task, error, 'restart')", 'void error'),
      kernel('kernel.ts', 'kernel.timers.rebuild()', ''),
    ],
    killers: ['L1', 'L4', 'L8'],
  },
  {
    name: 'recovery-requeues-live',
    number: 69,
    defect: 'A manager that takes over puts live attempts back into the queue without a new epoch.',
    edits: [
      kernel(
        'kernel.ts',
        'kernel.index.rebuild(kernel.state.at)',
        `for (const slot of kernel.state.slots.values()) {
    const task = kernel.state.tasks[slot.task]
    if (task === undefined) continue
    task.live = undefined
    task.status = 'ready'
    task.epoch -= 1
    slot.task = -1
    slot.worker.live -= 1
    kernel.state.live -= 1
  }
  kernel.index.rebuild(kernel.state.at)`,
      ),
    ],
    killers: ['S2', 'S6'],
  },
  {
    name: 'recovery-resets-spending',
    number: 70,
    defect: 'A manager that takes over begins with nothing spent.',
    edits: [
      kernel(
        'kernel.ts',
        'kernel.state.doomed.length = 0',
        'kernel.state.spentTokens = 0\n  kernel.state.doomed.length = 0',
      ),
    ],
    killers: ['S5', 'R4'],
  },
  {
    name: 'recovery-resets-retries',
    defect: 'A manager that takes over begins with no retries counted.',
    edits: [
      kernel(
        'kernel.ts',
        'kernel.state.doomed.length = 0',
        'for (const task of kernel.state.tasks) task.retries = 0\n  kernel.state.doomed.length = 0',
      ),
    ],
    killers: ['S12', 'R4'],
  },
  {
    name: 'recovery-repeats-done',
    number: 71,
    defect: 'A manager that takes over does the finished tasks again.',
    edits: [
      kernel(
        'kernel.ts',
        'kernel.index.rebuild(kernel.state.at)',
        `for (const task of kernel.state.tasks) {
    if (task.status !== 'succeeded') continue
    task.status = 'ready'
    kernel.state.counts.succeeded -= 1
  }
  kernel.index.rebuild(kernel.state.at)`,
      ),
    ],
    killers: ['S7', 'S8', 'R4'],
  },
  {
    name: 'torn-tail-taken',
    number: 72,
    defect: 'What is left of a write that was torn is taken for the whole of it.',
    edits: [
      world(
        'world/manager-process.ts',
        'this.managerEpoch)) {\n      this.die()',
        `this.managerEpoch)) {
      this.#around.store.append(this.managerEpoch, facts.slice(0, -1))
      this.die()`,
      ),
    ],
    killers: ['Q1', 'S5'],
  },
  {
    name: 'refused-write-ignored',
    defect: 'The manager goes on although the store refused its write.',
    edits: [
      world(
        'world/manager-process.ts',
        "if (store.append(managerEpoch, batch.facts) !== 'stored') return this.die()",
        'store.append(managerEpoch, batch.facts)',
      ),
      world(
        'world/manager-process.ts',
        "if (world.fault('store-refused', 'store', write, managerEpoch)) return this.die()",
        "if (world.fault('store-refused', 'store', write, managerEpoch)) return this.#carryOut(batch, false)",
      ),
    ],
    killers: ['R1', 'S9'],
  },
  {
    name: 'old-manager-writes',
    number: 74,
    defect: 'A manager that was taken for dead still writes after another has taken over.',
    edits: [world('world/store.ts', "if (managerEpoch !== this.#ownerEpoch) return 'fenced'", '')],
    killers: ['R3'],
  },
  {
    name: 'publication-not-redone',
    defect: 'A manager that takes over does not do again what its predecessor had begun.',
    edits: [world('world/simulated-world.ts', 'manager.redo()', '')],
    killers: ['L1', 'L8'],
  },
  {
    name: 'order-hangs-on-chance',
    number: 75,
    defect: 'Which slot takes a task hangs on something that is neither in the log nor in the choices.',
    edits: [
      kernel('dispatch/dispatch-index.ts', 'const NO_SKILLS', 'let turns = 0\nconst NO_SKILLS'),
      kernel(
        'dispatch/dispatch-index.ts',
        'return worker.slots[this.freeOf(worker).take()] as SlotRecord',
        `turns += 1
      const open = worker.slots.filter((slot) => slot.task === -1 && !slot.left)
      return open[turns % open.length] as SlotRecord`,
      ),
    ],
    killers: ['D1'],
  },
]
