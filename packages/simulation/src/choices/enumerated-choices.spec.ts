import { describe, expect, it } from 'vitest'
import { EnumeratedChoices, type EnumerationBounds } from './enumerated-choices.ts'

const bounds: EnumerationBounds = {
  varied: { 'order.next': Infinity, 'work.duration': 2 },
  eventsMax: 3,
  faultsMax: 1,
  faults: ['threw', 'slow'],
}

/** What a little world sees in each schedule: two orders, a duration, and three places for a fault. */
function allOf(options: Partial<EnumerationBounds>): readonly string[] {
  const choices = new EnumeratedChoices({ ...bounds, ...options })
  const seen: string[] = []
  while (choices.next()) {
    const orders = [0, 1].map((nth) => choices.pick('order.next', 3, nth))
    const duration = choices.pick('work.duration', 64)
    const faults = [
      choices.fault('threw', 1),
      choices.fault('slow', 1),
      choices.fault('threw', 2),
      choices.fault('deaf'),
    ]
    seen.push(`${orders.join('')}${duration} ${faults.map(Number).join('')}`)
  }
  return seen
}

describe('enumerated choices', () => {
  it('go through every combination within the bounds, each once', () => {
    const seen = allOf({})
    expect(seen).toHaveLength(3 * 3 * 2 * 4)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.slice(0, 3)).toEqual(['000 0000', '000 0010', '000 0100'])
  })

  it('hold the number of faults', () => {
    expect(allOf({ faultsMax: 0 })).toHaveLength(18)
    expect(allOf({ faultsMax: 2 })).toHaveLength(18 * 7)
  })

  it('hold the number of choices other than 0', () => {
    expect(allOf({ faultsMax: 0, deviationsMax: 1 })).toEqual([
      '000 0000',
      '001 0000',
      '010 0000',
      '020 0000',
      '100 0000',
      '200 0000',
    ])
  })

  it('vary nothing after the last event that is to be disturbed', () => {
    expect(allOf({ eventsMax: 1 })).toEqual(['000 0000', '100 0000', '200 0000'])
  })

  it('answer alike when asked again, and a fault that has struck goes on to', () => {
    const choices = new EnumeratedChoices(bounds)
    const struck = new Set<boolean>()
    while (choices.next()) {
      const order = choices.pick('order.next', 3, 7)
      const isStruck = choices.fault('slow', 7)
      struck.add(isStruck)
      expect(choices.pick('order.next', 3, 7)).toBe(order)
      expect(!isStruck || choices.fault('slow', 7)).toBe(true)
    }
    expect(struck).toEqual(new Set([false, true]))
  })

  it('make the same choices again, and take what is not varied from the base', () => {
    const base = [{ label: 'graph.size', site: [0, 0, 0], bound: 8, value: 2 }] as const
    const choices = new EnumeratedChoices({ ...bounds, base })
    choices.next()
    choices.pick('order.next', 3)
    choices.next()
    const once = [choices.pick('order.next', 3), choices.pick('graph.size', 8)]
    choices.again()
    expect([choices.pick('order.next', 3), choices.pick('graph.size', 8)]).toEqual(once)
    expect(once).toEqual([1, 2])
  })
})
