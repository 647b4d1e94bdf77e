import process from 'node:process'
import { SqliteJournal } from './sqlite-journal.ts'

/** Another process that leaves a command: node command-child.fixture.ts STATE RUN TEXT */
const [stateDir = '', run = '', text = ''] = process.argv.slice(2)
await using journal = await SqliteJournal.open({ stateDir })
const id = await journal.submit(run, { kind: 'steer', body: { text }, by: 'child' })
process.stdout.write(`submitted ${id}\n`)
