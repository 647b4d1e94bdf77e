import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DurableFact, Journal, Owner } from '@bosun/core'
import { MemoryJournal, SqliteJournal } from '@bosun/runtime'
import { afterAll, describe, expect, it } from 'vitest'
import { brokenPromises } from '../broken-promises.fixture.ts'
import { describeJournal } from './describe-journal.ts'
import { journalPromises } from './journal-promises.ts'

const folder = mkdtempSync(join(tmpdir(), 'bosun-describe-journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeJournal('MemoryJournal', () => new MemoryJournal())
describeJournal('SqliteJournal', () => SqliteJournal.open({ stateDir: mkdtempSync(join(folder, 'state-')) }))

/** A journal of memory that does one thing wrong. */
const wrong: Readonly<Record<string, { readonly make: () => Journal; readonly breaks: RegExp }>> = {
  'reads facts in the other order': {
    make: () =>
      new (class extends MemoryJournal {
        override async *read(run: string, from?: number) {
          for await (const batch of super.read(run, from)) yield batch.toReversed()
        }
      })(),
    breaks: /^S19: what was appended/,
  },
  'forgets where to read from': {
    make: () =>
      new (class extends MemoryJournal {
        override read(run: string) {
          return super.read(run)
        }
      })(),
    breaks: /^S19: what was appended/,
  },
  'takes a batch that does not continue': {
    make: () =>
      new (class extends MemoryJournal {
        override append(run: string, epoch: number, expectedSeq: number, facts: readonly DurableFact[]) {
          return super.append(run, epoch, expectedSeq, facts).catch((error: { code?: string }) => {
            if (error.code !== 'JOURNAL_CONFLICT') throw error
          })
        }
      })(),
    breaks: /^S19: a batch that leaves a gap/,
  },
  'fences nobody': {
    make: () =>
      new (class extends MemoryJournal {
        readonly #latest = new Map<string, number>()

        override async acquire(run: string, owner: Owner) {
          const epoch = await super.acquire(run, owner)
          this.#latest.set(run, epoch)
          return epoch
        }

        override append(run: string, _epoch: number, expectedSeq: number, facts: readonly DurableFact[]) {
          return super.append(run, this.#latest.get(run) ?? 0, expectedSeq, facts)
        }
      })(),
    breaks: /^R3: the epoch rises/,
  },
  'hands a run over while its manager lives': {
    make: () =>
      new (class extends MemoryJournal {
        override acquire(run: string, owner: Owner) {
          return super.acquire(run, owner).catch(() => 2)
        }
      })(),
    breaks: /^R3: a run whose manager lives/,
  },
  'forgets to release': {
    make: () =>
      new (class extends MemoryJournal {
        override release() {
          return Promise.resolve()
        }
      })(),
    breaks: /^R3: after its release/,
  },
  'settles no command': {
    make: () =>
      new (class extends MemoryJournal {
        override settle() {
          return Promise.resolve()
        }
      })(),
    breaks: /^commands stay in order/,
  },
  'lists no run': {
    make: () =>
      new (class extends MemoryJournal {
        override runs() {
          return Promise.resolve([])
        }
      })(),
    breaks: /^runs are listed/,
  },
  'keeps all runs in one': {
    make: () =>
      new (class extends MemoryJournal {
        override append(_run: string, epoch: number, expectedSeq: number, facts: readonly DurableFact[]) {
          return super.append('r1', epoch, expectedSeq, facts)
        }
      })(),
    breaks: /^runs are apart/,
  },
}

describe('the promises of a journal', () => {
  it.each(Object.entries(wrong))('find a journal that %s', async (_, { make, breaks }) => {
    expect(await brokenPromises(journalPromises, make)).toContainEqual(expect.stringMatching(breaks))
  })
})
