import { composeStrategy } from '@bosun/kernel'
import { expect, it } from 'vitest'
import { randomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from '../world/simulator.ts'
import { Reach, reachReport } from './reach.ts'

const simulator = createSimulator(settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) }))
const traces = [1, 2, 3].map((seed) => simulator.trace(randomChoices(seed)))

it('a schedule is new the first time, and not the second', () => {
  const reach = new Reach()
  expect(traces.map((trace) => reach.add(trace))).toEqual([true, true, true])
  expect(traces.map((trace) => reach.add(trace))).toEqual([false, false, false])
})

it('what several threads reached is counted once', () => {
  const [all, one, other] = [new Reach(), new Reach(), new Reach()]
  for (const trace of traces) all.add(trace)
  for (const trace of traces.slice(0, 2)) one.add(trace)
  for (const trace of traces.slice(1)) other.add(trace)
  const whole = reachReport([all.data()])
  const parts = reachReport([one.data(), other.data()])
  expect([parts.cells, parts.states]).toEqual([whole.cells, whole.states])
  expect(Object.keys(parts.facts)).toEqual(Object.keys(whole.facts))
  expect(whole.facts['run.started']).toBe(3)
})
