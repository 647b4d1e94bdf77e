import { z } from 'zod'
import { TaskSchema } from './task.ts'

/** A task graph as a planner returns it. */
export const PlanSchema = z.strictObject({
  title: z.string().max(2000).optional(),
  tasks: z.array(TaskSchema),
})
export type Plan = z.infer<typeof PlanSchema>
