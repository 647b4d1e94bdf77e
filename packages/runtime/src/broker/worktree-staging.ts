import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { copyIndex, findAttemptWorktree, runGit, worktreeRecordFolder, type WorktreeRecord } from '@bosun/sdk'
import { WorktreeSnapshots } from './worktree-snapshot.ts'

const ADD_TRIES_MAX = 5

/**
 * Staging folders that are git worktrees of the workspace, for workers that hold a `git` tool.
 *
 * Each is checked out from a snapshot of the workspace as it is when the attempt first calls a tool.
 * The branch, index, HEAD, config and hooks of the workspace's own repository are neither used nor
 * changed: the worktrees belong to a repository in the state folder.
 */
export class WorktreeStaging {
  readonly #snapshots: WorktreeSnapshots
  /** By the staging folder: a second call waits for what the first began. */
  readonly #preparing = new Map<string, Promise<void>>()

  #lastAdded: Promise<unknown> = Promise.resolve()

  /** @param workspace absolute  @param stateDir absolute */
  constructor(workspace: string, stateDir: string) {
    this.#snapshots = new WorktreeSnapshots(workspace, stateDir)
  }

  /** Makes a staging folder a worktree; again has no effect. @throws GIT_UNAVAILABLE, TOOL_FAILED */
  prepare(staging: string): Promise<void> {
    let preparing = this.#preparing.get(staging)
    if (preparing === undefined) {
      preparing = this.#prepare(staging)
      this.#preparing.set(staging, preparing)
      // What failed may be tried again; what succeeded is found on disk.
      const forget = () => this.#preparing.delete(staging)
      preparing.then(forget, forget)
    }
    return preparing
  }

  /** Forgets worktrees whose folders are gone, also those that a crash left half-made. */
  async prune(): Promise<void> {
    const { root } = this.#snapshots
    if (!existsSync(root)) return
    for (const name of readdirSync(root)) {
      const repository = join(root, name)
      // oxlint-disable-next-line no-await-in-loop
      await runGit([`--git-dir=${repository}`, 'worktree', 'prune', '--expire=now'], { cwd: repository })
    }
  }

  // ---------------------------------------------------------------------------------------------

  async #prepare(staging: string): Promise<void> {
    if (findAttemptWorktree(staging) !== undefined) return
    const record = await this.#snapshots.take()
    const { base } = record
    const folder = worktreeRecordFolder(staging)
    // What is there without a record was left by a crash, before any tool has worked in it.
    for (const left of [staging, folder]) rmSync(left, { recursive: true, force: true })
    mkdirSync(dirname(staging), { recursive: true, mode: 0o700 })
    mkdirSync(join(folder, 'objects'), { recursive: true, mode: 0o700 })
    const gitDir = await this.#add(staging, record)
    const checkOut = ['read-tree', '--reset', '-u', base]
    await runGit([`--git-dir=${gitDir}`, `--work-tree=${staging}`, ...checkOut], { cwd: staging })
    copyIndex(join(gitDir, 'index'), join(folder, 'index'))
    const file = join(folder, 'record.json')
    writeFileSync(`${file}.new`, JSON.stringify(record))
    renameSync(`${file}.new`, file)
  }

  /** One after the other: git reads worktrees that are half-made, and fails over them. */
  #add(staging: string, record: WorktreeRecord): Promise<string> {
    const added = this.#lastAdded.then(() => addWorktree(staging, record))
    this.#lastAdded = added.catch(() => {})
    return added
  }
}

/** Registers a worktree without its files, and tells its git folder. */
async function addWorktree(staging: string, { repository, base }: WorktreeRecord): Promise<string> {
  const words = ['worktree', 'add', '-f', '--detach', '--no-checkout', staging, base]
  for (let tries = 1; ; tries += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await runGit([`--git-dir=${repository}`, ...words], { cwd: repository })
      // Believed here and now, before any program has run in the folder.
      return readFileSync(join(staging, '.git'), 'utf8').replace('gitdir: ', '').trimEnd()
    } catch (error) {
      // Another process may be half-way through its own.
      if (tries === ADD_TRIES_MAX) throw error
      rmSync(staging, { recursive: true, force: true })
    }
  }
}
