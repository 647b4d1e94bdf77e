import { describeWorker } from 'bosun/testing'
import { AcpOptionsSchema } from './acp-options.ts'
import { codingAgent } from './coding-agent.ts'
import { agentOptions } from './engine.fixture.ts'

// Its tool starts a program in the process of the run, so it has to be trusted.
describeWorker(codingAgent(AcpOptionsSchema.parse(agentOptions())), {
  plugin: { use: '..', trusted: true, options: agentOptions() },
  plugins: ['@bosun/tools-files'],
  // An agent is no part of a simulated world.
  check: false,
})
