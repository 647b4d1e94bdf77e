import { expect, it } from 'vitest'
import { singleWorkerAdvice } from './single-worker-advice.ts'

it('M-57: advises a single worker where there is one task and nothing was found', () => {
  expect(singleWorkerAdvice({ tasks: 1, discovered: 0, refusals: 0 })).toMatch(/^One task needs no manager/)
  expect(singleWorkerAdvice({ tasks: 1, discovered: 1, refusals: 0 })).toBeUndefined()
  expect(singleWorkerAdvice({ tasks: 2, discovered: 0, refusals: 0 })).toBeUndefined()
})

it('M-57: advises a single worker where the manager was refused again and again, not where it slipped', () => {
  expect(singleWorkerAdvice({ tasks: 9, discovered: 0, refusals: 3 })).toMatch(/^3 decisions of the manager/)
  expect(singleWorkerAdvice({ tasks: 9, discovered: 0, refusals: 2 })).toBeUndefined()
})
