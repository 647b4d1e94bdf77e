import { kernel, type Mutant } from '../mutant.fixture.ts'

/** Slots, rates, budgets and resources. */
export const CAPS: readonly Mutant[] = [
  {
    name: 'cap-off-by-one',
    number: 24,
    defect: 'One attempt more than the run allows is started.',
    edits: [kernel('decide/drain.ts', 'state.live < slotsMax &&', 'state.live <= slotsMax &&')],
    killers: ['S4'],
  },
  {
    name: 'cap-counts-started',
    number: 25,
    defect: 'The cap counts the attempts that have started instead of those that were assigned.',
    edits: [
      kernel(
        'decide/drain.ts',
        'state.live < slotsMax &&',
        'state.tasks.filter((task) => task.live?.started === true).length < slotsMax &&',
      ),
    ],
    killers: ['S4'],
  },
  {
    name: 'worker-cap-ignored',
    defect: 'The cap of a worker is not looked at.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'cap !== undefined && worker.live >= cap',
        'cap !== undefined && worker.live > cap',
      ),
    ],
    killers: ['S4'],
  },
  {
    name: 'rate-ignored',
    defect: 'The cap on starts per second is not looked at.',
    edits: [kernel('decide/drain.ts', '&& rateOpensAt(state, emitter.at) <= emitter.at &&', '&&')],
    killers: ['S4'],
  },
  {
    name: 'rate-count-never-falls',
    defect: 'The count of the start rate never falls, so that its window says nothing any more.',
    edits: [kernel('state/start-rate.ts', 'state.startsCount -= head.count', '')],
    killers: ['S4'],
  },
  {
    name: 'rate-never-opens',
    defect: 'Once the cap on starts per second is reached, it stays so.',
    edits: [
      kernel('decide/drain.ts', 'return start.at + RATE_WINDOW_MS', 'return start.at + RATE_WINDOW_MS * 1_000_000'),
    ],
    killers: ['L1'],
    stage: 'modest',
  },
  {
    name: 'retry-counts-itself',
    defect: 'A task that waits for its retry counts against the cap that its retry has to pass.',
    edits: [
      kernel(
        'decide/drain.ts',
        'state.live < slotsMax &&',
        "state.live + state.tasks.filter(({ status }) => status === 'retrying').length < slotsMax &&",
      ),
    ],
    killers: ['L1'],
    stage: 'modest',
  },
  {
    name: 'pause-ignored',
    defect: 'A paused run goes on assigning.',
    edits: [
      kernel(
        'decide/drain.ts',
        'if (state.ended !== undefined || state.paused) return',
        'if (state.ended !== undefined) return',
      ),
    ],
    killers: ['S4'],
  },
  {
    name: 'resume-forgotten',
    defect: 'A run that was paused stays so although it was resumed.',
    edits: [kernel('state/evolve.ts', 'state.paused = false\n    state.pausedMs +=', 'state.pausedMs +=')],
    killers: ['L1'],
    stage: 'modest',
  },
  {
    name: 'slot-leaks-on-expiry',
    number: 27,
    defect: 'The slot of an attempt that was lost is never offered again.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'if (!slot.left) state.freed.push(slot)',
        "if (!slot.left && fact.type !== 'attempt.lost') state.freed.push(slot)",
      ),
    ],
    killers: ['L1', 'L5', 'L6'],
    stage: 'modest',
  },
  {
    name: 'slot-released-twice',
    number: 28,
    defect: 'A report that comes too late frees the slot of its attempt a second time.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'task.retryDecided = false',
        'Object.assign(task, { retryDecided: false, lastSlot: slot })',
      ),
      kernel(
        'state/evolve.ts',
        "if (task !== undefined && fact.kind === 'result') {",
        `const { lastSlot: slot } = (task ?? {}) as { lastSlot?: SlotRecord }
    if (slot !== undefined && slot.task >= 0) {
      slot.task = -1
      slot.worker.live -= 1
      state.live -= 1
      state.freed.push(slot)
    }
    if (task !== undefined && fact.kind === 'result') {`,
      ),
    ],
    killers: ['S6', 'S4'],
  },
  {
    name: 'budget-not-reserved',
    number: 29,
    defect: 'What others have reserved is not counted when more is reserved.',
    edits: [
      kernel('decide/slice.ts', 'wanted === 0 || wanted <= unspent - reserved', 'wanted === 0 || wanted <= unspent'),
    ],
    killers: ['S5'],
  },
  {
    name: 'budget-leaks-on-failure',
    number: 30,
    defect: 'What a failed attempt had reserved is never settled.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'settleBudget(emitter, task, epoch, input.usage)\n      retryOrEnd',
        'retryOrEnd',
      ),
    ],
    killers: ['L5', 'S5'],
  },
  {
    name: 'reservation-leaks-on-loss',
    defect: 'What a lost attempt had reserved stays taken in the account of the kernel.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'if (task.slice !== undefined) {',
        "if (task.slice !== undefined && fact.type !== 'attempt.lost') {",
      ),
    ],
    killers: ['L1'],
    stage: 'modest',
  },
  {
    name: 'zero-is-unlimited',
    number: 31,
    defect: 'A budget of zero is read as none at all.',
    edits: [
      kernel(
        'decide/slice.ts',
        'limits.tokensMax,\n    state.spentTokens,',
        'limits.tokensMax || Infinity,\n    state.spentTokens,',
      ),
    ],
    killers: ['S5'],
  },
  {
    name: 'retry-not-reserved',
    number: 33,
    defect: 'A retry spends its slice without reserving it.',
    edits: [
      kernel(
        'decide/drain.ts',
        "if (slice !== undefined) emitter.emit({ type: 'budget.reserved'",
        "if (slice !== undefined && task.retries === 0) emitter.emit({ type: 'budget.reserved'",
      ),
    ],
    killers: ['S5'],
  },
  {
    name: 'slice-forgotten',
    defect: 'An attempt of a worker with a model gets no slice where its task states none.',
    edits: [kernel('decide/slice.ts', 'const asksModel = worker.model !== undefined', 'const asksModel = false')],
    killers: ['S5'],
  },
  {
    name: 'slice-above-the-rest',
    defect: 'An attempt gets its default slice although less than that is left.',
    edits: [kernel('decide/slice.ts', 'reserved === 0 ? unspent :', 'reserved === 0 ? wanted :')],
    killers: ['S5'],
  },
  {
    name: 'empty-slice',
    defect: 'When nothing is left of the budget, an attempt that asks a model starts with nothing.',
    edits: [
      kernel(
        'decide/slice.ts',
        "if (unspent <= 0 || unspent < least) return 'never'",
        "if (unspent <= 0 && stated === undefined) return 0\n  if (unspent <= 0 || unspent < least) return 'never'",
      ),
    ],
    killers: ['S5'],
  },
  {
    name: 'rest-waits-for-nobody',
    defect: 'A task that could have the rest of the budget waits although nobody holds any of it.',
    edits: [kernel('decide/slice.ts', 'stated === undefined && reserved === 0 ? unspent', 'reserved < 0 ? unspent')],
    killers: ['Q1', 'L1'],
  },
  {
    name: 'planner-spends-nothing',
    defect: 'What a planner asks of a model is not counted.',
    edits: [kernel('state/plan-moves.ts', 'state.spentTokens += used.tokens', 'state.spentTokens += 0')],
    killers: ['S5'],
  },
  {
    name: 'failed-use-dropped',
    defect: 'What a failed attempt has used is settled as nothing.',
    edits: [
      kernel(
        'decide/attempt-inputs.ts',
        'settleBudget(emitter, task, epoch, input.usage)\n      retryOrEnd',
        'task.called = undefined\n      settleBudget(emitter, task, epoch, { tokens: 0, costMicros: 0 })\n      retryOrEnd',
      ),
    ],
    killers: ['S5'],
  },
  {
    name: 'frugal-worker-wakes-nobody',
    defect: 'A worker that needs no model and becomes free does not wake what waits because of the budget.',
    edits: [kernel('state/task-moves.ts', 'if (slot.worker.isFrugal) state.released.push(BUDGET)', '')],
    killers: ['Q1', 'L1'],
  },
  {
    name: 'exclusion-ignored',
    defect: 'Tasks that exclude each other run at the same time.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (blocked === undefined) return',
        "if (blocked === undefined || blocked.startsWith('exclude:')) return",
      ),
    ],
    killers: ['S20'],
  },
  {
    name: 'writers-share',
    defect: 'Two tasks that write one resource hold it at the same time.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        "(hold.writers > 0 || (mode === 'write' && hold.readers > 0))",
        "((mode === 'read' && hold.writers > 0) || (mode === 'write' && hold.readers > 0))",
      ),
    ],
    killers: ['S20'],
  },
  {
    name: 'resource-leaks-on-loss',
    defect: 'What a lost attempt used is never given back.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'holdResources(state, task.spec, -1)',
        "if (fact.type !== 'attempt.lost') holdResources(state, task.spec, -1)",
      ),
    ],
    killers: ['L1'],
    stage: 'modest',
  },
  {
    name: 'released-resource-wakes-nobody',
    defect: 'A resource that is given back does not wake the tasks that wait for it.',
    edits: [kernel('state/resource-holds.ts', 'if (change === -1) state.released.push(resource)', '')],
    killers: ['Q1', 'L1'],
  },
  {
    name: 'skill-ignored',
    defect: 'A task is given to a worker that lacks one of its skills.',
    edits: [kernel('dispatch/dispatch-index.ts', '&& skills.every((skill) => entry.skills.includes(skill))', '')],
    killers: ['S20'],
  },
]
