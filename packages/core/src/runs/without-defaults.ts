import { z } from 'zod'

/**
 * The strict schema of a part of an object: every member optional, and none filled in when it is
 * absent. `schema.partial()` keeps the defaults of its members, so that a change of one limit would
 * read as a change of all.
 */
export function withoutDefaults<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
): z.ZodType<Partial<z.output<z.ZodObject<S>>>> {
  const shape = Object.entries(schema.shape).map(([key, field]) => [
    key,
    z.optional(field instanceof z.ZodDefault ? field.unwrap() : field),
  ])
  return z.strictObject(Object.fromEntries(shape)) as never
}
