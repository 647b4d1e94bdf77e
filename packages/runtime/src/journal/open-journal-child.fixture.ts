import process from 'node:process'
import { factsAfter, readAll } from './facts.fixture.ts'
import { thisProcess } from './owner.ts'
import { SqliteJournal } from './sqlite-journal.ts'

/** Forgets to close its journal: node open-journal-child.fixture.ts STATE */
const journal = await SqliteJournal.open({ stateDir: process.argv[2] ?? '' })
const epoch = await journal.acquire('r1', thisProcess())
journal.watchCommands('r1', () => {})
await journal.append('r1', epoch, 0, factsAfter(0, 1))
process.stdout.write(`${(await readAll(journal, 'r1')).length} fact\n`)
