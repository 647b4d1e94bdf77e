import type { Json } from '@bosun/sdk'
import { FolderScanSchema, type FolderScan } from './folder-scan.ts'
import { FolderSummarySchema, type FolderSummary } from './folder-summary.ts'

/** What the tasks before returned, told apart by its shape. */
export interface MapInputs {
  readonly scans: readonly FolderScan[]
  readonly summaries: readonly FolderSummary[]
}

/** Scans and summaries among the results of other tasks, in their order. @throws ZodError for what is neither */
export function mapInputs(inputs: Readonly<Record<string, Json>>): MapInputs {
  const [scans, summaries]: [FolderScan[], FolderSummary[]] = [[], []]
  for (const input of Object.values(inputs)) {
    const summary = FolderSummarySchema.safeParse(input)
    if (summary.success) summaries.push(summary.data)
    else scans.push(FolderScanSchema.parse(input))
  }
  return { scans, summaries }
}
