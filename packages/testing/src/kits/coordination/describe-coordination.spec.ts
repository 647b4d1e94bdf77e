import type { AnyManager } from '@bosun/core'
import { BUILT_IN_STRATEGIES, composeStrategy } from '@bosun/kernel'
import { commutative, dynamic, fanOut, finish, foldManager, task } from '@bosun/managers'
import { describe, expect, it } from 'vitest'
import { brokenPromises } from '../broken-promises.fixture.ts'
import { describeManager } from './describe-manager.ts'
import { describeStrategy } from './describe-strategy.ts'
import { managerPromises } from './manager-promises.ts'
import { strategyPromises } from './strategy-promises.ts'

const world = {
  workers: {
    scan: (body: unknown) => ({ result: 1, discovered: String(body).length < 3 ? [`${String(body)}x`] : [] }),
  },
}
const survey = dynamic({
  name: 'survey',
  start: () => [task('scan', 'a', { id: 'a' }), task('scan', 'b', { id: 'b' })],
  discovered: (found: string) => task('scan', found, { id: found }),
  reduce: commutative((all: number, one: number) => all + one, 0),
})

describeManager(survey, { ...world, schedules: 60 })
for (const strategy of BUILT_IN_STRATEGIES) describeStrategy(strategy, { schedules: 60 })

const brokenBy = (manager: AnyManager, badGoals: readonly unknown[] = []) =>
  brokenPromises(managerPromises, () => ({ manager, world, badGoals }))

describe('the promises of a manager', () => {
  it('find a program that counts its runs', async () => {
    let runs = 0
    const counting = fanOut({ name: 'counting', start: () => [task('scan', (runs += 1), { id: `t${runs}` })] })
    expect(await brokenBy(counting)).toEqual([expect.stringMatching(/^R2/), expect.stringMatching(/^D1/)])
  })

  it('find a manager that takes any goal', async () => {
    const any = foldManager({ name: 'any', initial: () => 0, on: { goal: () => finish(1), settled: () => finish(1) } })
    expect(await brokenBy(any, ['bad'])).toEqual(['a goal that is none is refused as that'])
  })
})

describe('the promises of a strategy', () => {
  it('find a policy that counts its questions', async () => {
    let asked = 0
    const counting = composeStrategy({ name: 'counting', order: { name: 'counted', key: () => (asked += 1) } })
    const broken = await brokenPromises(strategyPromises, () => counting)
    expect(broken).toContainEqual(expect.stringMatching(/^its policies are pure/))
  })

  it('find a strategy that remembers earlier runs', async () => {
    const seen = new Set<string>()
    const key = (id: string) => -seen.add(id).size
    const order = { name: 'newest-id-first', key: ({ spec }: { spec: { id: string } }) => key(spec.id) }
    const remembering = composeStrategy({ name: 'remembering', order })
    expect(await brokenPromises(strategyPromises, () => remembering)).toEqual([expect.stringMatching(/^D1/)])
  })

  it('find a guarantee that there is not', async () => {
    const bragging = { ...composeStrategy({ name: 'bragging' }), guarantees: ['perfect'] as never }
    expect(await brokenPromises(strategyPromises.slice(0, 1), () => bragging)).toHaveLength(1)
  })
})
