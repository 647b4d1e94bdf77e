import type { Journal } from '@bosun/core'
import { declarePromises } from '../declare-promises.ts'
import { journalPromises } from './journal-promises.ts'

/**
 * Declares the tests of a journal: one for each promise of the contract, each on a journal of its own,
 * which is closed afterwards.
 *
 * @param open makes an empty journal
 * @example
 * describeJournal('MemoryJournal', () => new MemoryJournal())
 */
export function describeJournal(name: string, open: () => Promise<Journal> | Journal): void {
  declarePromises(`${name} keeps the promises of a journal`, journalPromises, open, (journal) => journal.close())
}
