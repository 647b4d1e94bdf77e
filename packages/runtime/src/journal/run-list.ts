import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { RunSummary } from '@bosun/core'
import { summaryOf, type HeadRow } from './head-row.ts'
import { isBusy, isDamage } from './refusal-error.ts'
import { RUN_FILE_END, runOfFile } from './run-file.ts'
import { whileBusy } from './store-schema.ts'

/**
 * The list of runs of a folder of databases. A head is read again only when its files have changed,
 * so a list that is asked for again costs little; whether an owner lives is asked each time.
 */
export class RunList {
  readonly #folder: string
  readonly #busyTimeoutMs: number
  readonly #seen = new Map<string, { readonly stamp: string; readonly head: HeadRow | 'damaged' }>()

  constructor(folder: string, busyTimeoutMs: number) {
    this.#folder = folder
    this.#busyTimeoutMs = busyTimeoutMs
  }

  read(): readonly RunSummary[] {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(RUN_FILE_END))
    const here = new Set(names)
    for (const name of this.#seen.keys()) if (!here.has(name)) this.#seen.delete(name)
    return names.map((name) => this.#summary(name)).filter((summary) => summary !== undefined)
  }

  #summary(name: string): RunSummary | undefined {
    const head = this.#head(name)
    if (head !== 'damaged') return head === undefined ? undefined : summaryOf(head)
    // Listed, not left out: nobody should have to miss a run to learn that its file is damaged.
    const run = runOfFile(name)
    return { run, manager: '', startedAt: 0, updatedAt: 0, state: 'damaged', facts: 0, owner: undefined }
  }

  #head(name: string): HeadRow | 'damaged' | undefined {
    const file = join(this.#folder, name)
    const stamp = stampOf(file)
    const seen = this.#seen.get(name)
    if (seen?.stamp === stamp) return seen.head
    const head = readQuiet(file, stamp) ?? readShared(file, this.#busyTimeoutMs)
    if (head !== undefined) this.#seen.set(name, { stamp, head })
    return head
  }
}

/**
 * The head of a database that nobody has open: read without locks and without making a log for the
 * occasion, which takes four times as long. Believed only if the file is still the same afterwards.
 */
function readQuiet(file: string, stamp: string): HeadRow | undefined {
  if (!stamp.endsWith(NO_LOG)) return undefined
  const url = pathToFileURL(file)
  url.search = '?immutable=1'
  const head = readHead(() => new DatabaseSync(url, { readOnly: true }))
  return typeof head === 'object' && stampOf(file) === stamp ? head : undefined
}

/** Never makes a file: one that was dropped in the meantime stays dropped. */
function readShared(file: string, timeout: number): HeadRow | 'damaged' | undefined {
  const url = pathToFileURL(file)
  url.search = '?mode=rw'
  return whileBusy(timeout, () => readHead(() => new DatabaseSync(url, { timeout })))
}

function readHead(open: () => DatabaseSync): HeadRow | 'damaged' | undefined {
  let database: DatabaseSync | undefined
  try {
    database = open()
    return database.prepare('SELECT * FROM run').get() as HeadRow | undefined
  } catch (error) {
    if (isBusy(error)) throw error
    // Otherwise without a table, or gone: a run that is just being made or dropped.
    return isDamage(error) ? 'damaged' : undefined
  } finally {
    database?.close()
  }
}

const NO_LOG = ' none'

/** Changes with the database and with its log. */
function stampOf(file: string): string {
  const log = statSync(`${file}-wal`, { bigint: true, throwIfNoEntry: false })
  const database = statSync(file, { bigint: true, throwIfNoEntry: false })
  const logged = log === undefined || log.size === 0n ? NO_LOG : ` ${log.mtimeNs}:${log.size}`
  return `${database?.mtimeNs}:${database?.size}${logged}`
}
