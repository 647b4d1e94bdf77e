import { kernel, type Mutant } from '../mutant.fixture.ts'

/** What waits for what, and what follows from a failure. */
export const GRAPH: readonly Mutant[] = [
  {
    name: 'any-dependency',
    number: 14,
    defect: 'A task is ready as soon as one of its dependencies has succeeded.',
    edits: [kernel('state/evolve.ts', 'if (left > 0) continue', '')],
    killers: ['S1'],
  },
  {
    name: 'started-is-done',
    number: 15,
    defect: 'A dependency that has started counts as one that has succeeded.',
    edits: [
      kernel(
        'state/evolve.ts',
        'live.started = true',
        `live.started = true
    const from = state.taskById.get(fact.task)?.index ?? 0
    for (let arrow = state.arrows.first(from); arrow >= 0; arrow = state.arrows.next(arrow)) {
      const dependant = state.tasks[state.arrows.target(arrow)] as TaskRecord
      if (state.pending[dependant.index] === 1 && dependant.status === 'waiting') makeReady(state, dependant, fact)
    }`,
      ),
    ],
    killers: ['S1'],
  },
  {
    name: 'dependants-never-skipped',
    number: 17,
    defect: 'What depends on a failed task waits for ever.',
    edits: [kernel('state/task-moves.ts', "if (outcome !== 'succeeded') state.doomed.push(task.index)", '')],
    killers: ['S11', 'L1', 'L6'],
  },
  {
    name: 'late-dependant-never-skipped',
    defect: 'A task that is added behind a failed one waits for ever.',
    edits: [kernel('state/task-moves.ts', 'if (isOutcome(dependency.status)) state.lateDoomed.push(task.index)', '')],
    killers: ['S11', 'L1'],
  },
  {
    name: 'skipped-before-final',
    number: 18,
    defect: 'Dependants are skipped while another attempt of the failed task is still to come.',
    edits: [
      kernel(
        'state/evolve.ts',
        'task.retries = fact.retry',
        'task.retries = fact.retry\n    state.doomed.push(task.index)',
      ),
    ],
    killers: ['S11'],
  },
  {
    name: 'child-outside-join',
    number: 20,
    defect: 'The manager is told that all is settled while tasks that were found on the way still run.',
    edits: [
      kernel(
        'state/kernel-state.ts',
        'return this.total - succeeded - failed - lost - cancelled - skipped',
        `const open = this.total - succeeded - failed - lost - cancelled - skipped
    return open === 0 ? 0 : this.tasks.filter((task) => task.parent === undefined && !(task.status in this.counts)).length`,
      ),
    ],
    killers: ['S9', 'S16'],
    stage: 'search',
  },
  {
    name: 'cycle-accepted',
    number: 21,
    defect: 'A patch whose tasks wait for each other is accepted.',
    edits: [
      kernel(
        'graph/check-patch.ts',
        "throw new BosunError('TASK_CYCLE', { at: cycle.join(' → ') })",
        'return cycle.length > 0 ? tasks : ordered',
      ),
      kernel(
        'state/task-moves.ts',
        'if (dependency === undefined) return illegal(fact, \'a dependency that was added before\', `"${id}"`)',
        `if (dependency === undefined) {
      state.pending[task.index] = (state.pending[task.index] as number) + 1
      continue
    }`,
      ),
    ],
    killers: ['S17', 'L1'],
  },
  {
    name: 'id-taken-over',
    number: 22,
    defect: 'A task that is submitted again with another specification takes the place of the first.',
    edits: [
      kernel(
        'graph/check-patch.ts',
        'if (known === undefined) this.fresh.push(position)',
        'if (known === undefined || canonicalJson(known.spec) !== canonicalJson(task)) this.fresh.push(position)',
      ),
      kernel(
        'state/task-moves.ts',
        'if (state.taskById.size === state.tasks.length) illegal(fact, \'a new task\', `"${spec.id}"`)',
        '',
      ),
    ],
    killers: ['S15'],
  },
  {
    name: 'same-task-added-twice',
    defect: 'A task that is submitted again as it was is added a second time.',
    edits: [
      kernel(
        'graph/check-patch.ts',
        'if (known === undefined) this.fresh.push(position)',
        'if (known === undefined || canonicalJson(known.spec) === canonicalJson(task)) this.fresh.push(position)',
      ),
      kernel(
        'state/task-moves.ts',
        'if (state.taskById.size === state.tasks.length) illegal(fact, \'a new task\', `"${spec.id}"`)',
        '',
      ),
    ],
    killers: ['S15'],
  },
  {
    name: 'dependant-forgotten',
    defect: 'A task whose last dependency succeeds becomes ready, and nobody is told.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'task.readySeq = fact.seq\n  state.readied.push(task.index, fact.seq)',
        "task.readySeq = fact.seq\n  if (fact.type !== 'task.succeeded') state.readied.push(task.index, fact.seq)",
      ),
    ],
    killers: ['Q1', 'L1', 'L6'],
  },
  {
    name: 'depth-uncapped',
    defect: 'Tasks are found deeper than the run allows.',
    edits: [kernel('decide/manager-inputs.ts', 'if (depth > depthMax)', 'if (depth > depthMax + 1)')],
    killers: ['S17'],
  },
  {
    name: 'fan-out-uncapped',
    defect: 'A task may lead to more tasks than the run allows.',
    edits: [kernel('decide/manager-inputs.ts', 'children + count > fanOutMax', 'count > fanOutMax')],
    killers: ['S17'],
  },
  {
    name: 'total-uncapped',
    defect: 'The cap on tasks is checked against what was there before the patch.',
    edits: [
      kernel('decide/manager-inputs.ts', 'if (state.total + count > tasksMax) {', 'if (state.total > tasksMax) {'),
    ],
    killers: ['S17'],
  },
]
