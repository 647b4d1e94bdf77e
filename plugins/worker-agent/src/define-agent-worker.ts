import {
  asZod,
  BosunError,
  defineWorker,
  type ToolUses,
  type Worker,
  type WorkerContext,
  type WorkerOptions,
} from '@bosun/sdk'
import { answerForm } from './agent-answer.ts'
import { agentInstructions, agentPrompt, inJson } from './agent-prompt.ts'
import { describeTools } from './agent-tools.ts'
import { runAgent } from './run-agent.ts'

type None = Record<never, never>

/** What an author writes to make an agent: a worker whose work is done by a model with tools. */
export interface AgentWorkerOptions<B, R, T extends ToolUses, BodyInput = unknown, Returned = R> extends Omit<
  WorkerOptions<B, R, T, None, BodyInput, Returned>,
  'run' | 'needs' | 'model'
> {
  /** Alias or `provider:model`. */
  readonly model: string
  /** Who the model is and how it works. What every agent is told besides, `agentInstructions` adds. */
  readonly instructions: string
  /** What the model is asked for a body. Default: the body as JSON. */
  readonly prompt?: (body: NoInfer<B>) => string
  /** Times the model is asked in one attempt. Default: 20. */
  readonly stepsMax?: number
  /** Tokens of one attempt, looked at after each step. Default: what the attempt has as its budget. */
  readonly tokensMax?: number
  /** Longest time of one attempt, in ms. Default: what the task allows. */
  readonly timeMsMax?: number
  /** From 0 to 2. Default: the model's own. */
  readonly temperature?: number
}

/**
 * Defines an agent: a worker that is a model with tools, skills and limits.
 *
 * Use it where the way to a result cannot be written down; where it can, `defineWorker` with one call to
 * its model is cheaper and easier to check. The model sees the one task: its body, purpose, outputs and
 * skills, and the results of the tasks it depends on. The tools are those of `tools`, named by their keys;
 * each call passes the gateway, and a refusal is told to the model. The answer has to fit `result`.
 *
 * An attempt ends with AGENT_STEPS_SPENT, AGENT_TOKENS_SPENT or AGENT_TIME_SPENT when a limit is reached, and
 * with MODEL_ANSWER_INVALID when three answers did not fit.
 *
 * @throws PLUGIN_INVALID when a field is wrong or a tool has no declaration
 * @example
 * export const summariser = defineAgentWorker({
 *   name: 'summariser', handles: 'summarise', summary: 'Sums up one file.', model: 'fast',
 *   instructions: 'You sum up source files in three sentences.',
 *   body: z.object({ path: z.string() }), result: z.object({ text: z.string() }),
 *   tools: { read: files.read('src/**') },
 *   examples: [{ body: { path: 'src/a.ts' }, model: [{ data: { text: 'It adds.' } }] }],
 * })
 */
export function defineAgentWorker<B, R, const T extends ToolUses = None, BodyInput = unknown, Returned = R>(
  options: AgentWorkerOptions<B, R, T, BodyInput, Returned>,
): Worker<B, R, T, None> {
  const {
    instructions,
    prompt = inJson,
    temperature,
    stepsMax = 20,
    tokensMax = Infinity,
    timeMsMax,
    ...worker
  } = options
  const at = `worker ${options.name}`
  assertLimits({ stepsMax, tokensMax, timeMsMax }, at)
  const form = answerForm(asZod(options.result, `${at}: result`))
  const toolsOf = describeTools(options.tools ?? {}, at)
  return defineWorker<B, R, T, None, BodyInput, Returned>({
    ...worker,
    run: ({ body }, context) => {
      // Tools are called by the names that the model chooses; the typed form of them is of no use here.
      const own = context as unknown as WorkerContext<never>
      return runAgent(
        {
          instructions: agentInstructions(instructions, own, form.instructions),
          prompt: agentPrompt(prompt(body), own),
          tools: toolsOf(own),
          form,
          limits: { stepsMax, tokensMax, timeMsMax },
          temperature,
        },
        own,
      ) as Promise<Returned>
    },
  })
}

function assertLimits(limits: Readonly<Record<string, number | undefined>>, at: string): void {
  for (const [name, limit] of Object.entries(limits)) {
    if (limit === undefined || limit === Infinity || (Number.isSafeInteger(limit) && limit >= 1)) continue
    throw new BosunError('PLUGIN_INVALID', {
      at: `${at}: ${name}`,
      expected: 'a whole number from 1',
      received: `${limit}`,
    })
  }
}
