import {
  BosunError,
  GroupSchema,
  parseJson,
  shapeFault,
  TaskSchema,
  withoutFence,
  type Json,
  type Plan,
} from '@bosun/sdk'
import { z } from 'zod'

/**
 * What a model says of a plan: its levels, the tasks and how they depend on each other. Budgets, limits and
 * policies are not its to set.
 */
const PlanAnswerSchema = z.strictObject({
  title: z.string().max(2000).optional(),
  groups: z.array(GroupSchema.pick({ name: true, title: true, kind: true })).optional(),
  tasks: z.array(
    TaskSchema.pick({
      id: true,
      type: true,
      body: true,
      purpose: true,
      dependsOn: true,
      outputs: true,
      skills: true,
      group: true,
    }),
  ),
})

/** The schema of a plan, for a model to read. */
export function planAnswerSchema(): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(PlanAnswerSchema, {
    unrepresentable: 'any',
    io: 'input',
    target: 'draft-7',
    // Any JSON at all.
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === TaskSchema.shape.body)
        for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
    },
  })
  return schema
}

/** What a model said, as a plan, or what keeps it from being one. */
export function readPlan(text: string): Plan | { readonly fault: string } {
  let value: Json
  try {
    value = parseJson(withoutFence(text), 'the plan')
  } catch (error) {
    return { fault: BosunError.from(error, 'JSON_INVALID').message }
  }
  const parsed = PlanAnswerSchema.safeParse(value)
  return parsed.success ? parsed.data : { fault: `the plan: ${shapeFault(parsed.error)}` }
}
