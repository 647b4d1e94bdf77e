import { z } from 'zod'
import { GroupSchema } from './group.ts'
import { TaskSchema } from './task.ts'

/** The levels of a plan: groups that are opened before its tasks, each name once. */
const PlanGroupsSchema = z.array(GroupSchema).check((context) => {
  const names = new Set<string>()
  for (const [index, { name }] of context.value.entries()) {
    if (names.has(name)) {
      const message = `another name than "${name}", which stands there before`
      context.issues.push({ code: 'custom', message, input: name, path: [index, 'name'] })
    }
    names.add(name)
  }
})

/** A task graph as a planner returns it. */
export const PlanSchema = z.strictObject({
  title: z.string().max(2000).optional(),
  /**
   * The levels of the plan, and what bounds them. A group lies inside of the one that its name begins with:
   * `checkout/cart` in `checkout`. One that tasks name and nobody lists has no title and no bounds.
   */
  groups: PlanGroupsSchema.optional(),
  tasks: z.array(TaskSchema),
})
export type Plan = z.infer<typeof PlanSchema>
