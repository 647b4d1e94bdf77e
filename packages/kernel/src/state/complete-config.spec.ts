import { RunConfigSchema, type Fact } from '@bosun/core'
import { expect, it } from 'vitest'
import { story, worker } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { completeConfig } from './complete-config.ts'

const ADDED_LATER = new Set(['attemptTokensMax', 'attemptCostMicrosMax', 'managerMsPerTaskMax', 'containment'])

/** The facts as a Bosun wrote them that did not know some of the keys. */
function older(facts: readonly Fact[]): Fact[] {
  return JSON.parse(
    JSON.stringify(facts, (key, value: unknown) => (ADDED_LATER.has(key) ? undefined : value)),
  ) as Fact[]
}

it('a journal from before some limits existed folds to the same run, under the defaults of today (R6)', () => {
  const run = story({ workers: [worker('writer', { model: 'fast' })], slots: 1 }).plan('a', 'b')
  run.succeed('a')
  expect(older(run.facts)).not.toEqual(run.facts)
  const folded = foldKernel(run.kernel.strategy, older(run.facts))
  expect(folded.view.config).toEqual(run.kernel.view.config)
  expect(Array.from(folded.view.tasks())).toEqual(Array.from(run.kernel.view.tasks()))
})

it('keeps what is stated, rules of the policy included', () => {
  const config = RunConfigSchema.parse({
    limits: { attemptTokensMax: 5 },
    policy: { allow: ['files.read(**)'] },
    containment: 'namespace',
  })
  expect(completeConfig(config)).toEqual(config)
})
