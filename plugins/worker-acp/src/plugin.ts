import { definePlugin } from '@bosun/sdk'
import { AcpOptionsSchema } from './acp-options.ts'
import { codingAgent } from './coding-agent.ts'
import { sessionTool } from './session-tool.ts'

/** The worker that has a coding agent do its tasks. Its tool starts a program, so it has to be trusted. */
export const workerAcp = definePlugin({
  name: '@bosun/worker-acp',
  options: AcpOptionsSchema,
  create: async (options) => ({ workers: [codingAgent(options)], tools: [await sessionTool(options)] }),
})
