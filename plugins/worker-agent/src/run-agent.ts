/**
 * The loop of an agent: its model is asked, the tools it wants are called, until it answers with a
 * result that fits, or a limit is reached.
 *
 * Rules: each call of a tool passes the gateway, unknown ones included; a refusal goes to the model and
 * ends nothing; an answer that does not fit is given back with what is wrong, at most twice; each limit
 * ends the attempt with a code of its own. Whatever a model says is an answer or a call, never a message
 * to anybody else.
 */
import { BosunError, type WorkerContext } from '@bosun/sdk'
import { generateText, isStepCount, wrapLanguageModel, type ModelMessage, type StepResult, type ToolSet } from 'ai'
import type { Answer, AnswerForm } from './agent-answer.ts'
import { recordUnknown } from './agent-tools.ts'

/** Answers that do not fit and are given back. */
const REPAIRS_MAX = 2
/** Calls of one answer that are made at the same time. */
const CALLS_AT_ONCE_MAX = 8

export interface AgentLimits {
  readonly stepsMax: number
  readonly tokensMax: number
  readonly timeMsMax: number | undefined
}

/** One attempt of an agent. */
export interface AgentRun {
  readonly instructions: string
  readonly prompt: string
  readonly tools: ToolSet
  readonly form: AnswerForm
  readonly limits: AgentLimits
  readonly temperature: number | undefined
}

type Step = StepResult<ToolSet>

/** @throws AGENT_STEPS_SPENT, AGENT_TOKENS_SPENT, AGENT_TIME_SPENT, MODEL_ANSWER_INVALID, and what the model throws */
export async function runAgent(run: AgentRun, context: WorkerContext<never>): Promise<unknown> {
  const signal = stopSignal(run.limits.timeMsMax, context)
  const messages: ModelMessage[] = [{ role: 'user', content: run.prompt }]
  const used = { steps: 0, tokens: 0 }
  for (let repairs = 0; ; repairs += 1) {
    // Each round answers the one before.
    // oxlint-disable-next-line no-await-in-loop
    const { responseMessages, last, answer } = await converse(run, context, { messages, used, signal })
    if (last.finishReason === 'tool-calls') throw limitReached(run.limits, used)
    if ('value' in answer) return answer.value
    if (repairs === REPAIRS_MAX || last.finishReason === 'length' || isSpent(run.limits, used)) {
      throw new BosunError('MODEL_ANSWER_INVALID', { at: context.model.modelId, received: answer.fault })
    }
    messages.push(...responseMessages, {
      role: 'user',
      content: `That answer cannot be taken: ${answer.fault}\n\n${run.form.instructions}`,
    })
  }
}

// ---------------------------------------------------------------------------------------------

interface Talk {
  readonly messages: ModelMessage[]
  /** Of all rounds so far; grows with each step. */
  readonly used: { steps: number; tokens: number }
  readonly signal: AbortSignal
}

/** Asks until the model answers, or a limit is reached. */
async function converse(run: AgentRun, context: WorkerContext<never>, { messages, used, signal }: Talk) {
  const { stepsMax, tokensMax } = run.limits
  const told = await generateText({
    model: quiet(context.model),
    instructions: run.instructions,
    messages,
    tools: run.tools,
    output: run.form.output,
    stopWhen: [isStepCount(stepsMax - used.steps), () => used.tokens >= tokensMax],
    toolCallConcurrency: CALLS_AT_ONCE_MAX,
    repairToolCall: recordUnknown(context),
    abortSignal: signal,
    // Whoever answers for the model tries again what may be tried again.
    maxRetries: 0,
    // A schema with optional members is refused by a provider that reads it strictly.
    providerOptions: { openai: { strictJsonSchema: false } },
    ...(run.temperature === undefined ? {} : { temperature: run.temperature }),
    onStepEnd: (step: Step) => {
      used.steps += 1
      used.tokens += (step.usage.inputTokens ?? 0) + (step.usage.outputTokens ?? 0)
      context.progress(noteOf(step, used.steps), { done: used.steps, total: stepsMax })
    },
  })
  const last = told.finalStep
  const hasAnswered = last.finishReason === 'stop' || (last.finishReason !== 'tool-calls' && last.text !== '')
  const answer: Answer = hasAnswered ? told.output : { fault: `no answer; it ended by ${last.finishReason}` }
  return { responseMessages: told.responseMessages, last, answer }
}

/** Warnings of a provider, such as that it takes no schema, would be printed with every step. */
function quiet(model: WorkerContext<never>['model']) {
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v4',
      wrapGenerate: async ({ doGenerate }) => ({ ...(await doGenerate()), warnings: [] }),
    },
  })
}

/** Aborts when the attempt is stopped, or when the time of the agent is over. */
function stopSignal(timeMsMax: number | undefined, { clock, signal, task }: WorkerContext<never>): AbortSignal {
  if (timeMsMax === undefined) return signal
  const late = new AbortController()
  const end = () =>
    late.abort(new BosunError('AGENT_TIME_SPENT', { at: task.id, expected: `an answer within ${timeMsMax} ms` }))
  // A stop of the attempt ends the wait as well, and is told by its own signal.
  clock.sleep(timeMsMax).then(end, () => {})
  return AbortSignal.any([signal, late.signal])
}

function isSpent({ stepsMax, tokensMax }: AgentLimits, used: Talk['used']): boolean {
  return used.steps >= stepsMax || used.tokens >= tokensMax
}

function limitReached({ stepsMax, tokensMax }: AgentLimits, used: Talk['used']): BosunError {
  return used.tokens >= tokensMax
    ? new BosunError('AGENT_TOKENS_SPENT', { expected: `at most ${tokensMax} tokens`, received: `${used.tokens}` })
    : new BosunError('AGENT_STEPS_SPENT', { expected: `at most ${stepsMax} steps` })
}

function noteOf({ toolCalls }: Step, step: number): string {
  return toolCalls.length === 0
    ? `step ${step}: answered`
    : `step ${step}: called ${toolCalls.map(({ toolName }) => toolName).join(', ')}`
}
