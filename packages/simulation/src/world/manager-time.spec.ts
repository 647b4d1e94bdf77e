import { delegate, finish, foldManager, task, wake } from '@bosun/managers'
import { expect, it } from 'vitest'
import { RandomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

/** Looks again every few seconds, counted from the time that its view shows. */
const watchful = foldManager({
  name: 'watchful',
  initial: () => ({ looks: 0 }),
  on: {
    goal: (_state, _message, view) => [delegate(task('dig', null, { id: 'a' })), wake('look', view.at + 3_000)],
    woke: (state, _message, view) => ((state.looks += 1) < 5 ? wake('look', view.at + 3_000) : undefined),
    settled: () => finish('done'),
  },
})

it('R2: a manager that counts from the time of its view decides alike when it is told again', () => {
  const setting = settingOf({ kind: 'manager', manager: watchful }, { workers: { dig: () => ({ result: 1 }) } })
  const simulator = createSimulator(setting)
  const choices = new RandomChoices()
  for (let seed = 1; seed <= 1_500; seed += 1) {
    const { violation, fault } = simulator.run(choices.seeded(seed))
    expect({ seed, violation, fault }).toEqual({ seed, violation: undefined, fault: undefined })
  }
})
