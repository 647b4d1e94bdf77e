import { kernel, type Mutant } from '../mutant.fixture.ts'

/** Who may do what. */
export const ROLES: readonly Mutant[] = [
  {
    name: 'manager-works',
    number: 77,
    defect: 'The manager does a task itself when no worker is free.',
    edits: [
      kernel(
        'state/evolve.ts',
        'for (const entry of fact.workers) {',
        `const [first] = fact.workers
    if (first !== undefined) state.workers.set(fact.manager, { entry: { ...first, name: fact.manager }, live: 0, slots: [], isFrugal: false })
    for (const entry of fact.workers) {`,
      ),
      kernel(
        'decide/drain.ts',
        'if (match === undefined) return',
        `if (match === undefined) {
      const { state } = emitter.kernel
      if (index.oldestReady() === undefined || state.slots.has('manager/1')) return
      emitter.emit({ type: 'worker.joined', slot: 'manager/1', worker: state.manager })
      index.absorb(emitter.at)
      continue
    }`,
      ),
    ],
    killers: ['S18'],
  },
  {
    name: 'worker-delegates',
    number: 78,
    defect: 'What a worker finds becomes a task at once, without the manager.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        "emitter.emit({ type: 'task.discovered', task: id, epoch, item: input.item })\n      return",
        `emitter.emit({ type: 'task.discovered', task: id, epoch, item: input.item })
      if (!emitter.kernel.state.taskById.has(\`\${id}-found\`)) {
        const found = { id: \`\${id}-found\`, type: task.spec.type, body: null, purpose: 'found' }
        const by = workerOf(emitter, task.live?.slot ?? '')
        emitter.emit({ type: 'task.added', task: found, depth: task.depth + 1, parent: id, by: by as 'manager' })
      }
      return`,
      ),
    ],
    killers: ['S18'],
  },
  {
    name: 'amended-at-work',
    number: 80,
    defect: 'A task is amended while an attempt is at work on it.',
    edits: [
      kernel(
        'decide/manager-inputs.ts',
        'if (task.epoch > 0 || !UNTOUCHED.has(task.status))',
        "if (task.status in state.counts || task.status === 'publishing')",
      ),
      kernel(
        'state/transitions.ts',
        "'attempt.started': 'assigned',",
        "'attempt.started': 'assigned', 'task.amended': 'assigned',",
      ),
    ],
    killers: ['S15', 'S14'],
    stage: 'meddle',
  },
  {
    name: 'result-overwritten',
    defect: 'An error that comes after the accepted result replaces it, so that dependants see another.',
    edits: [
      kernel(
        'state/evolve.ts',
        "if (task !== undefined && fact.kind === 'result') {",
        "if (task !== undefined && fact.kind === 'error') task.result = fact.value\n    if (task !== undefined && fact.kind === 'result') {",
      ),
    ],
    killers: ['S14'],
  },
]
