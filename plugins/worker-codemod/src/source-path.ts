import { z } from 'zod'
import { languageOf, SOURCE_ENDINGS } from './source-language.ts'

/** A text that is the same after it was written as UTF-8. */
export const wellFormed: z.ZodString = z
  .string()
  .max(20_000)
  .refine((text) => text.isWellFormed(), 'text without half characters')

/** The path of a file that the codemods can read. */
export const SourcePathSchema: z.ZodString = z
  .string()
  .max(4_096)
  .refine((path) => languageOf(path) !== undefined, `a file that ends in one of ${SOURCE_ENDINGS}`)
