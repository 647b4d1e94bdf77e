import { delegate, finish, fanOut, foldManager, task } from '@bosun/managers'
import { composeStrategy } from '@bosun/kernel'
import type { AnyManager, Strategy } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { randomChoices } from '../choices/random-choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

const faultOf = (policies: Partial<Strategy>) => {
  const strategy = composeStrategy({ name: 'odd', ...policies })
  const simulator = createSimulator(settingOf({ kind: 'strategy', strategy }))
  for (let seed = 1; seed < 50; seed += 1) {
    const { fault } = simulator.run(randomChoices(seed))
    if (fault !== undefined) return fault
  }
  return undefined
}

describe('a strategy that does what no strategy may do', () => {
  it('that throws is named, with the line', () => {
    const order = {
      name: 'thrower',
      key: () => {
        throw new Error('no key today')
      },
    }
    expect(faultOf({ order })).toMatchObject({
      code: 'SUBJECT_THREW',
      message: 'no key today',
      at: expect.stringMatching(/subject-faults\.spec\.ts:\d+:\d+$/),
    })
  })

  it.each([
    ['Date.now', () => Date.now()],
    ['Math.random', () => Math.random()],
    ['setTimeout', () => Number(setTimeout(() => undefined, 1))],
  ])('that asks for %s is named, with the line', (name, key) => {
    const fault = faultOf({ order: { name: 'ambient', key } })
    expect(fault).toMatchObject({
      code: 'SUBJECT_AMBIENT',
      at: expect.stringMatching(/subject-faults\.spec\.ts:\d+:\d+$/),
    })
    expect(fault?.message).toContain(name)
  })

  it('that asks for the time and swallows the refusal is named all the same', () => {
    expect(faultOf({ order: { name: 'sly', key: timeOrNothing } })).toMatchObject({ code: 'SUBJECT_AMBIENT' })
  })

  it.each([
    ['a key that is no number', { order: { name: 'odd', key: () => Number.NaN } }],
    ['a key that is a text', { order: { name: 'odd', key: () => 'first' as never } }],
    ['a slot that is not there', { placement: { name: 'odd', choose: () => 7 } }],
    ['a slot between two', { placement: { name: 'odd', choose: () => 0.5 } }],
    ['an odd delay', { retry: { next: () => -5 } }],
    ['a promise for a delay', { retry: { next: () => Promise.resolve(1) as never } }],
    ['an odd judgement', { liveness: { judge: () => 'who knows' as never } }],
    ['a promise for an admission', { admission: { admit: () => Promise.resolve(false) as never } }],
  ] as [string, Partial<Strategy>][])('that returns %s is told so by name', (_what, policies) => {
    const fault = faultOf(policies)
    expect(fault).toMatchObject({ code: 'SUBJECT_NONSENSE' })
    expect(fault?.message).toContain('odd')
  })
})

describe('a manager that does what no manager may do', () => {
  it('that throws is named, with the line', () => {
    const manager = foldManager({
      name: 'thrower',
      initial: () => 0,
      on: {
        goal: () => {
          throw new Error('no goal today')
        },
        settled: () => finish(1),
      },
    })
    const fault = faultOfManager(manager)
    expect(fault?.code).toBe('MANAGER_FAILED')
    expect(fault?.message).toContain('no goal today')
  })

  it('that has nothing to say when everything is settled is named', () => {
    const manager = foldManager({
      name: 'mute',
      initial: () => 0,
      on: { goal: () => delegate(task('dig', null, { id: 'a' })), settled: () => undefined },
    })
    expect(faultOfManager(manager)).toMatchObject({ code: 'MANAGER_IDLE', message: expect.stringContaining('mute') })
  })

  it('that sets a timer is named', () => {
    expect(faultOfManager(fanOut({ name: 'timer', start: digLater }))?.code).toBe('MANAGER_TIMER_REFUSED')
  })
})

function faultOfManager(manager: AnyManager) {
  const setting = settingOf({ kind: 'manager', manager }, { workers: { dig: () => ({ result: 1 }) } })
  return createSimulator(setting).run(new ReplayedChoices([])).fault
}

function timeOrNothing(): number {
  try {
    return Date.now()
  } catch {
    return 0
  }
}

function digLater() {
  setTimeout(() => undefined, 1)
  return [task('dig', null, { id: 'a' })]
}
