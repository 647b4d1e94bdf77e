import { kernel, type Mutant } from '../mutant.fixture.ts'

/** Tasks that take far longer than their peers, and their twins. */
export const HEDGING: readonly Mutant[] = [
  {
    name: 'twin-of-what-counts',
    defect: 'Work that counts each time it is done gets a twin.',
    edits: [kernel('dispatch/hedge-index.ts', " || entry.effects === 'once') return false", ') return false')],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'twin-waits-for-its-task',
    defect: 'A task that holds a resource gets a twin that waits for it.',
    edits: [
      kernel(
        'dispatch/hedge-index.ts',
        'return spec.uses === undefined && spec.excludes === undefined && group',
        'return group',
      ),
    ],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'hedged-too-early',
    defect: 'A task gets a twin as soon as it takes as long as its peers.',
    edits: [kernel('dispatch/hedge-index.ts', 'Math.ceil(afterRatio * typicalMs)', 'typicalMs')],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'mean-for-median',
    defect: 'A lower half that is never evened out makes the highest time of all the typical one.',
    edits: [
      kernel(
        'state/running-median.ts',
        'if (this.lower.size > this.upper.size + 1) move',
        'if (this.lower.size < 0) move',
      ),
    ],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'twin-too-many',
    defect: 'The run gets one twin more than its policy allows.',
    edits: [kernel('decide/hedging.ts', 'state.hedges < policy.hedgesMax &&', 'state.hedges <= policy.hedgesMax &&')],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'twin-unwaived',
    defect: 'A twin that is stopped is not waived, so that its run cannot be completed.',
    edits: [kernel('decide/hedging.ts', "twin.status !== 'succeeded' && !twin.waived)", "twin.status === 'skipped')")],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'twin-not-stopped',
    defect: 'A twin goes on after its task has succeeded.',
    edits: [
      kernel(
        'decide/hedging.ts',
        "if (!isOutcome(twin.status) && twin.status !== 'publishing') {",
        "if (twin.status === 'waiting') {",
      ),
    ],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'both-publish',
    defect: 'A task goes on while the files of its twin are being published, and publishes its own as well.',
    edits: [
      kernel(
        'decide/hedging.ts',
        "else if (twin.status === 'publishing') stepBack(emitter, task, twin)\n  else",
        'else',
      ),
    ],
    killers: ['S24'],
    stage: 'hedging',
  },
  {
    name: 'result-kept-by-the-twin',
    defect: 'A task whose twin was faster does not get its result.',
    edits: [
      kernel(
        'decide/hedging.ts',
        "else if (twin.status === 'succeeded') handOver(emitter, task, twin)\n  else",
        'else',
      ),
    ],
    killers: ['S24', 'L1'],
    stage: 'hedging',
  },
  {
    name: 'waits-for-nothing',
    defect: 'A task that waits for its twin goes on waiting when nothing comes of it.',
    edits: [kernel('decide/hedging.ts', 'else if (isOutcome(twin.status)) goOn(emitter, task, twin)', '')],
    killers: ['L1', 'L2'],
    stage: 'hedging',
  },
  {
    name: 'twin-told-of',
    defect: 'The manager is told what became of a task that it did not ask for.',
    edits: [
      kernel('state/task-moves.ts', 'if (task.hedged >= 0) return', 'if (task.hedged >= state.tasks.length) return'),
    ],
    killers: ['S16', 'S9'],
    stage: 'hedging',
  },
]
