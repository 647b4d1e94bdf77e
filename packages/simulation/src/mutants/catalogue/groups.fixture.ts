import { kernel, type Mutant } from '../mutant.fixture.ts'

/** Groups: their bounds, caps and policies. */
export const GROUPS: readonly Mutant[] = [
  {
    name: 'group-bound-off-by-one',
    defect: 'One attempt more than a group allows is started.',
    edits: [kernel('state/group-record.ts', 'live >= spec.slotsMax) return', 'live > spec.slotsMax) return')],
    killers: ['S4'],
  },
  {
    name: 'group-bound-of-inner-only',
    defect: 'A bound holds for the tasks of a group and not for the groups inside of it.',
    edits: [kernel('state/group-record.ts', 'return outer === undefined || outer.hasRoom', 'return true')],
    killers: ['S4'],
  },
  {
    name: 'group-slot-leak',
    defect: 'A slot of a group is not given back when its attempt ends.',
    edits: [
      kernel(
        'state/task-moves.ts',
        'if (task.group !== undefined) for (const group of around(task.group)) group.live -= 1',
        '',
      ),
    ],
    killers: ['L1', 'Q1'],
  },
  {
    name: 'group-bound-blocks-others',
    defect: 'While a group is full, tasks of the same type that lie in none wait as well.',
    edits: [
      kernel(
        'dispatch/dispatch-index.ts',
        'if (lane.ready.size === 0 || lane.group?.hasRoom === false) continue',
        'if (lane.ready.size === 0 || this.laneList.some(({ group }) => group?.hasRoom === false)) continue',
      ),
    ],
    killers: ['Q1'],
  },
  {
    name: 'group-cap-off-by-one',
    defect: 'A group takes one task more than it allows.',
    edits: [
      kernel(
        'decide/group-policies.ts',
        'group.total + count <= tasksMax) continue',
        'group.total + count <= tasksMax + 1) continue',
      ),
    ],
    killers: ['S17'],
  },
  {
    name: 'group-cap-counts-once',
    defect: 'A patch of several tasks counts as one against the cap of a group.',
    edits: [kernel('decide/group-policies.ts', 'counts.set(group, count)', '')],
    killers: ['S17'],
  },
  {
    name: 'quorum-counts-all',
    defect: 'A task counts toward the quorum however it ended.',
    edits: [
      kernel(
        'state/task-moves.ts',
        `    group.counts[outcome] += 1
    if (outcome !== 'succeeded' && group.closed?.waives === true) state.waivable.push(task.index)
    if (group.closed !== undefined || group.spec === undefined) continue
    const { quorum, failure } = group.spec
    if (outcome === 'succeeded' && quorum`,
        `    group.counts.succeeded += 1
    if (outcome !== 'succeeded' && group.closed?.waives === true) state.waivable.push(task.index)
    if (group.closed !== undefined || group.spec === undefined) continue
    const { quorum, failure } = group.spec
    if (quorum`,
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'quorum-off-by-one',
    defect: 'One task more than the quorum has to succeed.',
    edits: [
      kernel(
        'decide/group-policies.ts',
        'group.counts.succeeded >= quorum) closeGroup',
        'group.counts.succeeded > quorum) closeGroup',
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'quorum-leaves-the-rest',
    defect: 'What is under way when a quorum is met goes on.',
    edits: [
      kernel(
        'decide/group-policies.ts',
        "cancelTask(emitter, task, 'policy', `the group",
        "if (reason !== 'quorum') cancelTask(emitter, task, 'policy', `the group",
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'quorum-waives-nothing',
    defect: 'What did not succeed when a quorum is met is not waived.',
    edits: [kernel('decide/drain.ts', 'if (waivable.length > 0) waiveByPolicy(emitter)', 'waivable.length = 0')],
    killers: ['S22'],
  },
  {
    name: 'quorum-forgets-what-failed',
    defect: 'What had failed before a quorum was met is not waived.',
    edits: [
      kernel('state/task-moves.ts', "if (isOutcome(status) && status !== 'succeeded') state.waivable.push(index)", ''),
    ],
    killers: ['S22'],
  },
  {
    name: 'group-waives-what-it-fails-on',
    defect: 'A group that fails fast has what failed waived.',
    edits: [
      kernel(
        'decide/group-policies.ts',
        "closeGroup(emitter, group, 'fail-fast', false)",
        "closeGroup(emitter, group, 'fail-fast', true)",
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'group-fails-on-cancellation',
    defect: 'A group fails fast when one of its tasks is cancelled.',
    edits: [
      kernel(
        'state/task-moves.ts',
        "if (failure === 'fail-fast' && (outcome === 'failed' || outcome === 'lost')) state.groupsDue.push(group)",
        "if (failure === 'fail-fast' && outcome !== 'succeeded') state.groupsDue.push(group)",
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'group-policy-of-inner-only',
    defect: 'What happens in a group inside of it says nothing to a group.',
    edits: [
      kernel(
        'state/task-moves.ts',
        `function settleInGroup(state: KernelState, task: TaskRecord, outcome: Outcome): void {
  for (const group of around(task.group)) {`,
        `function settleInGroup(state: KernelState, task: TaskRecord, outcome: Outcome): void {
  for (const group of task.group === undefined ? [] : [task.group]) {`,
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'closed-group-takes-tasks',
    defect: 'Tasks are still added to a group that was closed.',
    edits: [
      kernel('decide/group-policies.ts', 'if (group.closed !== undefined) {', 'if (group.closed?.waives === false) {'),
    ],
    killers: ['S22'],
  },
  {
    name: 'cancelled-group-takes-tasks',
    defect: 'Tasks are still added to a group that the manager has cancelled.',
    edits: [kernel('state/task-moves.ts', 'group.closed ??= { waives: false }', '')],
    killers: ['S10'],
  },
  {
    name: 'cancelled-group-leaves-inner',
    defect: 'Cancelling a group leaves out the groups inside of it.',
    edits: [kernel('state/group-record.ts', 'pending.push(...each.inner)', '')],
    killers: ['S10', 'S22'],
  },
  {
    name: 'group-deadline-ignored',
    defect: 'The deadline of a group comes and goes.',
    edits: [
      kernel('decide/run-inputs.ts', 'if (state.timed.size > 0) closeLateGroups(emitter)', ''),
      kernel('deadline.ts', 'for (const group of state.timed) earliest = earlier(earliest, deadlineOf(group))', ''),
    ],
    killers: ['S22'],
  },
  {
    name: 'group-deadline-early',
    defect: 'A group is closed before its deadline.',
    edits: [
      kernel(
        'decide/group-policies.ts',
        'return openedAt + (spec?.deadlineMs ?? Infinity)',
        'return openedAt + (spec?.deadlineMs ?? Infinity) / 2',
      ),
    ],
    killers: ['S22'],
  },
  {
    name: 'fold-forgets-closed-groups',
    defect: 'A manager that takes over takes tasks into groups that were closed.',
    edits: [
      kernel(
        'kernel.ts',
        'kernel.state.groupsDue.length = 0',
        'for (const group of kernel.state.groups.values()) group.closed = undefined\n  kernel.state.groupsDue.length = 0',
      ),
    ],
    killers: ['R2', 'S22', 'S10'],
  },
]
