/**
 * The worktree of an attempt, as whoever works with it sees it.
 *
 * Theory of operation. The staging folder of such an attempt is a checkout of its base: the workspace
 * as it was when the attempt first used a tool. Beside the folder, where no tool of the attempt
 * reaches, lies its record: which repository and base it came from, and the index of the checkout,
 * which lets git see quickly what has changed. What git has to store to compare contents goes into a
 * store of the record as well, and is gone with it.
 *
 * Rule: the `.git` file inside of the folder is there for programs that run in it, and is never
 * believed here, since they may write another.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BosunError } from '@bosun/core'
import { z } from 'zod'
import { copyIndex } from './copy-index.ts'
import { runGit, type GitAnswer, type GitOptions } from './run-git.ts'

const RecordSchema = z.strictObject({
  /** Absolute git folder of the repository; one of our own, not that of the workspace. */
  repository: z.string(),
  /** Commit that holds the workspace as the attempt found it. */
  base: z.string(),
  /** The commit that the workspace is at; the parent of the base. */
  head: z.string(),
  /** What the paths of the workspace begin with in the commits of its repository: nothing, or `folder/`. */
  prefix: z.string(),
})
export type WorktreeRecord = z.infer<typeof RecordSchema>

/** A path that differs from the base. */
export interface WorktreeChange {
  readonly path: string
  readonly state: 'added' | 'modified' | 'deleted'
}

export interface ChangesOptions {
  readonly signal?: AbortSignal
  /** Paths that are looked at even where git ignores them. @defaultValue none */
  readonly also?: readonly string[]
}

/** A file as a patch leaves it. */
export interface PatchedFile extends WorktreeChange {
  /** Undefined for a deleted one. */
  readonly content: Buffer | undefined
}

/** Where the record of a staging folder lies. */
export function worktreeRecordFolder(staging: string): string {
  return `${staging}.git`
}

/**
 * Opens the worktree that a staging folder is.
 *
 * @throws GIT_UNAVAILABLE when it is none: its worker holds no `git` tool, or there is no folder yet
 */
export function attemptWorktree(staging: string): AttemptWorktree {
  const found = findAttemptWorktree(staging)
  if (found !== undefined) return found
  throw new BosunError('GIT_UNAVAILABLE', { at: 'the staging of this attempt', received: 'no git worktree' })
}

/** Likewise; `undefined` when it is none. */
export function findAttemptWorktree(staging: string): AttemptWorktree | undefined {
  const file = join(worktreeRecordFolder(staging), 'record.json')
  if (!existsSync(file)) return undefined
  return new AttemptWorktree(staging, RecordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))
}

export class AttemptWorktree {
  readonly folder: string
  readonly record: WorktreeRecord

  constructor(folder: string, record: WorktreeRecord) {
    this.folder = folder
    this.record = record
  }

  /** Runs git in this worktree, on an index that holds the base. */
  git(args: readonly string[], options: Omit<GitOptions, 'cwd'> = {}): Promise<GitAnswer> {
    return this.#withIndex((git) => git(args, options))
  }

  /**
   * What differs from the base, by path, but for what git ignores there.
   *
   * @throws FILE_REFUSED for a folder that is a repository of its own
   */
  changes(options: ChangesOptions = {}): Promise<readonly WorktreeChange[]> {
    return this.#withIndex((git) => this.#stage(git, options))
  }

  /** The changes as a patch, of these paths alone. */
  diff(
    paths: readonly string[],
    options: { readonly contextLines: number; readonly maxBytes: number; readonly signal?: AbortSignal },
  ): Promise<GitAnswer> {
    return this.#withIndex(async (git) => {
      const { signal } = options
      await this.#stage(git, signal === undefined ? {} : { signal })
      const words = ['diff', '--cached', '--no-ext-diff', '--no-textconv', '--no-color', '--no-renames']
      return git([...words, `--unified=${options.contextLines}`, this.record.base, '--', ...paths], options)
    })
  }

  /**
   * What a patch would make of the files as they are. Writes nothing to them.
   *
   * @throws TOOL_INPUT_INVALID when it does not apply, FILE_REFUSED when it makes something else than a file
   */
  patched(patch: string, signal: AbortSignal): Promise<readonly PatchedFile[]> {
    return this.#withIndex(async (git) => {
      await this.#stage(git, { signal })
      const before = (await git(['write-tree'], { signal })).output.toString('utf8').trim()
      try {
        await git(['apply', '--cached', '--whitespace=nowarn', '-'], { signal, input: patch })
      } catch (error) {
        signal.throwIfAborted()
        const received = error instanceof BosunError ? error.received : undefined
        throw new BosunError('TOOL_INPUT_INVALID', { at: 'patch', received: received ?? String(error), cause: error })
      }
      const words = ['diff-index', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', before]
      const files: PatchedFile[] = []
      for (const change of changesOf(textsOf((await git(words, { signal })).output))) {
        const { mode, id, ...file } = change
        if (file.state === 'deleted') files.push({ ...file, content: undefined })
        else if (!mode.startsWith('100')) throw new BosunError('FILE_REFUSED', { at: file.path, received: 'no file' })
        // One after the other, since each is a process.
        // oxlint-disable-next-line no-await-in-loop
        else files.push({ ...file, content: (await git(['cat-file', 'blob', id], { signal })).output })
      }
      return files
    })
  }

  // ---------------------------------------------------------------------------------------------

  /** Brings the index to what lies in the folder, and reads how it differs from the base. */
  async #stage(git: Git, { signal, also = [] }: ChangesOptions): Promise<readonly WorktreeChange[]> {
    const options = signal === undefined ? {} : { signal }
    // Answers 1 when something differs, and that is what comes next.
    await git(['update-index', '-q', '--refresh'], { ...options, accepts: [0, 1] })
    const [changed, others] = [
      await git(['diff-files', '-z', '--name-only', '--ignore-submodules=all'], options),
      await git(['ls-files', '-z', '--others', '--exclude-standard'], options),
    ]
    const added = textsOf(others.output)
    const nested = added.find((path) => path.endsWith('/'))
    if (nested !== undefined) throw new BosunError('FILE_REFUSED', { at: nested, received: 'a repository of its own' })
    const input = [...textsOf(changed.output), ...added, ...also].map((path) => `${path}\0`).join('')
    await git(['update-index', '-z', '--add', '--remove', '--stdin'], { ...options, input })
    const words = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=all']
    const changes = changesOf(textsOf((await git([...words, this.record.base], options)).output))
    return changes.map(({ path, state }) => ({ path, state }))
  }

  async #withIndex<T>(work: (git: Git) => Promise<T>): Promise<T> {
    const record = worktreeRecordFolder(this.folder)
    // Calls of one attempt may overlap; each has an index of its own.
    const folder = mkdtempSync(join(record, 'call-'))
    try {
      const index = join(folder, 'index')
      copyIndex(join(record, 'index'), index)
      const { repository } = this.record
      const env = {
        GIT_INDEX_FILE: index,
        GIT_OBJECT_DIRECTORY: join(record, 'objects'),
        GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repository, 'objects'),
      }
      const always = [`--git-dir=${repository}`, `--work-tree=${this.folder}`]
      return await work((args, options) => runGit([...always, ...args], { ...options, cwd: this.folder, env }))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

type Git = (args: readonly string[], options?: Omit<GitOptions, 'cwd' | 'env'>) => Promise<GitAnswer>

/** The texts of output that ends each with NUL. */
function textsOf(output: Buffer): string[] {
  return output.toString('utf8').split('\0').slice(0, -1)
}

interface RawChange extends WorktreeChange {
  /** Mode and id that the path has now. */
  readonly mode: string
  readonly id: string
}

/** `:oldmode newmode oldid newid STATE`, and then the path. */
function changesOf(texts: readonly string[]): RawChange[] {
  const changes: RawChange[] = []
  for (let index = 0; index + 1 < texts.length; index += 2) {
    const [, mode = '', , id = '', letter = ''] = texts[index]?.split(' ') ?? []
    const state = letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified'
    changes.push({ path: texts[index + 1] ?? '', state, mode, id })
  }
  return changes.sort((one, other) => (one.path < other.path ? -1 : 1))
}
