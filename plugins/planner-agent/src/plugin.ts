import { definePlugin, PlanSchema } from '@bosun/sdk'
import { z } from 'zod'
import { agentPlanner, type AgentPlannerOptions } from './agent-planner.ts'

const OptionsSchema = z.strictObject({
  /** As `planner` of the config names it. */
  name: z.string().min(1).default('agent'),
  /** Alias or `provider:model`. */
  model: z.string().min(1),
  instructions: z.string().optional(),
  examples: z.array(z.strictObject({ goal: z.json(), plan: PlanSchema })).optional(),
  /** What it may look at: the names of tools that read, such as `files.read` and `codemap.query`. */
  tools: z.array(z.string().min(1)).optional(),
  lookupsMax: z.int().min(0).optional(),
  outputTokensMax: z.int().min(1).optional(),
})

/** A planner that asks a model, made from options. Planners run in the process of the run, so it is listed as trusted. */
export const plannerAgentPlugin = definePlugin({
  name: '@bosun/planner-agent',
  options: OptionsSchema,
  create: (options) => {
    const stated = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    return { planners: [agentPlanner(stated as unknown as AgentPlannerOptions)] }
  },
})
