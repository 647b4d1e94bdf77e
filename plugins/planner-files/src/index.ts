import { definePlugin } from '@bosun/sdk'
import { filesPlanner } from './files-planner.ts'

export { expandPlan, type ExpandedPlan } from './expand-plan.ts'
export { filesPlanner } from './files-planner.ts'
export { findFiles } from './find-files.ts'
export { parsePlan, type ParsedPlan, type PlanEntry, type PlanPlaces } from './parse-plan.ts'
export { locateInPlan, readPlanFile, type PlanFile } from './read-plan-file.ts'

export default definePlugin({ name: '@bosun/planner-files', planners: [filesPlanner()] })
