import type { Journal, Json } from '@bosun/core'
import { thisProcess } from '@bosun/runtime'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'
import { deadOwner, factsAfter, readAll, startedFact, valueFact } from './journal-facts.ts'
import { journalModelPromise } from './journal-model.ts'

const here = thisProcess()

const facts: readonly KitPromise<Journal>[] = [
  {
    title: 'S19: what was appended is read back whole and in order, from any fact on',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      const some = [startedFact('r1'), valueFact(2, { deep: [1, { two: null }] }), valueFact(3, 'x'.repeat(10_000))]
      await journal.append('r1', epoch, 0, some)
      expect(await readAll(journal, 'r1')).toEqual(some)
      expect(await readAll(journal, 'r1', 2)).toEqual(some.slice(2))
      expect(await readAll(journal, 'r1', 3)).toEqual([])
    },
  },
  {
    title: 'appends may overlap, and take effect in order',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      const appends = Array.from({ length: 100 }, (_, index) =>
        journal.append('r1', epoch, index * 10, factsAfter(index * 10, 10)),
      )
      await Promise.all(appends)
      expect(await readAll(journal, 'r1')).toEqual(factsAfter(0, 1_000))
    },
  },
  {
    title: 'an append of nothing changes nothing',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      await journal.append('r1', epoch, 0, [])
      expect(await readAll(journal, 'r1')).toEqual([])
    },
  },
  {
    title: 'S19: a batch that leaves a gap, overlaps or does not count from its start is refused as a whole',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      await journal.append('r1', epoch, 0, factsAfter(0, 2))
      const conflict = { code: 'JOURNAL_CONFLICT' }
      await expect(journal.append('r1', epoch, 1, factsAfter(1, 1))).rejects.toMatchObject(conflict)
      await expect(journal.append('r1', epoch, 5, factsAfter(5, 1))).rejects.toMatchObject(conflict)
      await expect(journal.append('r1', epoch, 2, factsAfter(3, 1))).rejects.toMatchObject(conflict)
      await journal.append('r1', epoch, 2, factsAfter(2, 1))
      expect(await readAll(journal, 'r1')).toEqual(factsAfter(0, 3))
    },
  },
  {
    title: 'a value that looks like a reference comes back as it was',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      const name = `sha256-${'0'.repeat(64)}`
      const values: Json[] = [{ $blob: name }, { $blob: name, more: 1 }, [{ $blob: 3 }], { a: { $blob: name } }]
      const some = values.map((value, index) => valueFact(index + 1, value))
      await journal.append('r1', epoch, 0, some)
      expect(await readAll(journal, 'r1')).toEqual(some)
    },
  },
  {
    title: 'a run that nobody acquired is unknown',
    async prove(journal) {
      const unknown = { code: 'RUN_UNKNOWN' }
      await expect(readAll(journal, 'r0')).rejects.toMatchObject(unknown)
      await expect(journal.append('r0', 1, 0, factsAfter(0, 1))).rejects.toMatchObject(unknown)
      await expect(journal.commands('r0')).rejects.toMatchObject(unknown)
    },
  },
  {
    title: 'runs are apart: what one holds is in no other',
    async prove(journal) {
      const [one, other] = [await journal.acquire('r1', here), await journal.acquire('r2', here)]
      await journal.append('r1', one, 0, factsAfter(0, 2, 'one'))
      await journal.append('r2', other, 0, factsAfter(0, 1, 'other'))
      expect(await readAll(journal, 'r1')).toEqual(factsAfter(0, 2, 'one'))
      expect(await readAll(journal, 'r2')).toEqual(factsAfter(0, 1, 'other'))
    },
  },
]

const fence: readonly KitPromise<Journal>[] = [
  {
    title: 'R3: a run whose manager lives is refused, with the process that has it',
    async prove(journal) {
      await journal.acquire('r1', here)
      const busy = { code: 'RUN_BUSY', message: expect.stringContaining(String(here.pid)) }
      await expect(journal.acquire('r1', { ...here })).rejects.toMatchObject(busy)
    },
  },
  {
    title: 'R3: of several that reach for the run of a dead manager at once, one gets it',
    async prove(journal) {
      const old = await journal.acquire('r1', deadOwner)
      const tries = await Promise.allSettled([1, 2, 3].map(() => journal.acquire('r1', here)))
      const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(won).toEqual([old + 1])
    },
  },
  {
    title: 'R3: the epoch rises when a run is handed over, and what comes of an older one is refused',
    async prove(journal) {
      const old = await journal.acquire('r1', deadOwner)
      await journal.append('r1', old, 0, factsAfter(0, 2))
      const epoch = await journal.acquire('r1', here)
      expect(epoch).toBe(old + 1)
      const fenced = { code: 'JOURNAL_FENCED' }
      await expect(journal.append('r1', old, 2, factsAfter(2, 1))).rejects.toMatchObject(fenced)
      await expect(journal.renew('r1', old)).rejects.toMatchObject(fenced)
      await expect(journal.release('r1', old)).rejects.toMatchObject(fenced)
      await journal.renew('r1', epoch)
      await journal.append('r1', epoch, 2, factsAfter(2, 1))
      expect(await readAll(journal, 'r1')).toEqual(factsAfter(0, 3))
    },
  },
  {
    title: 'R3: after its release a run takes nothing more, and can be acquired again',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      await journal.release('r1', epoch)
      const refused = journal.append('r1', epoch, 0, factsAfter(0, 1))
      await expect(refused).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
      expect(await journal.acquire('r1', here)).toBe(epoch + 1)
    },
  },
]

const runs: readonly KitPromise<Journal>[] = [
  {
    title: 'runs are listed with their states and owners',
    async prove(journal) {
      const running = await journal.acquire('runs', here)
      await journal.append('runs', running, 0, [startedFact('runs', 7), valueFact(2, 1)])
      const orphan = await journal.acquire('orphan', deadOwner)
      await journal.append('orphan', orphan, 0, [startedFact('orphan')])
      const paused = await journal.acquire('Pau/sed', here)
      const pause = { seq: 2, at: 2, cause: 2, type: 'run.paused', by: 'anna', reason: 'lunch' } as const
      await journal.append('Pau/sed', paused, 0, [startedFact('Pau/sed'), pause])
      await journal.release('Pau/sed', paused)
      const shared = { manager: 'fan-out', startedAt: 1 }
      expect((await journal.runs()).toSorted((a, b) => (a.run < b.run ? -1 : 1))).toEqual([
        { ...shared, run: 'Pau/sed', updatedAt: 2, state: 'paused', facts: 2, owner: undefined },
        { ...shared, run: 'orphan', updatedAt: 1, state: 'orphaned', facts: 1, owner: deadOwner },
        { ...shared, run: 'runs', startedAt: 7, updatedAt: 2, state: 'running', facts: 2, owner: here },
      ])
    },
  },
  {
    title: 'a run is exported as one line for each fact',
    async prove(journal) {
      const epoch = await journal.acquire('r1', here)
      const some = [startedFact('r1'), valueFact(2, 'x'.repeat(5_000))]
      await journal.append('r1', epoch, 0, some)
      const lines = await Array.fromAsync(journal.exportRun('r1'))
      expect(lines.map((line) => JSON.parse(line).fact)).toEqual(some)
    },
  },
]

const commands: readonly KitPromise<Journal>[] = [
  {
    title: 'commands stay in order until they are settled',
    async prove(journal) {
      await journal.acquire('r1', here)
      const steer = { kind: 'steer', body: { text: 'slower' }, by: 'anna' } as const
      const cancel = { kind: 'cancel', body: null, by: 'ben' } as const
      const first = await journal.submit('r1', steer)
      const second = await journal.submit('r1', cancel)
      expect(await journal.commands('r1')).toEqual([
        { id: first, ...steer },
        { id: second, ...cancel },
      ])
      expect(await journal.isSettled('r1', first)).toBe(false)
      await journal.settle('r1', first, 4)
      expect(await journal.isSettled('r1', first)).toBe(true)
      expect(await journal.commands('r1')).toEqual([{ id: second, ...cancel }])
      expect(await journal.isSettled('r1', 99)).toBe(false)
    },
  },
  {
    title: 'a command wakes the owner of its run, until nobody watches',
    async prove(journal) {
      await journal.acquire('r1', here)
      const woken = Promise.withResolvers<void>()
      const end = journal.watchCommands('r1', woken.resolve)
      await journal.submit('r1', { kind: 'pause', body: null, by: 'anna' })
      await woken.promise
      end()
      end()
    },
  },
]

/** What a journal promises. */
export const journalPromises: readonly KitPromise<Journal>[] = [
  ...facts,
  ...fence,
  ...runs,
  ...commands,
  journalModelPromise,
]
