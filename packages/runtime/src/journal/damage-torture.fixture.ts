import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { BosunError, type DurableFact } from '@bosun/core'
import { factsAfter, here, readAll } from './facts.fixture.ts'
import { runFile, RUNS_FOLDER } from './run-file.ts'
import { SqliteJournal } from './sqlite-journal.ts'

/** What came of damaging copies of a journal. */
export interface DamageReport {
  readonly cuts: number
  readonly flips: number
  /** Copies that read as a part of the log from its start, by nothing or some facts shorter. */
  readonly prefixes: number
  /** Copies that were refused with a code. */
  readonly refused: number
  /** Copies that read as something else, or were refused without a code. Must be empty. */
  readonly silent: readonly string[]
}

const RUN = 'damaged'

/**
 * Cuts the log of a journal short at random places and flips random bits of log and database, each
 * time in a fresh copy: what is read must be a part of the log from its start, or a refusal that
 * names the fact (P3).
 */
export async function damageTorture(
  folder: string,
  { cuts, flips }: { readonly cuts: number; readonly flips: number },
  random: () => number = Math.random,
): Promise<DamageReport> {
  const stateDir = join(folder, 'whole')
  const facts = await writeLog(stateDir)
  await using journal = await SqliteJournal.open({ stateDir })
  await extendLog(journal, facts)
  const counts = { prefixes: 0, refused: 0 }
  const silent: string[] = []
  for (let nth = 0; nth < cuts + flips; nth += 1) {
    const copy = join(folder, `copy-${nth}`)
    const what = damage(stateDir, copy, nth < cuts, random)
    const verdict = await judge(copy, facts)
    if (verdict === 'prefix') counts.prefixes += 1
    else if (verdict === 'refused') counts.refused += 1
    else silent.push(`${what}: ${verdict}`)
    rmSync(copy, { recursive: true })
  }
  return { cuts, flips, ...counts, silent }
}

/** The first half of the log, which the closed journal has moved to the database. */
async function writeLog(stateDir: string): Promise<DurableFact[]> {
  await using journal = await SqliteJournal.open({ stateDir })
  const facts = [...factsAfter(0, 150), ...factsAfter(150, 2, 'y'.repeat(9000)), ...factsAfter(152, 148)]
  const epoch = await journal.acquire(RUN, here)
  for (let seq = 0; seq < facts.length; seq += 10) await journal.append(RUN, epoch, seq, facts.slice(seq, seq + 10))
  return facts
}

/** The second half, which lies in the write-ahead log while the journal is open. */
async function extendLog(journal: SqliteJournal, facts: DurableFact[]): Promise<void> {
  const epoch = await journal.acquire(RUN, here)
  for (let batch = 0; batch < 30; batch += 1) {
    const more = factsAfter(facts.length, 5, batch % 10 === 0 ? 'z'.repeat(5000) : 'done')
    await journal.append(RUN, epoch, facts.length, more)
    facts.push(...more)
  }
}

function damage(stateDir: string, copy: string, cut: boolean, random: () => number): string {
  const from = runFile(stateDir, RUN)
  const to = runFile(copy, RUN)
  mkdirSync(join(copy, RUNS_FOLDER), { recursive: true })
  for (const end of ['', '-wal']) copyFileSync(`${from}${end}`, `${to}${end}`)
  if (cut) {
    const length = Math.floor(random() * statSync(`${to}-wal`).size)
    truncateSync(`${to}-wal`, length)
    return `log cut to ${length} bytes`
  }
  const end = random() < 0.5 ? '' : '-wal'
  const bytes = readFileSync(`${to}${end}`)
  const bit = Math.floor(random() * bytes.length * 8)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  writeFileSync(`${to}${end}`, bytes)
  return `bit ${bit} of ${end === '' ? 'the database' : 'the log'}`
}

async function judge(copy: string, facts: readonly DurableFact[]): Promise<string> {
  await using journal = await SqliteJournal.open({ stateDir: copy })
  try {
    const found = await readAll(journal, RUN)
    return isDeepStrictEqual(found, facts.slice(0, found.length)) ? 'prefix' : `${found.length} other facts`
  } catch (error) {
    return BosunError.is(error) ? 'refused' : String(error)
  }
}
