import { describeJournal } from './describe-journal.fixture.ts'
import { MemoryJournal } from './memory-journal.ts'

describeJournal('MemoryJournal', async () => new MemoryJournal())
