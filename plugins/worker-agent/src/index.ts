export { defineAgentWorker, type AgentWorkerOptions } from './define-agent-worker.ts'
export { agentPlugin as default } from './plugin.ts'
