import { GroupSchema, PlanSchema, TaskSchema } from '@bosun/sdk'
import { z } from 'zod'

const text = z.string().min(1)
const { limits, uses } = TaskSchema.shape

/**
 * A task as a plan file writes it: the task itself, with `depends_on` as another spelling of
 * `dependsOn`, and `for_each` to make one task per file. Ids may hold placeholders, so they are
 * checked when those are filled in; whether a body was given at all matters to a template.
 */
const EntrySchema = TaskSchema.extend({
  id: text.max(200),
  body: z.unknown().optional(),
  dependsOn: z.array(text).optional(),
  depends_on: z.array(text).optional(),
  for_each: text.max(256).optional(),
})

/**
 * A plan file: `tasks` with an optional title and `groups`, its levels. A bare list stands for its `tasks`.
 * With a `hash` it is frozen: it is that very plan, or it is refused.
 */
export const FileSchema = PlanSchema.extend({ hash: text.optional(), tasks: z.array(EntrySchema) })

export type Entry = z.infer<typeof EntrySchema>

/** The keys of an object by its path without indexes, to find the one that was meant. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(FileSchema.shape),
  groups: Object.keys(GroupSchema.shape),
  tasks: Object.keys(EntrySchema.shape),
  'tasks.limits': Object.keys(limits.unwrap().shape),
  'tasks.uses': Object.keys(uses.unwrap().element.shape),
}
