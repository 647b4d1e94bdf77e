import { coreInvariants, defineInvariant, finding } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { randomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from '../world/simulator.ts'
import { cellsOf } from './cells.ts'
import { explain } from './explanation.ts'
import { htmlTimeline } from './page/html-timeline.ts'
import { textTimeline } from './text-timeline.ts'

/** Broken often, so that the schedules of the simulated world give something to explain. */
const nothingIsLost = defineInvariant({
  id: 'MY1',
  title: 'nothing is lost',
  sentence: 'No attempt is ever lost.',
  clauses: { lost: 'An attempt was lost.' },
  watches: ['attempt.lost'],
  initial: () => ({}),
  onFact: (_state, fact) => finding('lost', `${fact.task} was lost`, fact.seq),
})

const setting = settingOf(
  { kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) },
  { invariants: [...coreInvariants, nothingIsLost] },
)
const simulator = createSimulator(setting)
const { invariants } = setting
/** Whatever begins by itself: the run, its slots, people, faults. */
const ROOTS =
  /^(?:run\.(?:started|paused)|worker\.joined|world\.(?:fault|calm|died)|steer\.|limits?\.|waiver\.|plan\.|message\.)/

it('explains any schedule of the simulated world: causes before effects, lanes for all, 80 columns', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const trace = simulator.trace(randomChoices(seed))
      const explanation = explain(trace, { repro: 'b1:9f3c', module: 'mine.ts', invariants })
      const { story, blamed, slice, verdict } = explanation
      for (const { index, causes, lane, event } of story.events) {
        expect(causes.every((cause) => cause.index < index)).toBe(true)
        expect(causes.length > 0 || ROOTS.test(event.type)).toBe(true)
        expect(story.actors[lane]).toBeDefined()
      }
      expect(verdict.broke).toBe(trace.end.violation === undefined ? 'nothing' : 'invariant')
      expect(blamed.every((index) => slice.all.includes(index))).toBe(true)
      const last = story.events[blamed.at(-1) ?? -1]?.event.type
      expect(last).toBe(verdict.id === 'MY1' ? 'attempt.lost' : last)
      for (const line of textTimeline(explanation).split('\n')) expect(cellsOf(line)).toBeLessThanOrEqual(80)
      expect(htmlTimeline(explanation).match(/<g class="event/g)).toHaveLength(story.events.length)
    }),
    { numRuns: 100 },
  )
})
