/** What a campaign of random schedules tells; see packages/invariants/src/kernel-schedules. */
interface Campaign {
  readonly schedules: number
  readonly inputs: number
  readonly facts: number
  readonly failures: readonly string[]
}

type RunSchedules = (options: { from: number; count: number; failuresMax?: number }) => Campaign

const PART_COUNT = 10_000
/** A fixture, which no package exports: imported by its place. */
const FIXTURE = new URL('../../../packages/invariants/src/kernel-schedules/run-schedules.fixture.ts', import.meta.url)

/**
 * Runs random schedules of the kernel against every invariant, in parts, until the first that holds
 * failures. A failure names the seed that brings it back.
 */
export async function randomSchedules(
  count: number,
  from = 1,
  onPart: (done: number) => void = () => {},
): Promise<Campaign> {
  const { runSchedules } = (await import(FIXTURE.href)) as { readonly runSchedules: RunSchedules }
  let total: Campaign = { schedules: 0, inputs: 0, facts: 0, failures: [] }
  while (total.schedules < count && total.failures.length === 0) {
    const part = runSchedules({ from: from + total.schedules, count: Math.min(PART_COUNT, count - total.schedules) })
    total = {
      schedules: total.schedules + part.schedules,
      inputs: total.inputs + part.inputs,
      facts: total.facts + part.facts,
      failures: part.failures,
    }
    onPart(total.schedules)
  }
  return total
}

if (import.meta.main) {
  const [count = 1_000_000, from = 1] = process.argv.slice(2).map(Number)
  const began = performance.now()
  const { failures, ...figures } = await randomSchedules(count, from, (done) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${count} `)
  })
  console.log(figures, `${((performance.now() - began) / 1_000).toFixed(0)} s`)
  for (const failure of failures) console.error(failure)
  if (failures.length > 0) process.exitCode = 1
}
