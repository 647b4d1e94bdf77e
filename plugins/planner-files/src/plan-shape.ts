import { z } from 'zod'

const text = z.string({ error: 'a text' }).min(1, 'a text that is not empty')
const texts = z.array(text, { error: 'a list of texts' })
const whole = z.int({ error: 'a whole number' })
const count = whole.min(0, 'a whole number from 0 up')

/**
 * A task as a plan file writes it: the task itself, with `depends_on` as another spelling of
 * `dependsOn`, and `for_each` to make one task per file.
 *
 * The kernel has the last word on every task; what is checked here is what can be said with a line
 * number.
 */
export const EntrySchema = z.strictObject(
  {
    id: text.max(200, 'at most 200 characters'),
    type: text.max(100, 'at most 100 characters'),
    body: z.unknown().optional(),
    purpose: text.max(2000, 'at most 2000 characters').optional(),
    dependsOn: texts.optional(),
    depends_on: texts.optional(),
    outputs: texts.optional(),
    uses: z
      .array(
        z.strictObject({ resource: text, mode: z.enum(['read', 'write']).optional() }, { error: '{ resource, mode }' }),
        { error: 'a list of { resource, mode }' },
      )
      .optional(),
    excludes: texts.optional(),
    skills: texts.optional(),
    group: text.optional(),
    key: text.optional(),
    priority: whole.optional(),
    wait: z.enum(['joined', 'detached']).optional(),
    limits: z
      .strictObject(
        {
          retriesMax: count.optional(),
          timeoutMs: whole.min(1, 'a whole number from 1 up').optional(),
          tokensMax: count.optional(),
          costMicrosMax: count.optional(),
        },
        { error: 'an object' },
      )
      .optional(),
    for_each: text.max(256, 'at most 256 characters').optional(),
  },
  { error: 'an object with id, type and body' },
)

/** A plan file: `tasks` with an optional title. A bare list stands for its `tasks`. */
export const FileSchema = z.strictObject(
  {
    title: text.max(2000, 'at most 2000 characters').optional(),
    tasks: z.array(EntrySchema, { error: 'a list of tasks' }),
  },
  { error: 'a list of tasks, or an object with tasks' },
)

export type Entry = z.infer<typeof EntrySchema>

/** The keys of an object by its path without indexes, to find the one that was meant. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(FileSchema.shape),
  tasks: Object.keys(EntrySchema.shape),
  'tasks.limits': ['retriesMax', 'timeoutMs', 'tokensMax', 'costMicrosMax'],
  'tasks.uses': ['resource', 'mode'],
}
