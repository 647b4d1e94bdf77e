import { definePlugin } from '@bosun/sdk'
import { AgentOptionsSchema } from './agent-options.ts'
import { readyAgent } from './ready-agent.ts'

/** A worker of the task type `agent`, made from options. */
export const agentPlugin = definePlugin({
  name: '@bosun/worker-agent',
  options: AgentOptionsSchema,
  create: (options) => ({ workers: [readyAgent(options)] }),
})
