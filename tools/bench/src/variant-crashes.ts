import { crashEverywhere, loadSubject } from '@bosun/simulation'
import { VARIANTS, moduleOfSubject } from './subject-modules.ts'

/** What crashes at every record of runs of the variants came to. */
export interface VariantCrashesReport {
  readonly scenarios: number
  readonly crashes: number
  readonly faults: readonly string[]
}

/**
 * Lets the manager of each variant die at every place of so many drawn scenarios (P8). In every second
 * one somebody cancels, and budgets and deadlines count.
 */
export async function variantCrashes(
  scenariosEach: number,
  seed: number,
  tell: (done: number) => void = () => {},
  subjects: readonly string[] = VARIANTS,
): Promise<VariantCrashesReport> {
  const settings = await Promise.all(subjects.map((subject) => loadSubject(moduleOfSubject(subject))))
  const faults: string[] = []
  let [scenarios, crashes] = [0, 0]
  for (let round = 0; round < scenariosEach; round += 1) {
    for (const [index, setting] of settings.entries()) {
      const cancelledAt = round % 2 === 1 ? 1 + ((round >> 1) % 2) : undefined
      // oxlint-disable-next-line no-await-in-loop
      const report = await crashEverywhere(setting, seed + round, cancelledAt === undefined ? {} : { cancelledAt })
      scenarios += 1
      crashes += report.crashes
      faults.push(...report.faults.map((fault) => `${subjects[index]}, scenario ${seed + round}: ${fault}`))
    }
    tell(round + 1)
  }
  return { scenarios, crashes, faults }
}
