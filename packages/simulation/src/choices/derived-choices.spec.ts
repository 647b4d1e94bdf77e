import { describe, expect, it } from 'vitest'
import type { Choices } from './choices.ts'
import { MutatedChoices } from './mutated-choices.ts'
import { NthFaultChoices } from './nth-fault-choices.ts'
import { PctChoices } from './pct-choices.ts'
import { RandomChoices, randomChoices } from './random-choices.ts'
import { RecordingChoices } from './recording-choices.ts'
import { ReplayedChoices } from './replayed-choices.ts'

describe('the n-th fault', () => {
  it('strikes once, at the n-th place of its kind, and no other strikes', () => {
    const choices = new NthFaultChoices(randomChoices(1), 'manager-crash', 3)
    const struck = [1, 2, 3, 4].map(() => [choices.fault('manager-crash'), choices.fault('threw')])
    expect(struck).toEqual([
      [false, false],
      [false, false],
      [true, false],
      [false, false],
    ])
    expect(choices.hasStruck).toBe(true)
  })

  it('leaves all else to its base', () => {
    const choices = new NthFaultChoices(randomChoices(7), 'manager-crash', 1)
    expect(choices.pick('work.duration', 1_000, 5)).toBe(randomChoices(7).pick('work.duration', 1_000, 5))
    expect(choices.hasStruck).toBe(false)
  })

  it('is not compared with a run that has no fault', () => {
    const always = new ReplayedChoices([{ label: 'cross', site: [0, 0, 0], bound: 2, value: 1 }])
    expect(new NthFaultChoices(always, 'manager-crash', 1).chance('cross', 1)).toBe(false)
  })
})

describe('mutated choices', () => {
  const saved = drawn(randomChoices(5))

  it('are the saved ones at rate 0, and other ones at rate 1', () => {
    const at = (rate: number) => drawn(new MutatedChoices(saved, randomChoices(6), { rate, seed: 1, faultsMax: 6 }))
    expect(at(0)).toEqual(saved)
    expect(at(1)).toEqual(drawn(randomChoices(6)))
  })

  it('differ in about the share that the rate says', () => {
    const mutated = drawn(new MutatedChoices(saved, randomChoices(6), { rate: 0.1, seed: 3, faultsMax: 6 }))
    const same = mutated.filter((choice) => saved.some((other) => JSON.stringify(other) === JSON.stringify(choice)))
    expect(same.length / saved.length).toBeGreaterThan(0.8)
    expect(mutated).not.toEqual(saved)
  })

  it('answer alike when asked again', () => {
    const choices = new MutatedChoices(saved, randomChoices(6), { rate: 0.5, seed: 2, faultsMax: 0 })
    for (let site = 0; site < 100; site += 1) {
      expect(choices.pick('work.duration', 64, site)).toBe(choices.pick('work.duration', 64, site))
    }
  })

  it('hold the number of faults', () => {
    const storm = [1, 2, 3].map((at) => ({ label: 'fault.threw', site: [at, 0, 0], bound: 2, value: 1 }) as const)
    const choices = new MutatedChoices(storm, new ReplayedChoices([]), { rate: 0, seed: 1, faultsMax: 2 })
    expect([1, 2, 3].map((at) => choices.fault('threw', at))).toEqual([true, true, false])
  })
})

describe('choices by priorities', () => {
  const base = new RandomChoices({ faultsMax: 0 })

  /** Lets three chains of four events each go, and says in which order. */
  function order(depth: number, seed: number, changesWithin = 12): string {
    const choices = new PctChoices(base.seeded(seed), { seed, depth, events: changesWithin })
    const left = new Map([
      [1, 4],
      [2, 4],
      [3, 4],
    ])
    let order = ''
    while (left.size > 0) {
      const chains = [...left.keys()]
      choices.order(chains)
      const chain = chains[choices.pick('order.next', chains.length)] as number
      order += chain
      const rest = (left.get(chain) as number) - 1
      if (rest === 0) left.delete(chain)
      else left.set(chain, rest)
    }
    return order
  }

  it('let one chain go to its end before the next, at depth 1', () => {
    const orders = new Set(Array.from({ length: 60 }, (_, seed) => order(1, seed)))
    expect([...orders].toSorted()).toEqual([
      '111122223333',
      '111133332222',
      '222211113333',
      '222233331111',
      '333311112222',
      '333322221111',
    ])
  })

  it('let a chain fall behind once, at depth 2', () => {
    const orders = Array.from({ length: 200 }, (_, seed) => order(2, seed))
    expect(orders.some((one) => /^(.)\1*(.)\2{3}(.)\3{3}\1+$/.test(one))).toBe(true)
    for (const one of orders) expect(one.replaceAll(/(.)\1*/g, '$1').length).toBeLessThanOrEqual(4)
  })

  it('take the same order again', () => {
    expect(order(3, 9)).toBe(order(3, 9))
  })

  it('hold a tick, which belongs to no chain, as a chain of its own', () => {
    const firsts = Array.from({ length: 40 }, (_, seed) => {
      const choices = new PctChoices(base.seeded(seed), { seed, depth: 1, events: 10 })
      choices.order([1])
      return choices.pick('order.next', 2)
    })
    expect(new Set(firsts)).toEqual(new Set([0, 1]))
  })
})

function drawn(source: Choices): ReturnType<RecordingChoices['list']> {
  const recording = new RecordingChoices(source)
  for (let site = 0; site < 200; site += 1) recording.pick('work.duration', 64, site)
  return recording.list()
}
