import { describe, expect, it } from 'vitest'
import { echoes, expectClean, of, stored, world } from './world.fixture.ts'

describe('RunLoop', () => {
  it.each(['memory', 'sqlite'] as const)(
    'M-01, M-10, M-16: a goal goes in and a result comes out (%s)',
    async (journal) => {
      const { bosun } = await world({ journal })
      const run = await bosun.run(echoes, 3)
      expect(await run.result).toMatchObject({ result: [0, 1, 2], contains: ['e0', 'e1', 'e2'], missing: [] })
      const facts = await stored(bosun.journal, run.run)
      expect(of(facts, 'task.assigned').map(({ task, epoch }) => `${task}@${epoch}`)).toEqual(['e0@1', 'e1@1', 'e2@1'])
      expect(of(facts, 'run.completed')).toHaveLength(1)
      expectClean(facts)
    },
  )
})
