import { describeJournal } from './describe-journal.fixture.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { temporaryFolder } from './temporary-folder.fixture.ts'

describeJournal('SqliteJournal', () => SqliteJournal.open({ stateDir: temporaryFolder() }))
