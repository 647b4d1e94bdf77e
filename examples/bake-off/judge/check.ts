import { z } from 'zod'

/** One row of the table: what a pattern matches, and what it does not. */
const TableCheckSchema = z.strictObject({
  kind: z.literal('table'),
  id: z.string().min(1),
  pattern: z.string().min(1),
  matches: z.array(z.string()),
  rejects: z.array(z.string()),
})
export type TableCheck = z.infer<typeof TableCheckSchema>

/** A law that has to hold for any input; `name` is one of `laws`, and a seed makes the inputs the same for all. */
const PropertyCheckSchema = z.strictObject({
  kind: z.literal('property'),
  id: z.string().min(1),
  name: z.string().min(1),
  seed: z.int(),
  runs: z.int().min(1).max(10_000),
})
export type PropertyCheck = z.infer<typeof PropertyCheckSchema>

/** One question that every implementation is asked, and one point. */
export const CheckSchema = z.discriminatedUnion('kind', [TableCheckSchema, PropertyCheckSchema])
export type Check = z.infer<typeof CheckSchema>

/** How an implementation answered one check while its process lived. */
export const AnswerSchema = z.strictObject({
  id: z.string().min(1),
  verdict: z.enum(['right', 'wrong', 'threw']),
  /** What was wrong, in a line. */
  detail: z.string().max(400).optional(),
})
export type Answer = z.infer<typeof AnswerSchema>
