import { writeSync } from 'node:fs'
import process from 'node:process'
import { BosunError } from '@bosun/core'
import { deadOwner, factsAfter, readAll } from './facts.fixture.ts'
import { thisProcess } from './owner.ts'
import { SqliteJournal } from './sqlite-journal.ts'

/**
 * A manager that only appends: the child process of the torture specs.
 *
 * node journal-writer.fixture.ts STATE RUN COUNT [dead]
 *
 * It takes the run over and appends up to COUNT facts in batches of 1 to 7, 32 batches under way,
 * some of them large. Each acknowledged number is written to stdout at once, so whoever kills it
 * knows what it was promised; a refusal is written as its code. `dead` names an owner that is
 * dead, so that another process may take over while this one still runs.
 */
const [stateDir = '', run = '', count = '0', mode = ''] = process.argv.slice(2)

const journal = await SqliteJournal.open({ stateDir })
const epoch = await journal.acquire(run, mode === 'dead' ? deadOwner : thisProcess()).catch(refused)
let seq = (await readAll(journal, run)).length
const last = seq + Number(count)
const underWay: Promise<void>[] = []
say(`owns ${seq}`)
for (let batch = 1; seq < last; batch += 1) {
  const facts = factsAfter(seq, 1 + (batch % 7), batch % 10 === 0 ? 'x'.repeat(6000) : 'done')
  underWay.push(append(seq, facts))
  seq += facts.length
  if (underWay.length >= 32) await underWay.shift()
}
await Promise.all(underWay)
say('done')
await journal.close()

async function append(expectedSeq: number, facts: ReturnType<typeof factsAfter>): Promise<void> {
  try {
    await journal.append(run, epoch, expectedSeq, facts)
    say(`acked ${expectedSeq + facts.length}`)
  } catch (error) {
    refused(error)
  }
}

function refused(error: unknown): never {
  say(`refused ${BosunError.is(error) ? error.code : String(error)}`)
  process.exit(3)
}

/** At once and in full: a line that was said counts even if this process is killed right after. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`)
      return
    } catch (error) {
      // The pipe is full; whoever reads it is slower than we are.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
