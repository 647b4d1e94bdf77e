import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FAULT_CATALOGUE, LEFT_OUT, LEFT_OUT_IN_PART } from './fault-catalogue.ts'
import { faultsPage } from './faults-page.fixture.ts'

const COUNT = 48
const injected = new Set(Object.values(FAULT_CATALOGUE).map(({ number }): number => number))

it('every number of the catalogue is injected, or left out with a reason', () => {
  const missing = Array.from({ length: COUNT }, (_, index) => index + 1).filter(
    (number) => !injected.has(number) && LEFT_OUT[number] === undefined,
  )
  expect(missing).toEqual([])
})

it('no number is both injected and left out, unless in part', () => {
  expect(Object.keys(LEFT_OUT).filter((number) => injected.has(Number(number)))).toEqual([])
  expect(Object.keys(LEFT_OUT_IN_PART).filter((number) => !injected.has(Number(number)))).toEqual([])
})

it('has a page in the docs on which every fault stands, and which is current', async () => {
  await expect(faultsPage()).toMatchFileSnapshot(join(import.meta.dirname, '../../../../docs/faults.md'))
})
