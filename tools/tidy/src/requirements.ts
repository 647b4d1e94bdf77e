/** One capability that Bosun promises, and that a test names by its id. */
export interface Requirement {
  readonly id: string
  readonly sentence: string
  /** Set for what no test shows yet: why, and what will. */
  readonly later?: string
}

const NOT_YET = 'Not shown yet.'

/**
 * Every requirement, in one short sentence each. A test that shows one names its id in its title;
 * docs/requirements.md lists which do.
 */
export const requirements: readonly { readonly title: string; readonly items: readonly Requirement[] }[] = [
  section('Manager and workers', 'M', {
    1: 'All work reaches a worker as an assignment that stands in the log.',
    2: 'A manager cannot do the work itself: it has no tools of the work, and what it tries is refused and recorded.',
    3: 'A worker without an assignment does nothing, and what it says never becomes a task without the manager.',
    4: 'Independent tasks run at the same time, as many as the cap allows.',
    5: 'One view tells of every task whether it is done, and agrees with the log.',
    6: 'Each worker calls its own model, and the log says which.',
    7: 'A tool that only another worker has is denied.',
    8: 'A task goes to a worker that has its skills; where none has them, the plan is refused.',
    9: 'Every attempt has one parent: the run of the manager.',
    10: 'The result of an attempt reaches the manager exactly once.',
    11: 'After a round the manager finishes or begins another, and its decision is recorded.',
    12: 'The manager reads the whole goal.',
    13: 'Whoever plans can ask which files, modules and dependencies there are, and can write nothing.',
    14: 'The manager reads every level of a plan and how far each is.',
    15: 'The manager changes the task graph; nobody else does.',
    16: 'There is one final result, the manager wrote it, and it leads back to what workers returned.',
    17: 'Delegating a task gives an attempt with an id that the manager can see.',
    18: 'Plans are made and changed by managers; workers have no way to.',
    19: 'A manager writes no file, by no route.',
    20: 'A worker reads its own task, neither its siblings nor the whole goal.',
    21: 'A worker reads within its scope and nothing outside of it.',
    22: 'A worker writes its declared outputs and nothing else.',
    23: 'The tools on its list work.',
    24: 'A worker has no route to delegate anything.',
    25: 'The tree of a run is one level deep, and everything but the run has a parent.',
    26: 'A plan exists, with ids, inputs and dependencies, before the first task starts.',
    27: 'A planner of a user fits the same contract; an invalid graph starts nothing.',
    28: 'So many tasks, so many attempts, if none fails.',
    29: 'An attempt names its run; a run that has ended takes none.',
    30: 'The log tells of every descendant of a run, with its causes.',
    31: {
      sentence: 'A run in progress is shown as a tree that updates itself, in the studio.',
      later: 'The studio is a later version; `bosun tree --watch` shows the same in a terminal.',
    },
    32: 'A manager that blocks goes on when everything it waits for has ended.',
    33: 'A detached task is tracked, and no run is done while one is open.',
    34: 'A helper process that never connects, takes too long, crashes or is stopped has an end of its own each time.',
    35: {
      sentence: 'Of two tasks that claim one entity one gets it, and the death of its holder sets it free.',
      later: NOT_YET,
    },
    36: 'The end of a task lands in the inbox of the manager as a typed message.',
    37: 'Messages are heard in order and once, also across a restart of the manager.',
    38: 'Fan-out: results are folded once, in the order of the tasks, and the policy says what a failure does.',
    39: 'Streaming: results are folded as they come, and the last fold equals the blocking one.',
    40: 'Whoever watches gets every partial result with counts and the mark that it is not final.',
    41: 'Dynamic: findings become tasks by the manager, and the run ends when nothing is left.',
    42: 'What is found twice is one task, and findings that run in circles end.',
    43: 'Work queue: a free worker takes the next task, and no task runs twice at the same time.',
    44: 'Long and short tasks: no worker idles while there is work that it could do.',
    45: {
      sentence: 'Claims of competing processes are atomic, and the queue survives a restart.',
      later: 'Workers on other machines take their tasks from PostgreSQL, in a later version.',
    },
    46: {
      sentence: 'Workers that find an empty queue ask less often, and stop when it is closed.',
      later: 'As M-45: on one machine nobody polls.',
    },
    47: 'No model is called between delegations, the time that a manager takes is measured, and too much of it warns.',
    48: 'A plan is made once; making another is explicit and recorded.',
    49: 'No more tasks run at the same time than the cap says, and there always is a cap.',
    50: 'A spent budget starts nothing more, and the run ends by that name with what there is.',
    51: 'A task whose worker was killed is lost or failed with a reason, never done.',
    52: 'A run with something unresolved cannot be declared done.',
    53: 'A worker that is silent too long is stopped; a slow one that shows signs of life is not.',
    54: 'A failure is loud: exit code, task, worker and reason.',
    55: 'In every report, the outcomes add up to all tasks.',
    56: 'A manager that tries to do the work is named for it.',
    57: 'Where a single worker would do, the tool says so.',
    58: 'Example: many files are refactored, each by one worker, and a failure costs only its own.',
    59: 'Example: tests are written for many modules, and each is checked before it counts.',
    60: 'Example: one specification, many implementations, the same input for each, and a ranking.',
    61: 'Example: a tree of sources is read by a worker for each folder, each file once.',
    62: 'Map-reduce: the value of a sequential run, whatever order results came in.',
    63: 'Pipeline: a stage begins after the one before and sees its structured output alone; loops are capped.',
    64: {
      sentence: 'The life of a run can be inspected, and the crash of one worker leaves all others running.',
      later: NOT_YET,
    },
  }),
  section('Tasks', 'T', {
    1: 'A task without a purpose is refused.',
    2: 'A task says what it is for and what comes of it, and a result of another shape is not accepted.',
    3: 'A task is plain data that goes through JSON unchanged.',
    4: 'Stored tasks are enough for another process to go on.',
    5: 'The example of the page of Mars makes the page of Mars.',
    6: 'An assignment names task, worker, time and rule.',
    7: 'Without an assignment nothing runs.',
    8: 'A task that no worker can do is an error at once.',
    9: 'A task that is assigned is not assigned again, and a busy worker is given nothing.',
    10: 'The worker gets the task as it stands in the plan.',
    11: 'Every task has a known owner or none.',
    12: 'A worker cannot change who owns what.',
    13: 'The map of owners has one for each task and agrees with the log.',
    14: 'The tasks that run are listed, exactly those.',
    15: 'A result of somebody who does not own the task is kept aside.',
    16: 'Tasks start in a documented order.',
    17: 'Tasks that exclude one another never overlap; others may.',
    18: 'State, time, last sign of life and counts can be read at any moment.',
    19: 'Assigning, waiting and deciding follow one another, in the log as well.',
    20: 'Workers have no route to one another.',
    21: 'Each task of a round has a result or an explicit end before the round closes.',
    22: 'The same seed leads to the same result in whatever order workers end.',
    23: 'Dependencies are ids that exist, without a circle.',
    24: 'A task is not assigned before all that it depends on has succeeded.',
    25: 'A task that waits says for what, and is ready as soon as that is there.',
    26: 'A task gets the results of what it depends on.',
    27: 'A declared output that is missing is a failure, and what depends on it does not start.',
    28: 'What depends on a failure is skipped, with the cause.',
    29: 'The two middle tasks of a diamond overlap.',
    30: 'The planet site: two pages at the same time, then their index, also when a worker dies.',
    31: 'A worker of the same input and output takes the place of another without a change to the manager.',
    32: 'A message of unknown type or shape is rejected and recorded.',
    33: 'A file is published whole, with who made it in the log.',
    34: 'Results are kept by task and worker, and an aggregate says what is missing.',
    35: 'A new worker needs no change to the manager; a long run is watched, paused, resumed and stopped with all below it.',
  }),
  section('Across both', 'X', {
    1: 'A run ends in the state that belongs to its cause.',
    2: 'A stop reaches everything below the run, in a bounded time.',
    3: 'The cost of a run is the sum of all its attempts.',
    4: 'A recorded run is replayed without a model, to the same result.',
    5: 'Deny beats allow, and no list is not every tool.',
    6: 'Runs above the cap wait their turn in a fair order.',
    7: 'A late or repeated result changes nothing and is kept.',
    8: 'A run whose manager was killed goes on to the same result and does nothing twice.',
  }),
]

// ---------------------------------------------------------------------------------------------

type Sentences = Readonly<Record<number, string | Omit<Requirement, 'id'>>>

function section(title: string, letter: string, sentences: Sentences) {
  return {
    title,
    items: Object.entries(sentences).map(([number, said]): Requirement => {
      const id = `${letter}-${number.padStart(2, '0')}`
      return typeof said === 'string' ? { id, sentence: said } : { id, ...said }
    }),
  }
}
