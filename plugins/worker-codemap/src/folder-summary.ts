import { z } from 'zod'

/** What a model says of a folder with all that is below it. */
export interface FolderSummary {
  /** From the root of the scan, as scans write it; the root itself is `.`. */
  readonly folder: string
  readonly summary: string
}

/** Characters of one summary. */
export const summaryLengthMax = 800

export const FolderSummarySchema: z.ZodType<FolderSummary> = z.strictObject({
  folder: z.string().min(1),
  summary: z.string().min(1).max(summaryLengthMax),
})
