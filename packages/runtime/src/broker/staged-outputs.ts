import { BosunError, type AttemptKey, type PublishedFile } from '@bosun/core'
import { digestContainedFiles, findAttemptWorktree, publishStagedFiles, type AttemptWorktree } from '@bosun/sdk'
import type { OutputPublisher } from '../run/run-ports.ts'
import { NO_CODE, type CodePaths } from '../tools/code-paths.ts'
import type { AttemptFiles, Staging } from './staging.ts'
import { againIfDiskRefuses } from './again-if-disk-refuses.ts'
import { planMerge } from './worktree-merge.ts'

/**
 * Publishes what an accepted attempt has staged into the workspace; again is harmless. The grant of
 * the attempt was closed with its result, so what lies in staging is what was accepted.
 */
export class StagedOutputs implements OutputPublisher {
  readonly #staging: Staging
  readonly #workspace: string
  readonly #code: CodePaths
  /** Publications of worktrees, which read the workspace before they write to it. */
  #last: Promise<unknown> = Promise.resolve()

  /**
   * @param workspace absolute
   * @param code where nothing is published to; default nowhere
   */
  constructor(staging: Staging, workspace: string, code = NO_CODE) {
    this.#code = code
    this.#staging = staging
    this.#workspace = workspace
  }

  discardRun(run: string): Promise<void> {
    return this.#staging.discardRun(run)
  }

  /** @throws OUTPUT_CONFLICT with the cause, also when one of the outputs is not staged any more */
  async publish(attempt: AttemptKey, outputs: readonly string[]): Promise<readonly PublishedFile[]> {
    if (outputs.length === 0) return []
    try {
      const code = outputs.find((path) => this.#code.cover(path))
      if (code !== undefined)
        throw new BosunError('FILE_REFUSED', { at: code, received: 'code or config of the project' })
      const found = accepted(await this.#staging.files(attempt, outputs), outputs, attempt.task)
      const staging = this.#staging.folder(attempt)
      const worktree = findAttemptWorktree(staging)
      const published = await againIfDiskRefuses(() =>
        worktree === undefined
          ? publishStagedFiles({ staging, workspace: this.#workspace, ...found })
          : this.#inTurn(() => this.#merge(worktree, outputs, found)),
      )
      return published.map(({ path, sha256, bytes, deleted }) => {
        const file = { path, hash: `sha256-${sha256}`, bytes }
        return deleted === undefined ? file : { ...file, deleted }
      })
    } catch (error) {
      if (BosunError.is(error, 'OUTPUT_CONFLICT')) throw error
      throw new BosunError('OUTPUT_CONFLICT', {
        at: attempt.task,
        received: error instanceof Error ? error.message : String(error),
        cause: error,
      })
    }
  }

  // Private

  /** What is merged is known before anything is written, so that a conflict leaves the workspace as it is. */
  async #merge(worktree: AttemptWorktree, outputs: readonly string[], found: AttemptFiles) {
    const workspace = this.#workspace
    const plan = await planMerge(worktree, workspace, outputs)
    const files = found.files.filter(({ path }) => plan.plain.includes(path))
    const plain = await publishStagedFiles({ staging: worktree.folder, workspace, files, removed: plan.removed })
    if (plan.merged.length === 0) return plain
    const merged = await digestContainedFiles(plan.mergedFolder, plan.merged, false)
    return [...plain, ...(await publishStagedFiles({ staging: plan.mergedFolder, workspace, files: merged }))]
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work)
    this.#last = next.catch(() => {})
    return next
  }
}

/** Of what lies in staging, that which was accepted. @throws OUTPUT_MISSING */
function accepted({ files, removed }: AttemptFiles, outputs: readonly string[], task: string): AttemptFiles {
  const wanted = new Set(outputs)
  const found = {
    files: files.filter(({ path }) => wanted.has(path)),
    removed: removed.filter((path) => wanted.has(path)),
  }
  const there = new Set([...found.files.map(({ path }) => path), ...found.removed])
  const missing = outputs.find((path) => !there.has(path))
  if (missing !== undefined) throw new BosunError('OUTPUT_MISSING', { at: task, expected: missing })
  return found
}
