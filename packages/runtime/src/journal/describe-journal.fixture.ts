import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BosunError, DurableFact, Journal, Json } from '@bosun/core'
import { deadOwner, factsAfter, here, pausedFact, readAll, startedFact, valueFact } from './facts.fixture.ts'

/** What the kit asks of a journal besides the contract. */
export interface JournalUnderTest extends Journal {
  exportRun(run: string): AsyncIterable<string>
  remove(run: string): Promise<void>
}

/** The contract of a journal as specs; each implementation passes the same ones. */
export function describeJournal(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`${name} keeps the contract of a journal`, () => {
    let journal: JournalUnderTest
    beforeEach(async () => {
      journal = await open()
    })
    afterEach(() => journal.close())
    const get = (): JournalUnderTest => journal

    describeFacts(get)
    describeFence(get)
    describeRuns(get)
    describeCommands(get)
    describeModel(get)
  })
}

function describeFacts(get: () => JournalUnderTest): void {
  it('S19: reads back what was appended, in order and whole', async () => {
    const epoch = await get().acquire('r1', here)
    const facts = [startedFact('r1'), valueFact(2, { deep: [1, { two: null }] }), valueFact(3, 'x'.repeat(10_000))]
    await get().append('r1', epoch, 0, facts)
    expect(await readAll(get(), 'r1')).toEqual(facts)
    expect(await readAll(get(), 'r1', 2)).toEqual(facts.slice(2))
    expect(await readAll(get(), 'r1', 3)).toEqual([])
  })

  it('lets appends overlap and lets them take effect in order', async () => {
    const epoch = await get().acquire('r1', here)
    const appends = Array.from({ length: 300 }, (_, index) =>
      get().append('r1', epoch, index * 10, factsAfter(index * 10, 10)),
    )
    await Promise.all(appends)
    expect(await readAll(get(), 'r1')).toEqual(factsAfter(0, 3000))
  })

  it('appends nothing without complaint', async () => {
    const epoch = await get().acquire('r1', here)
    await get().append('r1', epoch, 0, [])
    expect(await readAll(get(), 'r1')).toEqual([])
  })

  it('refuses a batch that does not continue the log', async () => {
    const epoch = await get().acquire('r1', here)
    await get().append('r1', epoch, 0, factsAfter(0, 2))
    await expect(get().append('r1', epoch, 1, factsAfter(1, 1))).rejects.toMatchObject({ code: 'JOURNAL_CONFLICT' })
    await expect(get().append('r1', epoch, 5, factsAfter(5, 1))).rejects.toMatchObject({ code: 'JOURNAL_CONFLICT' })
    await expect(get().append('r1', epoch, 2, factsAfter(3, 1))).rejects.toMatchObject({ code: 'JOURNAL_CONFLICT' })
    await get().append('r1', epoch, 2, factsAfter(2, 1))
    expect(await readAll(get(), 'r1')).toEqual(factsAfter(0, 3))
  })

  it('brings a value that looks like a reference back as it was', async () => {
    const epoch = await get().acquire('r1', here)
    const name = `sha256-${'0'.repeat(64)}`
    const values: Json[] = [
      { $blob: name },
      { $blob: name, more: 1 },
      { $blob: 3 },
      [{ $blob: name }],
      { a: { $blob: name } },
    ]
    const facts = values.map((value, index) => valueFact(index + 1, value))
    await get().append('r1', epoch, 0, facts)
    expect(await readAll(get(), 'r1')).toEqual(facts)
  })

  it('knows no run that nobody acquired', async () => {
    await expect(readAll(get(), 'r0')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    await expect(get().append('r0', 1, 0, factsAfter(0, 1))).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    await expect(get().commands('r0')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
  })
}

function describeFence(get: () => JournalUnderTest): void {
  it('R3: refuses a run whose manager lives, and names its process', async () => {
    await get().acquire('r1', here)
    await expect(get().acquire('r1', { ...here })).rejects.toMatchObject({
      code: 'RUN_BUSY',
      message: expect.stringContaining(String(here.pid)),
    })
  })

  it('R3: hands the run of a dead manager over at once, and fences the dead one', async () => {
    const old = await get().acquire('r1', deadOwner)
    await get().append('r1', old, 0, factsAfter(0, 2))
    const epoch = await get().acquire('r1', here)
    expect(epoch).toBe(old + 1)
    await expect(get().append('r1', old, 2, factsAfter(2, 1))).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
    await expect(get().renew('r1', old)).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
    await expect(get().release('r1', old)).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
    await get().renew('r1', epoch)
    await get().append('r1', epoch, 2, factsAfter(2, 1))
    expect(await readAll(get(), 'r1')).toEqual(factsAfter(0, 3))
  })

  it('R3: refuses what comes after the release', async () => {
    const epoch = await get().acquire('r1', here)
    await get().release('r1', epoch)
    await expect(get().append('r1', epoch, 0, factsAfter(0, 1))).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
    expect(await get().acquire('r1', here)).toBe(epoch + 1)
  })
}

function describeRuns(get: () => JournalUnderTest): void {
  it('lists the runs with their states', async () => {
    const running = await get().acquire('runs', here)
    await get().append('runs', running, 0, [startedFact('runs', 7), valueFact(2, 1)])
    const orphan = await get().acquire('orphan', deadOwner)
    await get().append('orphan', orphan, 0, [startedFact('orphan')])
    const paused = await get().acquire('Pau/sed', here)
    await get().append('Pau/sed', paused, 0, [startedFact('Pau/sed'), pausedFact(2)])
    await get().release('Pau/sed', paused)
    const runs = (await get().runs()).toSorted((a, b) => (a.run < b.run ? -1 : 1))
    const shared = { manager: 'fan-out', startedAt: 1 }
    expect(runs).toEqual([
      { ...shared, run: 'Pau/sed', updatedAt: 2, state: 'paused', facts: 2, owner: undefined },
      { ...shared, run: 'orphan', updatedAt: 1, state: 'orphaned', facts: 1, owner: deadOwner },
      { ...shared, run: 'runs', startedAt: 7, updatedAt: 2, state: 'running', facts: 2, owner: here },
    ])
  })

  it('drops a run as a whole, but not under a living manager', async () => {
    const epoch = await get().acquire('r1', here)
    await get().append('r1', epoch, 0, factsAfter(0, 2))
    await expect(get().remove('r1')).rejects.toMatchObject({ code: 'RUN_BUSY' })
    await get().release('r1', epoch)
    await get().remove('r1')
    await expect(readAll(get(), 'r1')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    expect(await get().runs()).toEqual([])
  })

  it('exports a run as one line per fact', async () => {
    const epoch = await get().acquire('r1', here)
    const facts = [startedFact('r1'), valueFact(2, 'x'.repeat(5000))]
    await get().append('r1', epoch, 0, facts)
    const lines = await Array.fromAsync(get().exportRun('r1'))
    expect(lines.map((line) => JSON.parse(line).fact)).toEqual(facts)
  })
}

function describeCommands(get: () => JournalUnderTest): void {
  it('keeps commands in order until they are settled', async () => {
    await get().acquire('r1', here)
    const steer = { kind: 'steer', body: { text: 'slower' }, by: 'anna' } as const
    const cancel = { kind: 'cancel', body: null, by: 'ben' } as const
    const first = await get().submit('r1', steer)
    const second = await get().submit('r1', cancel)
    expect(await get().commands('r1')).toEqual([
      { id: first, ...steer },
      { id: second, ...cancel },
    ])
    expect(await get().isSettled('r1', first)).toBe(false)
    await get().settle('r1', first, 4)
    expect(await get().isSettled('r1', first)).toBe(true)
    expect(await get().commands('r1')).toEqual([{ id: second, ...cancel }])
    expect(await get().isSettled('r1', 99)).toBe(false)
  })

  it('wakes the owner when a command comes, until it stops watching', async () => {
    await get().acquire('r1', here)
    const woken = Promise.withResolvers<void>()
    const end = get().watchCommands('r1', woken.resolve)
    await get().submit('r1', { kind: 'pause', body: null, by: 'anna' })
    await expect(woken.promise).resolves.toBeUndefined()
    end()
    end()
  })
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

/** What a run must look like after each step. */
class Model {
  readonly facts: DurableFact[] = []
  epoch = 0
  alive = false
}

function describeModel(get: () => JournalUnderTest): void {
  let runs = 0
  it('R2, R3, S19: equals a model after any sequence of appends, reads and takeovers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 15 }), async (steps) => {
        const run = `model-${runs++}`
        const model = new Model()
        model.epoch = await get().acquire(run, deadOwner)
        for (const step of steps) {
          const { got, want } = await perform(get(), run, model, step)
          expect(got).toEqual(want)
        }
        expect(await readAll(get(), run)).toEqual(model.facts)
      }),
      { numRuns: 25 },
    )
  })
}

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
    case 'read': {
      return { got: await readAll(journal, run, Math.min(step.from, length)), want: facts.slice(step.from) }
    }
    case 'stale': {
      const got = await outcome(journal.append(run, epoch - 1, length, factsAfter(length, step.count)))
      return { got, want: 'JOURNAL_FENCED' }
    }
    case 'acquire': {
      const want = model.alive ? 'RUN_BUSY' : epoch + 1
      const got = await outcome(journal.acquire(run, step.alive ? here : deadOwner))
      model.epoch = model.alive ? epoch : epoch + 1
      model.alive ||= step.alive
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
  return promise.catch((error: unknown) => (error as BosunError).code)
}
