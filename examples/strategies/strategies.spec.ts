import { commutative, composeStrategy, fanOut, task } from 'bosun'
import { checkManager, checkStrategy, simulate } from 'bosun/testing'
import { describe, expect, it } from 'vitest'
import depthFirst, { check as crawl } from './depth-first.ts'
import eagerSurvey, { check as streets } from './eager-survey.ts'
import secondChance from './second-chance.ts'

// One test for each invariant.
checkStrategy(secondChance, { schedules: 1_000, module: 'examples/strategies/second-chance.ts' })

describe('depth-first', () => {
  it('L3: lets a page wait for as long as deeper ones are found, even when nothing else goes wrong', () => {
    const { violation } = simulate(depthFirst, crawl).end
    expect(violation).toMatchObject({ invariant: 'L3', clause: 'starved' })
    expect(violation?.sentence).toMatch(/^imprint has been ready since \d+ ms and was passed over/)
  })

  it('L3: is to blame for it, and not the crawl', () => {
    const { violation, ended } = simulate(composeStrategy({ name: 'fifo' }), crawl).end
    expect({ violation, ended }).toEqual({ violation: undefined, ended: 'run.exhausted' })
  })
})

describe('eager-survey', () => {
  it('R4: counts again what an attempt reported that was lost with its manager', () => {
    expect(brokenIn(1_000, (seed) => simulate(eagerSurvey, { ...streets, seed }))).toEqual(['R4 end'])
  })
})

// What is wrong with it is that it counts parts: the same survey that counts results holds.
checkManager(
  fanOut({
    name: 'patient-survey',
    start: () => ['north', 'south'].map((area) => task('count', area, { id: area })),
    reduce: commutative((total: number, houses: number) => total + houses, 0),
  }),
  { schedules: 500, workers: { count: () => ({ result: 13, emitted: [5, 8] }) } },
)

/** The invariants, with their clauses, that break in schedules of the first so many seeds. */
function brokenIn(seeds: number, simulated: (seed: number) => ReturnType<typeof simulate>): readonly string[] {
  const violations = Array.from({ length: seeds }, (_, seed) => simulated(seed).end.violation)
  const names = violations.flatMap((violation) =>
    violation === undefined ? [] : [`${violation.invariant} ${violation.clause}`],
  )
  return [...new Set(names)].toSorted()
}
