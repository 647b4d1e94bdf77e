import { createReadStream } from 'node:fs'
import { BosunError, FACT_VERSION, FactSchema, isDurable, parseJson, type DurableFact, type Json } from '@bosun/core'
import { encodeFact } from './fact-codec.ts'
import { CHAIN_START, chainHash } from './hash-chain.ts'

/** What a file of facts held. */
export interface FactsFile {
  readonly facts: readonly DurableFact[]
  /** Why the last line was left out, when it is torn; to be said aloud. */
  readonly torn: string | undefined
}

/**
 * Reads the export of a run from a file that may come from anywhere: strict JSON, the schema of each
 * fact, numbers without a gap, the chain of hashes.
 *
 * A last line without its line end, which a writer did not finish, is left out and named in `torn`.
 * Anything else that is wrong refuses the file as a whole.
 *
 * @throws FILE_UNREADABLE, JOURNAL_INVALID (a line is not a fact), JOURNAL_VERSION, JOURNAL_DAMAGED
 * (gap or wrong hash), each with `path:line`
 */
export async function readFactsFile(path: string): Promise<FactsFile> {
  const facts: DurableFact[] = []
  let hash = CHAIN_START
  let number = 0
  for await (const { bytes, finished } of linesOf(path)) {
    number += 1
    const at = `${path}:${number}`
    try {
      const line = readLine(bytes, at)
      hash = chainHash(hash, encodeFact(line.fact).text)
      checkPlace(line, facts.length + 1, hash, at)
      facts.push(line.fact)
    } catch (error) {
      if (finished || number === 1 || BosunError.is(error, 'JOURNAL_VERSION')) throw error
      return { facts, torn: tornBecause(error, at) }
    }
  }
  if (facts.length === 0) throw new BosunError('JOURNAL_INVALID', { at: path, received: 'an empty file' })
  return { facts, torn: undefined }
}

// ------------------------------------------------------------------------------------------------

function tornBecause(error: unknown, at: string): string {
  const received = BosunError.is(error) ? error.received : undefined
  return `${at} breaks off${received === undefined ? '' : ` (received ${received})`}`
}

interface FactLine {
  readonly hash: string
  readonly fact: DurableFact
}

function readLine(bytes: Uint8Array, at: string): FactLine {
  const line = parseLine(bytes, at)
  const { hash, fact, ...rest } = (typeof line === 'object' && line !== null ? line : {}) as Record<string, Json>
  if (typeof hash !== 'string' || typeof fact !== 'object' || fact === null || Object.keys(rest).length > 0) {
    throw new BosunError('JOURNAL_INVALID', { at, expected: 'a line {"hash":…,"fact":…}', received: 'another shape' })
  }
  checkVersionOf(fact, at)
  const checked = FactSchema.safeParse(fact)
  if (!checked.success) {
    const issue = checked.error.issues[0]
    throw new BosunError('JOURNAL_INVALID', {
      at: `${at} fact.${issue?.path.join('.') ?? ''}`,
      received: issue?.message ?? 'something else',
    })
  }
  // The value as it was read, not as the schema copied it: the chain is over the former.
  const read = fact as unknown as typeof checked.data
  if (!isDurable(read)) throw new BosunError('JOURNAL_INVALID', { at, received: `the volatile fact ${read.type}` })
  return { hash, fact: read }
}

function parseLine(bytes: Uint8Array, at: string): Json {
  try {
    return parseJson(bytes, at)
  } catch (error) {
    if (!BosunError.is(error)) throw error
    const isDatabase = Buffer.from(bytes.subarray(0, DATABASE_START.length)).equals(DATABASE_START)
    throw new BosunError('JOURNAL_INVALID', {
      // The line is the one of the file; within it, what was read names only a column.
      at: `${at}${/:\d+$/.exec(error.at?.slice(at.length) ?? '')?.[0] ?? ''}`,
      expected: isDatabase ? 'the export of a run' : (error.expected ?? 'JSON'),
      received: isDatabase ? 'a database' : (error.received ?? 'something else'),
      ...(isDatabase ? { fix: 'Name the run that it holds, with the state folder.' } : {}),
      cause: error,
    })
  }
}

/** How every file of SQLite begins. */
const DATABASE_START = Buffer.from('SQLite format 3\0')

/** Before the schema is asked: to a fact of another version it would only say that a field is wrong. */
function checkVersionOf(fact: Json, at: string): void {
  const { type, version } = fact as Record<string, Json>
  if (type !== 'run.started' || version === undefined || version === FACT_VERSION) return
  throw new BosunError('JOURNAL_VERSION', {
    at,
    expected: `facts of version ${FACT_VERSION}`,
    received: JSON.stringify(version),
  })
}

function checkPlace({ fact, hash }: FactLine, seq: number, expectedHash: string, at: string): void {
  if (fact.seq !== seq) {
    throw new BosunError('JOURNAL_DAMAGED', { at, expected: `fact ${seq}`, received: `fact ${fact.seq}` })
  }
  if (hash !== expectedHash) {
    throw new BosunError('JOURNAL_DAMAGED', { at, expected: `the hash ${expectedHash}`, received: hash })
  }
}

const LINE_END = 0x0a
/** Bytes of a line; what is longer is no export of ours. */
const LINE_BYTES_MAX = 64 * 1024 * 1024

async function* linesOf(path: string): AsyncIterable<{ readonly bytes: Uint8Array; readonly finished: boolean }> {
  let parts: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let start = 0
      for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
        yield { bytes: Buffer.concat([...parts, chunk.subarray(start, end)]), finished: true }
        parts = []
        size = 0
        start = end + 1
      }
      parts.push(chunk.subarray(start))
      size += chunk.length - start
      if (size > LINE_BYTES_MAX) throw new BosunError('JSON_TOO_LARGE', { at: path, received: 'a line without end' })
    }
  } catch (error) {
    throw BosunError.from(error, 'FILE_UNREADABLE', { at: path })
  }
  if (size > 0) yield { bytes: Buffer.concat(parts), finished: false }
}
