import type { DurableFact, Journal, Json } from '@bosun/core'
import { BosunError } from '@bosun/core'
import { thisProcess } from '@bosun/runtime'
import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'
import { deadOwner, factsAfter, readAll } from './journal-facts.ts'

/** What a run has to look like after each step. */
interface Model {
  readonly facts: DurableFact[]
  epoch: number
  isAlive: boolean
}

type Step =
  | { readonly kind: 'append'; readonly count: number; readonly skew: number; readonly value: Json }
  | { readonly kind: 'read'; readonly from: number }
  | { readonly kind: 'acquire'; readonly alive: boolean }
  | { readonly kind: 'stale'; readonly count: number }

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    count: fc.nat(5),
    skew: fc.constantFrom(0, 0, 0, 1, -1),
    value: fc.oneof(
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
      fc.constant({ $blob: 'sha256-' }),
      fc.nat(20_000).map((length) => 'x'.repeat(length)),
    ),
  }),
  fc.record({ kind: fc.constant('read' as const), from: fc.nat(30) }),
  fc.record({ kind: fc.constant('acquire' as const), alive: fc.boolean() }),
  fc.record({ kind: fc.constant('stale' as const), count: fc.integer({ min: 1, max: 3 }) }),
)

/** A journal beside the simplest thing that behaves as one. */
export const journalModelPromise: KitPromise<Journal> = {
  title: 'R2, R3, S19: it equals a model after any sequence of appends, reads and takeovers',
  async prove(journal) {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 15 }), async (steps) => {
        const run = `model-${(runs += 1)}`
        const model: Model = { facts: [], epoch: await journal.acquire(run, deadOwner), isAlive: false }
        for (const step of steps) {
          // oxlint-disable-next-line no-await-in-loop
          const { got, want } = await perform(journal, run, model, step)
          expect(got).toEqual(want)
        }
        expect(await readAll(journal, run)).toEqual(model.facts)
      }),
      { numRuns: 25 },
    )
  },
}

// ---------------------------------------------------------------------------------------------

/** Does a step to the journal and to the model, and says what came of it and what should have. */
async function perform(
  journal: Journal,
  run: string,
  model: Model,
  step: Step,
): Promise<{ got: unknown; want: unknown }> {
  const { facts, epoch } = model
  const length = facts.length
  switch (step.kind) {
    case 'read':
      return { got: await readAll(journal, run, Math.min(step.from, length)), want: facts.slice(step.from) }
    case 'stale': {
      const got = await outcome(journal.append(run, epoch - 1, length, factsAfter(length, step.count)))
      return { got, want: 'JOURNAL_FENCED' }
    }
    case 'acquire': {
      const want = model.isAlive ? 'RUN_BUSY' : epoch + 1
      const got = await outcome(journal.acquire(run, step.alive ? thisProcess() : deadOwner))
      model.epoch = model.isAlive ? epoch : epoch + 1
      model.isAlive ||= step.alive
      return { got, want }
    }
    case 'append': {
      const expectedSeq = Math.max(0, length + step.skew)
      const batch = factsAfter(expectedSeq, step.count, step.value)
      const got = await outcome(journal.append(run, epoch, expectedSeq, batch))
      if (expectedSeq !== length) return { got, want: 'JOURNAL_CONFLICT' }
      // What is stored is JSON: minus zero becomes zero.
      facts.push(...batch.map((fact) => JSON.parse(JSON.stringify(fact)) as DurableFact))
      return { got, want: undefined }
    }
  }
}

/** What a promise came to: its value, or the code of its error. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => (BosunError.is(error) ? error.code : error))
}
