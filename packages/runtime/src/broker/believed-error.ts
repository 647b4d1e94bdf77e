import { errorRecordOf, type ErrorCode, type ErrorRecord } from '@bosun/core'

/** Codes that more than the attempt itself hangs on: they pause or end runs, or tell what the broker did. */
const BROKERS_OWN: ReadonlySet<ErrorCode> = new Set(['MODEL_QUOTA_SPENT', 'BUDGET_EXCEEDED', 'TOOL_DENIED'])

/**
 * What an attempt says it failed with, as far as it may say so: of the broker's own codes only those
 * with which the broker has refused it. Any other is what a worker threw.
 *
 * @param refusals codes that calls of the attempt were refused with
 */
export function believedError(
  error: ErrorRecord,
  at: string,
  refusals: ReadonlySet<ErrorCode> | undefined,
): ErrorRecord {
  if (!BROKERS_OWN.has(error.code) || refusals?.has(error.code) === true) return error
  return errorRecordOf('WORKER_THREW', {
    at,
    expected: `${error.code} only from what refused it`,
    received: error.message,
  })
}
