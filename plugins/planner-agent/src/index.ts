export { agentPlanner, type AgentPlannerOptions } from './agent-planner.ts'
export { type PlanExample } from './planner-prompt.ts'
export { plannerAgentPlugin as default } from './plugin.ts'
