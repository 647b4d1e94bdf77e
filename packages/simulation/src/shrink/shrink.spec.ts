import { describe, expect, it } from 'vitest'
import type { Choice, Choices } from '../choices/choices.ts'
import { randomChoices } from '../choices/random-choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { siteOf } from '../choices/site.ts'
import { failureOf } from './failure-of.ts'
import { passingTwin, passingTwinAsync } from './passing-twin.ts'
import { shrink, shrinkAsync } from './shrink.ts'
import { toySimulator, type ToyVerdict } from './toy-simulator.fixture.ts'

/** A graph, a duration per task, and a late result of any task that ran for long: that is the bug. */
function lateResult(choices: Choices): ToyVerdict {
  const tasks = 1 + choices.pick('graph.size', 8)
  const delay = choices.pick('store.delay', 4)
  for (let task = 0; task < tasks; task += 1) {
    const site = siteOf(`t${task}`)
    const duration = choices.pick('work.duration', 100, site)
    choices.chance('task.priority', 0.5, task)
    const isLate = choices.fault('result-late', site) || choices.fault('result-lost', site)
    if (isLate && duration >= 30) return { broke: 'late', facts: 5 + tasks + delay }
  }
  // Another bug, which shrinking must not slip into.
  if (choices.pick('net.delay', 4) === 0) return { broke: 'other', facts: 1 }
  return { facts: 5 + tasks }
}

const simulator = toySimulator(lateResult)

function failing(clause: string): ReturnType<typeof simulator.trace> {
  for (let seed = 0; ; seed += 1) {
    const trace = simulator.trace(randomChoices(seed))
    if (failureOf(trace.end) === `TOY ${clause}` && trace.choices.length > 8) return trace
  }
}

describe('shrinking', () => {
  it('leaves what matters and nothing else: one task, its duration at the brink, one fault', () => {
    const { choices, end, isMinimal } = shrink(simulator, failing('late').choices)
    expect(isMinimal).toBe(true)
    expect(end).toMatchObject({ facts: 6, violation: { clause: 'late' } })
    const site = [siteOf('t0'), 0, 0]
    expect(choices.filter(({ label }) => !label.startsWith('fault.'))).toEqual([
      { label: 'work.duration', site, bound: 100, value: 30 },
    ])
    expect(choices).toHaveLength(2)
  })

  it('ends where no choice can be taken back to 0 without the failure going away or changing', () => {
    const { choices } = shrink(simulator, failing('late').choices)
    for (const index of choices.keys()) {
      const end = simulator.run(new ReplayedChoices(choices.toSpliced(index, 1)))
      expect(failureOf(end)).not.toBe('TOY late')
    }
  })

  it('gives up in time where every schedule goes round in circles, and says that there may be smaller ones', () => {
    const endless = toySimulator((choices) => {
      let long = 0
      for (let task = 0; task < 40; task += 1) if (choices.pick('work.duration', 100, task) > 50) long += 1
      return { ...(long > 10 ? { broke: 'endless' } : {}), facts: 60_000 }
    })
    const { choices } = endless.trace(randomChoices(1))
    expect(shrink(endless, choices)).toMatchObject({ isMinimal: false, end: { facts: 60_000 } })
    expect(passingTwin(endless, choices)).toBeUndefined()
    expect(endless.runs()).toBeLessThan(20)
  })

  it('drops a choice in the end even if the log gets longer by it', () => {
    const long = toySimulator((choices) => ({
      broke: 'always',
      facts: choices.pick('store.delay', 4) === 3 ? 5 : 9,
    }))
    const list = [choice('store.delay', 4, 3)]
    expect(shrink(long, list)).toMatchObject({ choices: [], isMinimal: true })
  })

  it('stops when its schedules are used up, and says that the result is not minimal', () => {
    const shrunk = shrink(simulator, failing('late').choices, { schedulesMax: 5 })
    expect(shrunk.isMinimal).toBe(false)
    expect(shrunk.schedules).toBeLessThanOrEqual(6)
  })

  it('comes to the same in a world that waits', async () => {
    const waiting = toySimulator(lateResult, true)
    const { choices } = failing('late')
    expect(await shrinkAsync(waiting, choices)).toEqual(shrink(simulator, choices))
    expect(await passingTwinAsync(waiting, choices)).toEqual(passingTwin(simulator, choices))
  })

  it('refuses a schedule that passes', () => {
    expect(() => shrink(simulator, [choice('net.delay', 4, 1)])).toThrow(/expected a schedule that fails/)
  })
})

describe('the nearest passing twin', () => {
  it('differs by the smallest change of one choice', () => {
    const small = toySimulator((choices) => {
      const [size, late] = [choices.pick('graph.size', 8), choices.fault('result-late')]
      return choices.pick('work.duration', 100) >= 30 && late && size > 2 ? { broke: 'late' } : {}
    })
    const list = [choice('graph.size', 8, 6), choice('fault.result-late', 2, 1), choice('work.duration', 100, 33)]
    const twin = passingTwin(small, list)
    expect(twin).toMatchObject({ flipped: { label: 'fault.result-late' }, value: 0 })
    expect(failureOf(small.run(new ReplayedChoices(twin?.choices ?? [])))).toBeUndefined()
  })

  it('differs by the latest of equal changes', () => {
    const both = toySimulator((choices) =>
      choices.fault('result-late', 1) && choices.fault('result-late', 2) ? { broke: 'late' } : {},
    )
    const { choices } = shrink(
      both,
      [1, 2].map((at) => ({ label: 'fault.result-late', site: [at, 0, 0], bound: 2, value: 1 })),
    )
    expect(passingTwin(both, choices)?.flipped.site).toEqual([2, 0, 0])
  })

  it('is absent when the failure needs no choice', () => {
    expect(
      passingTwin(
        toySimulator(() => ({ broke: 'always' })),
        [],
      ),
    ).toBeUndefined()
  })
})

function choice(label: string, bound: number, value: number): Choice {
  return { label, site: [0, 0, 0], bound, value }
}
