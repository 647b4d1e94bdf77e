/**
 * Every name that spans and metrics carry, in one place: the conventions for generative AI still move.
 */

/** Names of the OpenTelemetry conventions. */
export const STANDARD = {
  errorType: 'error.type',
  operation: 'gen_ai.operation.name',
  workflow: 'gen_ai.workflow.name',
  agent: 'gen_ai.agent.name',
  agentDescription: 'gen_ai.agent.description',
  /** Joins the traces of one run, whichever process they are from. */
  conversation: 'gen_ai.conversation.id',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  tool: 'gen_ai.tool.name',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  tokenType: 'gen_ai.token.type',
} as const

/** Values of `gen_ai.operation.name`; each span is called after its own. */
export const OPERATION = {
  run: 'invoke_workflow',
  plan: 'plan',
  attempt: 'invoke_agent',
  model: 'chat',
  tool: 'execute_tool',
} as const

/** What the conventions have no name for. */
export const OWN = {
  run: 'bosun.run.id',
  runOutcome: 'bosun.run.outcome',
  /** The span begins with what this process saw first, not with the run. */
  runResumed: 'bosun.run.resumed',
  runGoal: 'bosun.run.goal',
  runResult: 'bosun.run.result',
  tasks: 'bosun.tasks',
  task: 'bosun.task.id',
  taskType: 'bosun.task.type',
  taskBody: 'bosun.task.body',
  taskOutcome: 'bosun.task.outcome',
  epoch: 'bosun.attempt.epoch',
  retry: 'bosun.attempt.retry',
  slot: 'bosun.attempt.slot',
  attemptOutcome: 'bosun.attempt.outcome',
  attemptResult: 'bosun.attempt.result',
  planRequest: 'bosun.plan.request',
  toolAlias: 'bosun.tool.alias',
  costMicros: 'bosun.cost.micros',
  /** The span was closed with its reader; what it stands for may go on elsewhere. */
  cutOff: 'bosun.cut_off',
} as const

/** Names of the metrics. */
export const METRIC = {
  tokens: 'gen_ai.client.token.usage',
  modelDuration: 'gen_ai.client.operation.duration',
  tasks: 'bosun.tasks',
  attemptDuration: 'bosun.attempt.duration',
  queueWait: 'bosun.queue.wait',
  retries: 'bosun.attempt.retries',
  attemptsRunning: 'bosun.attempts.running',
  runsRunning: 'bosun.runs.running',
} as const
