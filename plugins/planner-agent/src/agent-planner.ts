import { BosunError, definePlanner, type Plan, type Planner, type PlanRequest } from '@bosun/sdk'
import { Lookups } from './lookups.ts'
import { planAnswerSchema, readPlan } from './plan-answer.ts'
import { plannerInstructions, plannerPrompt, repairPrompt, type PlanExample } from './planner-prompt.ts'

/** Plans that are given back with what is wrong with them. */
const REPAIRS_MAX = 2
/** Calls of reading tools for one plan, unless its options say another number. */
const LOOKUPS_MAX = 20
/** Faults that are told at once. */
const FAULTS_MAX = 20

export interface AgentPlannerOptions {
  /** As `planner` of a config names it. */
  readonly name: string
  /** Alias or `provider:model`. */
  readonly model: string
  /** What the model is told besides its role: how your goals are usually cut up. Default: nothing. */
  readonly instructions?: string
  /** Goals with their plans. Default: none. */
  readonly examples?: readonly PlanExample[]
  /**
   * What the model may look at before it plans, of the tools that read: `files.list`, `files.read`, `files.search`,
   * `codemap.query` of `@bosun/worker-codemap`. What it reads goes to its provider. Default: nothing.
   */
  readonly tools?: readonly string[]
  /** Calls of these tools for one plan. Default: 20. */
  readonly lookupsMax?: number
  /** Longest answer, in tokens. Default: what is left of the budget of the run, at most 4,096. */
  readonly outputTokensMax?: number
}

type Question = Parameters<ReturnType<PlanRequest['model']>['doGenerate']>[0]

/**
 * A planner that asks a model for the task graph.
 *
 * Use it where goals differ too much for a fixed plan. The model is told the goal, and of each worker
 * its task type, summary, skills and the schema of its bodies. What it answers is checked as the run
 * checks every plan; a plan with faults is given back with all of them, at most twice, and then refused, so
 * that no worker starts on it. Its calls are facts and are paid from the budget of the run.
 *
 * Errors: PLAN_INVALID after three plans with faults, MODEL_UNKNOWN, TOOL_UNKNOWN for a tool that does not only
 * read, and what the model ends with.
 *
 * @example
 * export default definePlugin({ name: 'plans', planners: [agentPlanner({ name: 'thinker', model: 'smart' })] })
 */
export function agentPlanner(options: AgentPlannerOptions): Planner {
  const system = plannerInstructions(options.instructions, options.examples ?? [])
  return definePlanner(options.name, async (request) => {
    const { name, tools = [], lookupsMax = LOOKUPS_MAX } = options
    const lookups = new Lookups(request.tools, tools, lookupsMax, name)
    const prompt: Question['prompt'] = [
      { role: 'system', content: system },
      { role: 'user', content: [{ type: 'text', text: plannerPrompt(request) }] },
    ]
    for (let repairs = 0; ; repairs += 1) {
      // Each answer is given to the next question.
      // oxlint-disable-next-line no-await-in-loop
      const { text, plan, faults } = await ask(options, request, prompt, lookups)
      if (plan !== undefined) return plan
      if (repairs === REPAIRS_MAX) throw refused(options.name, faults)
      prompt.push(
        { role: 'assistant', content: [{ type: 'text', text }] },
        { role: 'user', content: [{ type: 'text', text: repairPrompt(faults) }] },
      )
    }
  })
}

// ---------------------------------------------------------------------------------------------

interface Asked {
  readonly text: string
  /** Absent: it has faults. */
  readonly plan?: Plan
  readonly faults: readonly string[]
}

async function ask(
  { model, outputTokensMax }: AgentPlannerOptions,
  request: PlanRequest,
  prompt: Question['prompt'],
  lookups: Lookups,
): Promise<Asked> {
  const question: Question = {
    prompt,
    responseFormat: { type: 'json', name: 'plan', schema: planAnswerSchema() },
    // Members that may be absent are no schema for a provider that reads it strictly.
    providerOptions: { openai: { strictJsonSchema: false } },
    ...(outputTokensMax === undefined ? {} : { maxOutputTokens: outputTokensMax }),
  }
  let answer = await request.model(model).doGenerate({ ...question, ...lookups.offered })
  while (lookups.isAsked(answer)) {
    // Each look is told before the next question.
    // oxlint-disable-next-line no-await-in-loop
    prompt.push(...(await lookups.look(answer)))
    // oxlint-disable-next-line no-await-in-loop
    answer = await request.model(model).doGenerate({ ...question, ...lookups.offered })
  }
  const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  if (answer.finishReason.unified === 'length')
    return { text, faults: ['The answer was cut off: plan with less words.'] }
  const plan = readPlan(text)
  if ('fault' in plan) return { text, faults: [plan.fault] }
  const faults = (await request.check(plan)).slice(0, FAULTS_MAX).map(({ code, message }) => `${code} at ${message}`)
  return faults.length === 0 ? { text, plan, faults } : { text, faults }
}

function refused(at: string, faults: readonly string[]): BosunError {
  return new BosunError('PLAN_INVALID', {
    at,
    summary: `The model made ${REPAIRS_MAX + 1} plans, and the run would refuse each of them`,
    received: `at last ${faults.join('; ')}`,
    fix: 'Say more in the goal, give the planner instructions and examples, or take a stronger model.',
  })
}
