import { kernel, managers, type Mutant } from '../mutant.fixture.ts'

/** Cancellation, streams and how results become one. */
export const CANCEL: readonly Mutant[] = [
  {
    name: 'result-after-cancel',
    number: 56,
    defect: 'A result that comes after its task was cancelled turns the task into a success.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        '} else if (task.live === undefined ||',
        `} else if (input.type === 'result' && task.status === 'cancelled' && emitter.kernel.state.ended === undefined) {
    succeed(emitter, task, input)
  } else if (task.live === undefined ||`,
      ),
      kernel('state/transitions.ts', 'cancelled: {},', "cancelled: { 'attempt.succeeded': 'publishing' },"),
      kernel(
        'state/task-moves.ts',
        'if (live === undefined || live.epoch !== fact.epoch) return illegal',
        `if (live === undefined) return task
  if (live.epoch !== fact.epoch) return illegal`,
      ),
    ],
    killers: ['S2', 'S3', 'S8'],
  },
  {
    name: 'stop-not-sent',
    number: 57,
    defect: 'An attempt whose task is cancelled is not told to stop.',
    edits: [kernel('effects.ts', "case 'attempt.lost':\n    case 'attempt.revoked':", "case 'attempt.lost':")],
    killers: ['L7'],
    stage: 'stop',
  },
  {
    name: 'retry-after-cancel',
    number: 59,
    defect: 'A task that is cancelled at work is tried again.',
    edits: [
      kernel(
        'decide/verdict.ts',
        'settleBudget(emitter, task, epoch, undefined)\n  }',
        `settleBudget(emitter, task, epoch, undefined)
    const error = { code: 'TASK_CANCELLED', message: reason } as const
    if (task.epoch === 1) return retryOrEnd(emitter, task, error, 'lost', false)
  }`,
      ),
    ],
    killers: ['S10', 'S8'],
    stage: 'stop',
  },
  {
    name: 'cancel-forgotten-on-resume',
    number: 60,
    defect: 'A manager that takes over no longer knows what had been cancelled.',
    edits: [
      kernel(
        'kernel.ts',
        'kernel.state.doomed.length = 0',
        `kernel.state.closed = false
  for (const task of kernel.state.tasks) task.closed = false
  kernel.state.doomed.length = 0`,
      ),
    ],
    killers: ['S10'],
    stage: 'meddle',
  },
  {
    name: 'cancel-not-transitive',
    defect: 'A cancelled subtree leaves out what was found on the way.',
    edits: [
      kernel('state/subtree.ts', 'for (const child of state.tasks[index]?.children ?? []) within.add(child)', ''),
    ],
    killers: ['S10'],
    stage: 'meddle',
  },
  {
    name: 'cancelled-scope-reopens',
    defect: 'Tasks are still added to a scope that was cancelled.',
    edits: [
      kernel(
        'decide/manager-inputs.ts',
        "if (kernel.state.closed || parent?.closed === true || parent?.status === 'cancelled') {",
        'if (kernel.state.closed) {',
      ),
    ],
    killers: ['S10'],
    stage: 'meddle',
  },
  {
    name: 'end-leaves-tasks',
    defect: 'A run that ends leaves its unfinished tasks as they are.',
    edits: [kernel('decide/end-run.ts', 'if (state.unresolved > 0) cancelAll', 'if (state.unresolved < 0) cancelAll')],
    killers: ['S5', 'S6', 'S8'],
  },
  {
    name: 'chunk-after-end',
    number: 61,
    defect: 'A part of the output that comes after the attempt has ended is taken.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        '} else if (task.live === undefined ||',
        `} else if (input.type === 'emitted' && emitter.kernel.state.ended === undefined) {
    emitter.emit({ type: 'attempt.emitted', task: id, epoch, value: input.value })
  } else if (task.live === undefined ||`,
      ),
      kernel(
        'state/evolve.ts',
        "const task = move(state, fact)\n    tell(state, 'emitted'",
        "const task = state.find(fact.task) ?? illegal(fact, 'a task', fact.task)\n    tell(state, 'emitted'",
      ),
    ],
    killers: ['S16', 'S3', 'S19'],
  },
  {
    name: 'settled-at-first-error',
    number: 63,
    defect: 'The manager is told that all is settled as soon as one task has failed.',
    edits: [
      kernel(
        'views/messages.ts',
        'return state.unresolved === 0 &&',
        'return (state.unresolved === 0 || state.counts.failed > 0) &&',
      ),
    ],
    killers: ['S9', 'S16'],
  },
  {
    name: 'folded-on-arrival',
    number: 64,
    defect: 'Results are folded in the order in which they arrive, although the order matters.',
    edits: [
      managers(
        'reducers/aggregate.ts',
        "if (this.#reducer.kind === 'ordered') known.held = result",
        "if (this.#reducer.kind !== 'ordered' && this.#byId) known.held = result",
      ),
    ],
    killers: ['D2', 'DIFF', 'R4'],
    stage: 'fan-out',
  },
  {
    name: 'outcome-folded-twice',
    defect: 'The outcome of a task is delivered to its manager twice.',
    edits: [
      kernel(
        'state/inbox.ts',
        'state.inboxHead += 1',
        "if (entry?.kind !== 'outcome' || entry.text === 'told') state.inboxHead += 1\n  else state.inbox[state.inboxHead] = { ...entry, text: 'told' }",
      ),
    ],
    killers: ['S19', 'S16'],
  },
  {
    name: 'successor-counted-twice',
    defect: 'A task that was tried again after its end is counted beside its successor.',
    edits: [kernel('state/task-moves.ts', 'state.counts[status] -= 1', 'state.superseded -= 1')],
    killers: ['S9'],
  },
  {
    name: 'adopted-under-latest-epoch',
    defect: 'A late result that was adopted is written down as that of the latest attempt.',
    edits: [
      kernel(
        'decide/adopt-result.ts',
        "emitter.emit({ type: 'task.succeeded', task: task.spec.id, epoch })",
        "emitter.emit({ type: 'task.succeeded', task: task.spec.id, epoch: task.epoch })",
      ),
    ],
    killers: ['S7'],
  },
  {
    name: 'ended-run-not-reopened',
    defect: 'Work is tried again in a run that has ended, without reopening it.',
    edits: [
      kernel(
        'decide/successors.ts',
        "if (state.ended !== undefined) emitter.emit({ type: 'run.reopened', by, reason })",
        '',
      ),
    ],
    killers: ['S8'],
  },
  {
    name: 'pause-counted-as-time',
    defect: 'The time that a run is paused counts as time of the run.',
    edits: [kernel('state/evolve.ts', 'state.pausedMs += fact.at - state.pausedAt', '')],
    killers: ['S13'],
  },
  {
    name: 'ended-while-paused',
    defect: 'A run is ended for its time while it is paused.',
    edits: [
      kernel(
        'state/wall-time.ts',
        'return paused ? Infinity : startedAt',
        'return paused && pausedMs < 0 ? Infinity : startedAt',
      ),
    ],
    killers: ['S13'],
  },
  {
    name: 'planner-quota-unheard',
    defect: 'A planner is refused for a spent quota, and the run goes on.',
    edits: [
      kernel(
        'decide/manager-inputs.ts',
        "emitter.emit({ type: 'plan.deferred', plan, error })\n  pauseForQuota(emitter, error)",
        "emitter.emit({ type: 'plan.deferred', plan, error })",
      ),
    ],
    killers: ['S12'],
  },
  {
    name: 'deferred-plan-forgotten',
    defect: 'A planner that was refused for a spent quota is not asked again when the run is resumed.',
    edits: [
      kernel(
        'decide/run-inputs.ts',
        'if (isDeferred) emitter.emit',
        'if (isDeferred && plan.length > 99) emitter.emit',
      ),
    ],
    killers: ['S12'],
  },
  {
    name: 'adopted-into-outcome',
    defect: 'A late result is adopted after the end of its task, whose outcome it changes.',
    edits: [
      kernel('decide/adopt-result.ts', 'const hasEnded = mayBeSucceeded(latest)', 'const hasEnded = false'),
      kernel('decide/adopt-result.ts', 'else if (!mayTake(latest)) return', ''),
      kernel('state/transitions.ts', '  lost: {},', "  lost: { 'result.adopted': 'publishing' },"),
    ],
    killers: ['S8'],
  },
  {
    name: 'adopted-from-stranger',
    defect: 'A successor gets the late result of some other task.',
    edits: [
      kernel(
        'decide/adopt-result.ts',
        'if (generations.has(result.task) && (wanted',
        'if (generations.size > 0 && (wanted',
      ),
    ],
    killers: ['S3'],
  },
  {
    name: 'adopted-without-name',
    defect: 'What a successor adopts is written down as if an attempt of its own had made it.',
    edits: [kernel('decide/adopt-result.ts', '...(of === task ? {} : { predecessor: of.spec.id }),', '')],
    killers: ['S3'],
  },
  {
    name: 'adopted-beside-attempt',
    defect: 'A successor gets a late result while an attempt of it is at work, which goes on.',
    edits: [
      kernel('decide/adopt-result.ts', 'if (task.live !== undefined) revoke', 'if (task.live === null) revoke'),
      kernel(
        'state/transitions.ts',
        "    'attempt.emitted': 'assigned',",
        "    'attempt.emitted': 'assigned',\n    'result.adopted': 'publishing',",
      ),
    ],
    killers: ['S8'],
  },
]
