import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { explainFailure, loadSubject, type Explanation } from '@bosun/simulation'
import { reportPage } from './report-page.ts'
import type { SubjectTotal } from './subject-total.ts'

/** Writes what a campaign has found so far: a page, or data where the name ends so. Whole at every moment. */
export async function writeReport(
  path: string,
  totals: readonly SubjectTotal[],
  urlOf: (module: string) => string,
): Promise<void> {
  const text = path.endsWith('.json')
    ? `${JSON.stringify(totals, undefined, 2)}\n`
    : reportPage(
        totals,
        new Map(await Promise.all(totals.map(async (total) => [total.module, await storiesOf(total, urlOf)] as const))),
      )
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

// ---------------------------------------------------------------------------------------------

async function storiesOf(
  { module, failures }: SubjectTotal,
  urlOf: (module: string) => string,
): Promise<readonly Explanation[]> {
  if (failures.every(({ shown }) => shown === undefined)) return []
  const setting = await loadSubject(urlOf(module))
  const told: Explanation[] = []
  for (const failure of failures) {
    // oxlint-disable-next-line no-await-in-loop -- code that waits runs one schedule at a time
    const explanation = await explainFailure(setting, failure, { module })
    if (explanation !== undefined) told.push(explanation)
  }
  return told
}
