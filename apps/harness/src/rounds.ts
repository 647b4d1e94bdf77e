import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BosunError, parseJson } from '@bosun/core'

/** Name of the file in a corpus folder that says where each subject goes on. */
const FILE = 'rounds.json'

/** Which seed each subject goes on with, so that no campaign tries again what an earlier one has tried. */
export class Rounds {
  readonly #file: string | undefined
  readonly #next: Record<string, number>
  readonly #first: number

  /**
   * @param folder of the corpus; without one nothing outlives the process
   * @param seed to begin with, whatever was tried; default: where the corpus ended, or 1
   */
  constructor(folder?: string, seed?: number) {
    this.#file = folder === undefined ? undefined : join(folder, FILE)
    this.#next = this.#file === undefined || seed !== undefined ? {} : read(this.#file)
    this.#first = seed ?? 1
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
  }

  /** The seed of the next round of a subject. */
  take(subject: string): number {
    const seed = this.#next[subject] ?? this.#first
    this.#next[subject] = seed + 1
    if (this.#file !== undefined) writeFileSync(this.#file, `${JSON.stringify(this.#next, undefined, 2)}\n`)
    return seed
  }
}

// ---------------------------------------------------------------------------------------------

function read(file: string): Record<string, number> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  const seeds = parseJson(text, file)
  const isRecord = typeof seeds === 'object' && seeds !== null && Object.values(seeds).every(Number.isSafeInteger)
  if (isRecord && !Array.isArray(seeds)) return seeds as Record<string, number>
  throw new BosunError('JSON_INVALID', { at: file, expected: 'a seed for each subject', fix: 'Remove the file.' })
}
