import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BosunError } from '@bosun/core'
import type { ChoiceList } from '../choices/choices.ts'
import { parseReplay } from '../choices/replay-string.ts'

/** A counterexample that was saved. */
export interface CorpusEntry {
  /** Name of its file within the folder. */
  readonly file: string
  /** What it broke: `S3 stale`. */
  readonly failure: string
  readonly replay: string
  /** Hash of the setting it was found in. */
  readonly setting: string
  readonly choices: ChoiceList
}

/** What a file of the corpus holds. */
interface CorpusFile {
  readonly failure: string
  readonly sentence: string
  readonly replay: string
}

/** Reads a corpus folder, in the order of its names; a folder that does not exist is an empty one. */
export async function loadCorpus(folder: string): Promise<readonly CorpusEntry[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new BosunError('FILE_UNREADABLE', {
      at: folder,
      expected: 'the folder of a corpus',
      received: error.message,
      cause: error,
    })
  })
  const files = names.filter((name) => name.endsWith('.json')).toSorted()
  return Promise.all(files.map(async (file) => entryOf(file, await readFile(join(folder, file), 'utf8'), folder)))
}

/** Saves a counterexample in a file named by what it broke and by its hash; returns the name. */
export async function saveToCorpus(folder: string, entry: CorpusFile): Promise<string> {
  const hash = createHash('sha256').update(entry.replay).digest('hex').slice(0, 8)
  const file = `${entry.failure.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${hash}.json`
  const { failure, sentence, replay } = entry
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, file), `${JSON.stringify({ failure, sentence, replay }, undefined, 2)}\n`)
  return file
}

function entryOf(file: string, text: string, folder: string): CorpusEntry {
  try {
    const { failure, replay } = JSON.parse(text) as Partial<CorpusFile>
    if (typeof failure !== 'string' || typeof replay !== 'string') throw new TypeError('no failure or no replay')
    return { file, failure, replay, ...parseReplay(replay) }
  } catch (error) {
    const received = error instanceof Error ? error.message : String(error)
    throw new BosunError('REPLAY_INVALID', {
      at: join(folder, file),
      summary: 'A file of the corpus is not a saved counterexample.',
      received,
      fix: 'Restore the file, or remove it.',
      cause: error,
    })
  }
}
