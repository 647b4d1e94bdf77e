import { z } from 'zod'

/** What can be journaled, sent to another process and shown: plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Any JSON value. Values come from `parseJson` or are checked by `toJson`, so this only admits. */
export const JsonSchema: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined && typeof value !== 'function')
