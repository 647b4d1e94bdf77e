import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BosunError, type AttemptKey, type Task } from '@bosun/core'
import { stagedFiles } from '@bosun/sdk'

/** A folder name that fits every file system; longer ones are cut and told apart by their hash. */
const NAME_LENGTH_MAX = 150

/** Where the files of attempts wait until their results are accepted. */
export class Staging {
  readonly #root: string

  /** @param stateDir absolute; the folders lie under `staging/` in it and are made by the first write */
  constructor(stateDir: string) {
    this.#root = join(stateDir, 'staging')
  }

  /** The folder of one attempt; different attempts have different ones, whatever their ids hold. */
  folder(attempt: AttemptKey): string {
    return join(this.#root, folderName(attempt.run), `${folderName(attempt.task)}@${attempt.epoch}`)
  }

  /**
   * The files that an attempt has staged, as its outputs.
   *
   * @throws OUTPUT_MISSING, OUTPUT_UNDECLARED
   */
  async collect(attempt: AttemptKey, task: Task): Promise<readonly string[]> {
    const staged = await stagedPaths(this.folder(attempt), task.id)
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

  /** Removes what an attempt has staged. */
  async discard(attempt: AttemptKey): Promise<void> {
    await rm(this.folder(attempt), { recursive: true, force: true })
  }

  /** Removes what all attempts of a run have staged. */
  async discardRun(run: string): Promise<void> {
    await rm(join(this.#root, folderName(run)), { recursive: true, force: true })
  }
}

/** What lies in staging, made durable, so that publishing can be done again after a power cut. */
async function stagedPaths(folder: string, at: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return []
  const { files, refused } = await stagedFiles(folder, { sync: true })
  const [first] = refused
  if (first !== undefined) throw new BosunError('OUTPUT_UNDECLARED', { at, received: first.message, cause: first })
  return files.map((file) => file.path)
}

function folderName(id: string): string {
  const name = encodeURIComponent(id).replaceAll('*', '%2A').replace(/^\./, '%2E')
  if (name.length <= NAME_LENGTH_MAX) return name
  return `${name.slice(0, NAME_LENGTH_MAX - 33)}-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}
