import { definePlanner } from '@bosun/sdk'
import { readPlanFile } from './read-plan-file.ts'

/**
 * A planner that reads the plan from a file of the project and invents nothing.
 *
 * @param options.file relative to the project; absent: plan.yaml, plan.yml or plan.json
 * @example
 * export default defineConfig({ plugins: ['@bosun/planner-files'], planner: 'files', manager: 'fanOut' })
 */
export function filesPlanner(options: { readonly file?: string } = {}) {
  return definePlanner('files', async ({ folder }) => (await readPlanFile(folder, options.file)).plan)
}
