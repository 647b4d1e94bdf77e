/**
 * The files of attempts, between their writing and their acceptance.
 *
 * Theory of operation. Each attempt has a folder of its own, made by its first write. When its result
 * arrives, `collect` checks what lies there against what the task declares, and makes it durable.
 * When the result has been accepted, and that is a fact, `StagedOutputs` copies the files into the
 * workspace; it can be done again after a crash at any point, until `discard` removes the folder. A
 * result that is not accepted leaves its folder alone, for a person may still adopt it.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BosunError, type AttemptKey, type Task } from '@bosun/core'
import { stagedFiles, type StagedFiles } from '@bosun/sdk'

/** A folder name that fits every file system; longer ones are cut and told apart by their hash. */
const NAME_LENGTH_MAX = 150

/** What an attempt has done to files. */
export type AttemptFiles = Pick<StagedFiles, 'files' | 'removed'>

export class Staging {
  readonly #root: string

  /** @param stateDir absolute; the folders lie under `staging/` in it */
  constructor(stateDir: string) {
    this.#root = join(stateDir, 'staging')
  }

  /** The folder of one attempt; different attempts have different ones, whatever their ids hold. */
  folder(attempt: AttemptKey): string {
    return `${this.#root}/${folderName(attempt.run)}/${folderName(attempt.task)}@${attempt.epoch}`
  }

  /**
   * The files that an attempt has staged or removed, as its outputs, made durable.
   *
   * @throws OUTPUT_MISSING, OUTPUT_UNDECLARED, FILE_REFUSED for what can never be published, FILE_FAILED
   */
  async collect(attempt: AttemptKey, task: Task): Promise<readonly string[]> {
    const { files, removed } = await this.#files(attempt, true)
    const staged = [...files.map((file) => file.path), ...removed]
    const declared = task.outputs
    if (declared === undefined) return staged
    const missing = declared.filter((path) => !staged.includes(path))
    if (missing.length > 0) {
      throw new BosunError('OUTPUT_MISSING', {
        at: task.id,
        expected: missing.join(', '),
        received: staged.join(', ') || 'no file',
      })
    }
    const undeclared = staged.filter((path) => !declared.includes(path))
    if (undeclared.length > 0) {
      throw new BosunError('OUTPUT_UNDECLARED', {
        at: task.id,
        expected: declared.join(', ') || 'no file',
        received: undeclared.join(', '),
      })
    }
    return declared
  }

  /**
   * What an attempt has staged now, by content, and what it has removed.
   *
   * @throws FILE_REFUSED for what can never be published, FILE_FAILED
   */
  files(attempt: AttemptKey): Promise<AttemptFiles> {
    return this.#files(attempt, false)
  }

  /** Removes what an attempt has staged. */
  async discard(attempt: AttemptKey): Promise<void> {
    await rm(this.folder(attempt), { recursive: true, force: true })
  }

  /** Removes what all attempts of a run have staged. */
  async discardRun(run: string): Promise<void> {
    await rm(join(this.#root, folderName(run)), { recursive: true, force: true })
  }

  // Private

  async #files(attempt: AttemptKey, sync: boolean): Promise<AttemptFiles> {
    const folder = this.folder(attempt)
    if (!existsSync(folder)) return { files: [], removed: [] }
    const { files, removed, refused } = await stagedFiles(folder, { sync })
    const [first] = refused
    if (first === undefined) return { files, removed }
    throw new BosunError('FILE_REFUSED', { at: first.at, summary: first.summary, cause: first })
  }
}

/** An id as one name; most need no change, and then cost no more than a look. */
function folderName(id: string): string {
  if (id.length <= NAME_LENGTH_MAX && PLAIN_NAME.test(id)) return id
  const name = encodeURIComponent(id).replaceAll('*', '%2A').replace(/^\./, '%2E')
  if (name.length <= NAME_LENGTH_MAX) return name
  // No other name holds a `=`, so no id can be made to meet the folder of another.
  return `${name.slice(0, NAME_LENGTH_MAX - 33)}=${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}

const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/
