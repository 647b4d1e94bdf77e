/**
 * The closed list of everything Bosun refuses or reports, by code.
 *
 * Each entry says who is at fault (`caller`: the person who wrote the goal, plan, config or flag;
 * `plugin`: the author of a worker, tool, planner or manager; `system`: the machine or Bosun itself),
 * what went wrong in one sentence, what to do about it, and whether trying again can help.
 * Documents and tests are generated from it, so a code that is not here cannot be thrown.
 */
export interface ErrorEntry {
  readonly fault: 'caller' | 'plugin' | 'system'
  readonly summary: string
  readonly fix: string
  readonly retryable: boolean
}

const entry = (fault: ErrorEntry['fault'], summary: string, fix: string, retryable = false): ErrorEntry => ({
  fault,
  summary,
  fix,
  retryable,
})

export const ERROR_REGISTRY = {
  // Task graphs and patches
  TASK_INVALID: entry('caller', 'A task does not have the shape of a task.', 'Correct the field that the path names.'),
  TASK_ID_REPEATED: entry('caller', 'Two tasks of one patch share an id.', 'Give each task an id of its own.'),
  TASK_ID_CONFLICT: entry(
    'caller',
    'A task id is already taken by a task with another specification.',
    'Use a new id, or submit the very same specification again, which is harmless.',
  ),
  TASK_DEPENDENCY_UNKNOWN: entry(
    'caller',
    'A task depends on a task that does not exist.',
    'Add the missing task, or correct the id in dependsOn.',
  ),
  TASK_DEPENDENCY_SELF: entry('caller', 'A task depends on itself.', 'Remove its own id from dependsOn.'),
  TASK_CYCLE: entry(
    'caller',
    'The dependencies of some tasks form a cycle.',
    'Break the cycle at one of the arrows of the path.',
  ),
  TASK_OUTPUT_SHARED: entry(
    'caller',
    'Two tasks that may run at the same time write the same output.',
    'Give each its own output, or order one after the other with dependsOn.',
  ),
  TASK_TYPE_UNHANDLED: entry(
    'caller',
    'No worker handles the type of a task.',
    'List the plugin whose worker handles this type, or correct the type.',
  ),
  TASK_SKILL_MISSING: entry(
    'caller',
    'No worker that handles the type of a task has all of its skills.',
    'Add a worker with these skills, or drop the skill from the task.',
  ),
  TASK_PURPOSE_MISSING: entry(
    'caller',
    'Neither the task nor its worker states a purpose.',
    'Give the task a purpose, or the worker a summary.',
  ),
  TASK_BODY_INVALID: entry(
    'caller',
    'The body of a task does not fit what its worker accepts.',
    'Correct the body at the path that is named.',
  ),
  TASK_UNKNOWN: entry(
    'caller',
    'There is no task with this id in the run.',
    'Ask `bosun show RUN` for the ids of its tasks.',
  ),
  TASK_CANCELLED: entry('caller', 'The task was cancelled.', 'Read the reason that is named.'),
  TASK_SKIPPED: entry(
    'caller',
    'The task was skipped, because a task it depends on did not succeed.',
    'Mend the task that is named.',
  ),
  TASK_ALREADY_STARTED: entry(
    'caller',
    'A task that has started or ended cannot be amended.',
    'Cancel it, or add a new task with another id.',
  ),
  PLAN_EMPTY: entry('caller', 'The plan holds no task.', 'Give the plan at least one task.'),
  PLAN_INVALID: entry('caller', 'The plan is not valid.', 'Correct the plan at the path that is named.'),
  PLANNER_FAILED: entry(
    'plugin',
    'The planner ended with an error.',
    'Read the cause; a planner must return a graph or throw a BosunError.',
  ),
  PLANNER_TIMED_OUT: entry(
    'plugin',
    'The planner did not answer in time.',
    'Raise limits.planTimeoutMs, or look why the planner hangs.',
    true,
  ),

  // Caps
  GROUP_CONFLICT: entry(
    'plugin',
    'A group cannot be opened like this.',
    'Open it once, before the first task in it and in the groups inside of it.',
  ),
  LIMIT_TASKS: entry('caller', 'The run holds as many tasks as it may.', 'Raise limits.tasksMax, or discover less.'),
  LIMIT_DEPTH: entry(
    'caller',
    'A task was discovered deeper than the run allows.',
    'Raise limits.depthMax, or discover less deep.',
  ),
  LIMIT_FAN_OUT: entry(
    'caller',
    'One task led to more tasks than the run allows.',
    'Raise limits.fanOutMax, or split the work in levels.',
  ),
  LIMIT_WALL_TIME: entry('caller', 'The run used up its time.', 'Raise limits.wallTimeMs and resume the run.'),
  LIMIT_BUDGET: entry('caller', 'The run used up its budget.', 'Raise limits.tokensMax or limits.costMicrosMax.'),

  BUDGET_EXCEEDED: entry(
    'caller',
    'A model call does not fit what is left of the budget of its attempt.',
    'Raise limits.attemptTokensMax or the limits of the task, or ask for less output.',
  ),

  // Roles
  MANAGER_NO_TOOLS: entry(
    'plugin',
    'A manager tried to work.',
    'Delegate a task; a manager holds no tool, model or file.',
  ),
  MANAGER_DECISION_INVALID: entry(
    'plugin',
    'A manager emitted something that is not a decision.',
    'Emit the decisions that the Manager contract lists.',
  ),
  MANAGER_DECISION_LATE: entry(
    'plugin',
    'A manager emitted a decision outside of a delivery.',
    'Decide while a message is delivered; use the wake decision to be called at a later time.',
  ),
  MANAGER_TIMER_REFUSED: entry(
    'plugin',
    'A manager used a timer while a message was delivered.',
    'Use the wake decision; its woke message brings time.',
  ),
  MANAGER_FAILED: entry(
    'plugin',
    'The program of the manager ended with an error.',
    'Read the cause and correct the manager.',
  ),
  MANAGER_ENDED: entry(
    'plugin',
    'The program of the manager completed without finishing the run.',
    'Emit finish or fail before the stream completes.',
  ),
  MANAGER_IDLE: entry(
    'plugin',
    'Everything was settled and the manager decided nothing.',
    'Answer the settled message with finish, fail or more tasks.',
  ),
  MANAGER_DIVERGED: entry(
    'plugin',
    'The manager decided otherwise on replay than it had decided before.',
    'Make the program depend on its messages and view alone; no clock, no random source, no module state.',
  ),
  RUN_UNRESOLVED: entry(
    'plugin',
    'The run cannot finish while tasks are unresolved.',
    'Wait for the settled message, or cancel the tasks that are named.',
  ),
  WAIVER_REFUSED: entry(
    'plugin',
    'The policy of the run does not let the manager waive this outcome.',
    'Allow it in policy.waive, or let a person waive it.',
  ),
  MESSAGE_FORGED: entry(
    'plugin',
    'A worker sent a message that its role does not have.',
    'Workers report; only the manager assigns, adds, cancels and retries.',
  ),
  DELEGATION_REFUSED: entry(
    'plugin',
    'A worker tried to delegate.',
    'Report the finding with discover(); the manager decides.',
  ),

  // Attempts
  WORKER_THREW: entry(
    'plugin',
    'The worker ended with an error.',
    'Read the cause; the task is retried while its retries last.',
    true,
  ),
  WORKER_UNKNOWN: entry(
    'caller',
    'There is no worker with this name.',
    'Correct the name, or list the plugin that brings the worker.',
  ),
  RESULT_INVALID: entry(
    'plugin',
    'The result of a worker does not fit its schema.',
    'Return what the result schema of the worker describes.',
    true,
  ),
  OUTPUT_MISSING: entry(
    'plugin',
    'A worker reported success but a declared output is missing.',
    'Write every file that outputs() names before returning.',
    true,
  ),
  OUTPUT_UNDECLARED: entry(
    'plugin',
    'A worker wrote a file that is not among its outputs.',
    'Name the file in outputs, or do not write it.',
    true,
  ),
  OUTPUT_CONFLICT: entry(
    'system',
    'The outputs of an attempt could not be published.',
    'Read the cause; free the path or the disk and retry the task.',
    true,
  ),
  ATTEMPT_TIMED_OUT: entry(
    'plugin',
    'The attempt ran longer than it may.',
    'Raise limits.timeoutMs of the task, or make the worker faster.',
    true,
  ),
  ATTEMPT_DEAD: entry(
    'system',
    'The attempt is no longer the live one of its task.',
    'Nothing: the fence did its work. A late result is kept in quarantine.',
  ),
  BEAT_MISSED: entry(
    'system',
    'No heartbeat came within the lease.',
    'Look why the event loop of the worker was blocked, or raise lease.leaseMs.',
    true,
  ),
  PROGRESS_MISSED: entry(
    'plugin',
    'The attempt reported no progress within its limit.',
    'Report progress from the worker, or raise lease.progressTimeoutMs.',
    true,
  ),
  HOST_DIED: entry(
    'system',
    'The process of the worker ended.',
    'Read its last lines in the log; the task is retried while its retries last.',
    true,
  ),
  HOST_START_FAILED: entry(
    'system',
    'The process of a worker could not be started.',
    'Read the cause; `bosun doctor` shows what the machine lacks.',
    true,
  ),
  MANAGER_RESTARTED: entry(
    'system',
    'The manager was restarted while the attempt ran.',
    'Nothing: the task is assigned again, which costs no retry.',
    true,
  ),
  QUEUE_WAIT_EXCEEDED: entry(
    'system',
    'A task waited for a free slot longer than it may.',
    'Raise limits.queueWaitMs, or look why no slot became free.',
  ),

  // Tools and files
  TOOL_DENIED: entry(
    'plugin',
    'The grant of the attempt does not cover this call.',
    'Add a rule to the tools of the worker, or stay within the rule that is named.',
  ),
  TOOL_UNKNOWN: entry('plugin', 'There is no tool with this name.', 'Name a tool that a listed plugin brings.'),
  TOOL_INPUT_INVALID: entry(
    'plugin',
    'The input of a tool call does not fit its schema.',
    'Correct the input at the path that is named.',
  ),
  TOOL_FAILED: entry('plugin', 'The tool ended with an error.', 'Read the cause.', true),
  RULE_EXAMPLE_FAILED: entry(
    'caller',
    'A rule does not decide its own example as the example says.',
    'Correct the rule, or the example beside it.',
  ),
  COMMAND_REFUSED: entry(
    'caller',
    'A program cannot be run as it was named.',
    'Name an executable file that exists, by its path or by a name on the path of the config.',
  ),
  COMMAND_TIMED_OUT: entry('plugin', 'A program ran longer than it may.', 'Raise timeoutMs, or do less at once.', true),
  GIT_UNAVAILABLE: entry(
    'caller',
    'The workspace cannot be worked on with git.',
    'Install git 2.38 or newer and make the workspace a repository with at least one commit.',
  ),
  HTTP_REFUSED: entry(
    'plugin',
    'An address may not be fetched.',
    'Fetch a public http or https address that the grant covers.',
  ),
  MCP_CHANGED: entry(
    'caller',
    'An MCP server offers other tools than those that were pinned.',
    'Look at what changed; if you trust it, write the new hash into the config.',
  ),
  MCP_FAILED: entry('system', 'An MCP server did not answer as it should.', 'Read the cause.', true),
  RULE_MALFORMED: entry(
    'caller',
    'A tool rule cannot be read.',
    'Write rules as tool.action(specifier), for example files.write(site/**).',
  ),
  FILE_REFUSED: entry('plugin', 'A path was refused.', 'Use a relative path inside the workspace, without links.'),
  FILE_NOT_FOUND: entry('plugin', 'There is no file or folder at this path.', 'Correct the path.'),
  FILE_TOO_LARGE: entry(
    'plugin',
    'A file is larger than the call allows.',
    'Raise maxBytes of the call, or ask for a truncated read.',
  ),
  FILE_EXISTS: entry('plugin', 'There is a file or folder at this path.', 'Choose another path, or delete it first.'),
  FILE_EDIT_MISMATCH: entry(
    'plugin',
    'An edit does not fit the file.',
    'Read the file again, and name a text that stands in it exactly once.',
  ),
  FILE_FAILED: entry('system', 'The file system refused an operation.', 'Read the cause.', true),
  SOURCE_INVALID: entry(
    'caller',
    'A source file cannot be parsed.',
    'Correct it at the place that is named; nothing was written.',
  ),
  MODEL_UNKNOWN: entry(
    'caller',
    'There is no model with this name.',
    'Name a model or an alias that the config lists under models.',
  ),
  AGENT_STEPS_SPENT: entry(
    'plugin',
    'An agent took as many steps as it may, and wanted more.',
    'Raise stepsMax of the agent, or give it smaller tasks.',
  ),
  AGENT_TOKENS_SPENT: entry(
    'plugin',
    'An agent used as many tokens as it may, and wanted more.',
    'Raise tokensMax of the agent, or give it smaller tasks.',
  ),
  AGENT_TIME_SPENT: entry(
    'plugin',
    'An agent worked as long as it may, and was not done.',
    'Raise timeMsMax of the agent, or give it smaller tasks.',
  ),
  MODEL_MISSING: entry(
    'plugin',
    'A worker without a model asked one.',
    'State `model` in its definition: an alias of the config, or `provider:model`.',
  ),
  MODEL_KEY_MISSING: entry(
    'caller',
    'The key of a model provider is not there.',
    'Set the environment variable that the config names for the provider.',
  ),
  MODEL_CALL_INVALID: entry('plugin', 'A model was asked something it cannot be asked.', 'Correct the call.'),
  MODEL_FAILED: entry('system', 'A model provider did not answer as it should.', 'Read the cause.', true),
  MODEL_REFUSED: entry(
    'caller',
    'A model provider refused a call for good.',
    'Read what it said: the key, the name of the model or the request is wrong.',
  ),
  MODEL_ANSWER_INVALID: entry(
    'system',
    'The answer of a model does not fit the schema it was asked for.',
    'Simplify the schema, say more in the prompt, or take a stronger model.',
    true,
  ),
  MODEL_QUOTA_SPENT: entry(
    'system',
    'A model provider takes no more calls for now.',
    'The run is paused; resume it when the quota is back or the rate has recovered.',
    true,
  ),
  MODEL_SCRIPT_DRIFTED: entry(
    'caller',
    'A scripted model was asked something that its script does not foresee.',
    'Correct the script at the call that is named, or the code that calls.',
  ),
  MODEL_RECORDING_MISSING: entry(
    'caller',
    'A recorded model was asked something that was not recorded.',
    'Record it again with a key at hand, or undo the change of the request.',
  ),

  // Configuration, plugins, command line
  CONFIG_INVALID: entry(
    'caller',
    'The configuration is not valid.',
    'Correct bosun.config.ts at the path that is named.',
  ),
  CONFIG_MISSING: entry(
    'caller',
    'There is no configuration in this folder.',
    'Run `bosun init` there, or name a folder that holds a bosun.config.ts.',
  ),
  SKILL_INVALID: entry(
    'caller',
    'A folder that should hold a skill does not.',
    'Correct its SKILL.md at the place that is named.',
  ),
  PLUGIN_NOT_FOUND: entry(
    'caller',
    'A plugin cannot be found.',
    'Correct the specifier under plugins, or install the package.',
  ),
  PLUGIN_INVALID: entry(
    'plugin',
    'A plugin does not have the shape of a plugin.',
    'Export what definePlugin returns as the default export.',
  ),
  PLUGIN_API_VERSION: entry(
    'plugin',
    'A plugin was made for another version of the plugin API.',
    'Install a version of the plugin that matches, or update Bosun.',
  ),
  PLUGIN_SERVICE_UNBOUND: entry(
    'plugin',
    'A worker needs a service that no module of its plugin binds.',
    'Bind the service in a module of the plugin.',
  ),
  NAME_INVALID: entry(
    'caller',
    'A name cannot be used for something new.',
    'Use lower-case letters, digits and dashes.',
  ),
  NAME_TAKEN: entry(
    'caller',
    'Something with this name is there already.',
    'Take another name, or remove what is there.',
  ),
  PLUGIN_UNTRUSTED: entry(
    'caller',
    'Code of this kind runs only from a trusted plugin.',
    "Write { use: '…', trusted: true } if you trust the plugin.",
  ),
  CONTRACT_UNBOUND: entry(
    'caller',
    'A contract has no binding.',
    'Load a module that binds it, for example embedded(…).',
  ),
  CONTAINER_SEALED: entry(
    'caller',
    'The container is sealed.',
    'Pass the module to createContainer instead of rebinding later.',
  ),
  CONTRACT_AMBIGUOUS: entry(
    'caller',
    'A contract is bound more than once in one module.',
    'Bind it once; a later module overrides an earlier one.',
  ),
  GOAL_INVALID: entry('caller', 'The goal is not what the manager accepts.', 'Correct the goal.'),
  FOLDER_MISSING: entry('caller', 'A folder does not exist or is not a folder.', 'Correct the path.'),
  FILE_UNREADABLE: entry('caller', 'A file cannot be read.', 'Correct the path or its permissions.'),
  JSON_INVALID: entry('caller', 'A text is not valid JSON.', 'Correct it at the position that is named.'),
  JSON_TOO_LARGE: entry(
    'caller',
    'A JSON text is larger or deeper than Bosun reads.',
    'Make it smaller; large data belongs into files.',
  ),
  USAGE: entry('caller', 'The command line is not understood.', 'Ask `bosun COMMAND --help`.'),
  ISOLATION_UNAVAILABLE: entry(
    'system',
    'The isolation that the config requires is not available here.',
    'Ask `bosun doctor` what is missing.',
  ),

  // Checks
  REPLAY_INVALID: entry(
    'caller',
    'A replay string is damaged.',
    'Copy the whole string, from `b1:` to its end, as the report prints it.',
  ),
  REPLAY_STALE: entry(
    'caller',
    'A replay string does not fit what is checked.',
    'Check with the scope, limits and workers that it was recorded with, or record it again.',
  ),
  SUBJECT_INVALID: entry(
    'caller',
    'The module holds nothing that can be checked.',
    'Export a strategy, manager, planner or worker as default, and options for the check, if any, as `check`.',
  ),
  SUBJECT_ASYNC: entry(
    'caller',
    'Code that waits was put where nobody waits for it.',
    'Use the asynchronous form of the same function: real workers and planners wait.',
  ),
  SUBJECT_AMBIENT: entry(
    'plugin',
    'Code under check used time, chance or a wait of the machine.',
    'Use the clock, the random numbers and the tools that it is given.',
  ),
  SUBJECT_ESCAPED: entry(
    'plugin',
    'A worker under check waits for something that the simulated world does not control.',
    'Wait with context.clock.sleep, a tool or context.signal; reach everything outside through a tool.',
  ),
  SUBJECT_THREW: entry(
    'plugin',
    'Code under check threw where nobody handles it.',
    'Await every promise, or handle its rejection.',
  ),
  SUBJECT_ENDLESS: entry('plugin', 'Code under check runs without end.', 'Give the loop that is named an end.'),
  SEALED_UNSUPPORTED: entry(
    'caller',
    'The sealed lane cannot run this module.',
    'Keep the module in one file that imports zod and @bosun/sdk alone, or check it in the async lane.',
  ),

  // Journal
  RUN_UNKNOWN: entry('caller', 'There is no run with this id.', 'Ask `bosun runs` for the ids of this state folder.'),
  RUN_ENDED: entry(
    'caller',
    'The run has ended.',
    'Have tasks tried again with `bosun retry RUN`, or start a new run.',
  ),
  RUN_BUSY: entry(
    'caller',
    'Another living process manages the run.',
    'Wait for it, or stop it; its process id is named. If it hangs, use `bosun resume RUN --take-over`.',
    true,
  ),
  RUN_WAITING: entry(
    'caller',
    'The run waits for its turn, and there is nothing of it yet.',
    'Wait until it has begun, or cancel it. How many runs go on at the same time is `runsMax` of the config.',
    true,
  ),
  JOURNAL_FENCED: entry('system', 'Another manager has taken over the run.', 'Stop; the newer manager goes on.'),
  JOURNAL_CONFLICT: entry(
    'system',
    'The journal is not where the writer believed it to be.',
    'Fold the journal again and go on from there.',
  ),
  JOURNAL_DAMAGED: entry(
    'system',
    'The journal is damaged before its end.',
    'Restore the file from a copy; nothing was read past the damage.',
  ),
  JOURNAL_VERSION: entry(
    'caller',
    'The journal was written by another version of Bosun.',
    'Read it with the version that wrote it.',
  ),
  JOURNAL_INVALID: entry('caller', 'A line of the journal is not a fact.', 'Use an unmodified export of a run.'),
  JOURNAL_WRITE_FAILED: entry(
    'system',
    'The journal could not be written.',
    'Free disk space or check the disk, then resume the run.',
    true,
  ),
  SQLITE_UNSAFE: entry(
    'system',
    'This version of SQLite can lose or damage data.',
    'Use a Node release that carries a safe SQLite; `bosun doctor` names it.',
  ),
  STATE_FOLDER_UNSAFE: entry(
    'caller',
    'The state folder is where it must not be.',
    'Choose a folder outside of the workspace and of every mount.',
  ),
  FACT_ILLEGAL: entry(
    'system',
    'A fact does not fit the state it is applied to.',
    'Report it with the exported run; `bosun audit` shows the place.',
  ),
  INTERNAL: entry(
    'system',
    'Something happened that Bosun holds to be impossible.',
    'Report it with the exported run.',
  ),
} as const satisfies Record<string, ErrorEntry>

/** A code of the registry. */
export type ErrorCode = keyof typeof ERROR_REGISTRY
