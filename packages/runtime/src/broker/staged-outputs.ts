import { existsSync } from 'node:fs'
import { BosunError, type AttemptKey, type PublishedFile } from '@bosun/core'
import { publishStagedFiles, stagedFiles } from '@bosun/sdk'
import type { OutputPublisher } from '../run/run-ports.ts'
import type { Staging } from './staging.ts'

/**
 * Publishes what an accepted attempt has staged into the workspace. The grant of the attempt was
 * closed with its result, so what lies in staging is what was accepted.
 */
export class StagedOutputs implements OutputPublisher {
  readonly #staging: Staging
  readonly #workspace: string

  constructor(staging: Staging, workspace: string) {
    this.#staging = staging
    this.#workspace = workspace
  }

  /** @throws OUTPUT_CONFLICT with the cause */
  async publish(attempt: AttemptKey, outputs: readonly string[]): Promise<readonly PublishedFile[]> {
    const staging = this.#staging.folder(attempt)
    try {
      if (!existsSync(staging))
        throw new BosunError('OUTPUT_MISSING', { at: attempt.task, received: 'no staging folder' })
      const wanted = new Set(outputs)
      const { files } = await stagedFiles(staging)
      const accepted = files.filter((file) => wanted.has(file.path))
      const published = await publishStagedFiles({ staging, workspace: this.#workspace, files: accepted })
      return published.map(({ path, sha256, bytes }) => ({ path, hash: `sha256-${sha256}`, bytes }))
    } catch (error) {
      throw new BosunError('OUTPUT_CONFLICT', {
        at: attempt.task,
        received: error instanceof Error ? error.message : String(error),
        cause: error,
      })
    }
  }
}
