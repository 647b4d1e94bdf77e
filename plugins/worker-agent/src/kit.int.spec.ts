import { describeWorker } from 'bosun/testing'
import { AgentOptionsSchema } from './agent-options.ts'
import { readyAgent } from './ready-agent.ts'

const options = { model: 'fast' }

describeWorker(readyAgent(AgentOptionsSchema.parse(options)), { plugin: { use: '..', options } })
