/**
 * The files of attempts, between their writing and their acceptance.
 *
 * Theory of operation. Each attempt has a folder of its own, made by its first write, or a worktree of
 * the workspace by its first call of a tool when its worker holds `git` tools. When its result
 * arrives, `collect` checks what lies there against what the task declares, and makes it durable.
 * When the result has been accepted, and that is a fact, `StagedOutputs` copies the files into the
 * workspace; it can be done again after a crash at any point, until `discardRun` removes the folder. A
 * result that is not accepted leaves its folder alone, for a person may still adopt it.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BosunError, type AttemptKey, type Task } from '@bosun/core'
import {
  digestContainedFiles,
  FileError,
  findAttemptWorktree,
  stagedFiles,
  worktreeRecordFolder,
  type AttemptWorktree,
  type StagedFiles,
} from '@bosun/sdk'
import { WorktreeStaging } from './worktree-staging.ts'

/** A folder name that fits every file system; longer ones are cut and told apart by their hash. */
const NAME_LENGTH_MAX = 150

/** What an attempt has done to files. */
export type AttemptFiles = Pick<StagedFiles, 'files' | 'removed'>

export class Staging {
  readonly #root: string
  readonly #worktrees: WorktreeStaging | undefined

  /**
   * @param stateDir absolute; the folders lie under `staging/` in it
   * @param workspace absolute; what worktrees are made of. Without it there are none.
   */
  constructor(stateDir: string, workspace?: string) {
    this.#root = join(stateDir, 'staging')
    this.#worktrees = workspace === undefined ? undefined : new WorktreeStaging(workspace, stateDir)
  }

  /** The folder of one attempt; different attempts have different ones, whatever their ids hold. */
  folder(attempt: AttemptKey): string {
    return `${this.#root}/${folderName(attempt.run)}/${folderName(attempt.task)}@${attempt.epoch}`
  }

  /**
   * Makes the folder of an attempt a git worktree of the workspace; again has no effect.
   *
   * @throws GIT_UNAVAILABLE, TOOL_FAILED
   */
  async makeWorktree(attempt: AttemptKey): Promise<void> {
    if (this.#worktrees === undefined) throw new BosunError('GIT_UNAVAILABLE', { received: 'no workspace' })
    await this.#worktrees.prepare(this.folder(attempt))
  }

  /**
   * The files that an attempt has staged or removed, as its outputs, made durable.
   *
   * @throws OUTPUT_MISSING, OUTPUT_UNDECLARED, FILE_REFUSED for what can never be published, FILE_FAILED
   */
  async collect(attempt: AttemptKey, task: Task): Promise<readonly string[]> {
    const { files, removed } = await this.#files(attempt, true, task.outputs)
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
   * @param outputs paths to look at even where git ignores them
   * @throws FILE_REFUSED for what can never be published, FILE_FAILED
   */
  files(attempt: AttemptKey, outputs?: readonly string[]): Promise<AttemptFiles> {
    return this.#files(attempt, false, outputs)
  }

  /** Removes what all attempts of a run have staged, but for the last of a task that could not be merged. */
  async discardRun(run: string): Promise<void> {
    const folder = this.runFolder(run)
    const names = await readdir(folder).catch(() => [])
    const kept = conflictsAmong(folder, names)
    await Promise.all(
      names.filter((name) => !kept.has(name)).map((name) => rm(join(folder, name), { recursive: true, force: true })),
    )
    if (kept.size === 0) await rm(folder, { recursive: true, force: true })
    await this.#worktrees?.prune()
  }

  /** Removes all that is left of a run, whatever it is: when the run itself is dropped. */
  async dropRun(run: string): Promise<void> {
    await rm(this.runFolder(run), { recursive: true, force: true })
    await this.#worktrees?.prune()
  }

  /** Where the attempts of a run stage. */
  runFolder(run: string): string {
    return join(this.#root, folderName(run))
  }

  // Private

  async #files(attempt: AttemptKey, sync: boolean, outputs: readonly string[] | undefined): Promise<AttemptFiles> {
    const folder = this.folder(attempt)
    if (!existsSync(folder)) return { files: [], removed: [] }
    const worktree = findAttemptWorktree(folder)
    if (worktree !== undefined) return filesOf(worktree, sync, outputs)
    const { files, removed, refused } = await stagedFiles(folder, { sync })
    const [first] = refused
    if (first === undefined) return { files, removed }
    throw refusal(first)
  }
}

/** What of a worktree differs from its base. */
async function filesOf(
  worktree: AttemptWorktree,
  sync: boolean,
  outputs: readonly string[] | undefined,
): Promise<AttemptFiles> {
  const changes = await worktree.changes(outputs === undefined ? {} : { also: outputs })
  const removed = changes.filter(({ state }) => state === 'deleted').map(({ path }) => path)
  const written = changes.filter(({ state }) => state !== 'deleted').map(({ path }) => path)
  try {
    return { files: await digestContainedFiles(worktree.folder, written, sync), removed }
  } catch (error) {
    throw FileError.is(error) && error.code !== 'FILE_IO' ? refusal(error) : error
  }
}

function refusal(error: FileError): BosunError {
  return new BosunError('FILE_REFUSED', { at: error.at, summary: error.summary, cause: error })
}

/** Folders of attempts that hold both sides of a conflict and were followed by no other attempt of their task. */
function conflictsAmong(folder: string, names: readonly string[]): ReadonlySet<string> {
  const last = new Map<string, number>()
  const attempts = names.flatMap((name) => {
    const [, task = '', epoch = ''] = /^(.+)@(\d+)$/.exec(name) ?? []
    return task === '' ? [] : [{ name, task, epoch: Number(epoch) }]
  })
  for (const { task, epoch } of attempts) last.set(task, Math.max(epoch, last.get(task) ?? 0))
  return new Set(
    attempts.flatMap(({ name, task, epoch }) => {
      const record = worktreeRecordFolder(name)
      const isKept = last.get(task) === epoch && existsSync(join(folder, record, 'conflicts'))
      return isKept ? [name, record] : []
    }),
  )
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
