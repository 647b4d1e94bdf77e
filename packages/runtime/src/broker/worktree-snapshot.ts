import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { copyIndex, isProtectedName, PROTECTED_NAMES, runGit, type GitAnswer, type WorktreeRecord } from '@bosun/sdk'
import { gitWorkspace, type GitWorkspace } from './git-workspace.ts'

/**
 * Keeps the workspace of a project as commits, in a repository of our own.
 *
 * Theory of operation. The repository lies in the state folder and borrows the objects of that of the
 * workspace, so that history can be read; the other way nothing is written, and no hook, filter or
 * config of the workspace is in force here. A snapshot takes what a person sees there: files that are
 * tracked or not ignored, with the very bytes they have, committed or not. It becomes a commit on top
 * of the commit that the workspace is at. An index of the last snapshot is kept, so that the next one
 * reads what has changed since, and no more.
 */
export class WorktreeSnapshots {
  readonly #workspace: string
  readonly #stateDir: string
  #last: Promise<unknown> = Promise.resolve()
  /** Waits for its turn, so that whoever asks meanwhile can have it as well. */
  #next: Promise<WorktreeRecord> | undefined

  /** @param workspace absolute  @param stateDir absolute */
  constructor(workspace: string, stateDir: string) {
    this.#workspace = workspace
    this.#stateDir = stateDir
  }

  /** Absolute folder of the repositories. */
  get root(): string {
    return join(this.#stateDir, 'git')
  }

  /** The workspace as it is now. @throws GIT_UNAVAILABLE, TOOL_FAILED */
  take(): Promise<WorktreeRecord> {
    if (this.#next !== undefined) return this.#next
    // One after the other, so that each starts from the index of the one before.
    const next = this.#last.then(() => {
      this.#next = undefined
      return this.#take()
    })
    this.#next = next
    this.#last = next.catch(() => {})
    return next
  }

  // ---------------------------------------------------------------------------------------------

  async #take(): Promise<WorktreeRecord> {
    const found = await gitWorkspace(this.#workspace)
    const repository = await this.#repository(found)
    const kept = join(repository, 'snapshot.index')
    const index = join(repository, `snapshot-${randomUUID()}.index`)
    if (existsSync(kept)) copyIndex(kept, index)
    const git = (args: readonly string[], input?: string): Promise<GitAnswer> =>
      runGit([`--git-dir=${repository}`, `--work-tree=${this.#workspace}`, ...args], {
        cwd: this.#workspace,
        env: { GIT_INDEX_FILE: index, ...AUTHOR },
        ...(input === undefined ? {} : { input }),
      })
    try {
      const known = existsSync(kept) ? textsOf(await git(['ls-files', '-z'])) : []
      const paths = new Set([...known, ...(await this.#seen())])
      await git(['update-index', '-z', '--add', '--remove', '--stdin'], [...paths].map((path) => `${path}\0`).join(''))
      const tree = lineOf(await git(['write-tree']))
      const base = lineOf(await git(['commit-tree', tree, '-p', found.head, '-m', 'The workspace of an attempt']))
      renameSync(index, kept)
      return { repository, base, head: found.head, prefix: found.prefix }
    } finally {
      rmSync(index, { force: true })
    }
  }

  /** What the repository of the workspace tracks, and what it neither tracks nor ignores. */
  async #seen(): Promise<string[]> {
    const list = async (...more: string[]) =>
      textsOf(await runGit(['ls-files', '-z', ...more], { cwd: this.#workspace }))
    const [staged, others] = await Promise.all([list('--stage'), list('--others', '--exclude-standard')])
    const tracked = staged.flatMap((line) => {
      const [entry = '', path = ''] = line.split('\t')
      // Repositories inside of it are no files of this one.
      return entry.startsWith('160000 ') ? [] : [path]
    })
    const own = `${relative(this.#workspace, this.#stateDir).split(sep).join('/')}/`
    const isOurs = (path: string) =>
      path.startsWith(own) || path.split('/').some((name) => isProtectedName(name, PROTECTED_NAMES))
    return [...tracked, ...others].filter((path) => !path.endsWith('/') && !isOurs(path))
  }

  async #repository({ common, format, top }: GitWorkspace): Promise<string> {
    const repository = join(this.root, `repository-${format}`)
    if (!existsSync(join(repository, 'HEAD'))) {
      mkdirSync(repository, { recursive: true, mode: 0o700 })
      await runGit(['init', '-q', '--bare', '--template=', `--object-format=${format}`, repository], {
        cwd: repository,
      })
    }
    const write = (path: string, content: string) => {
      const file = join(repository, path)
      mkdirSync(dirname(file), { recursive: true })
      if (!existsSync(file) || readFileSync(file, 'utf8') !== content) writeFileSync(file, content)
    }
    write('objects/info/alternates', `${join(common, 'objects')}\n`)
    // What a file holds is what is stored: no line ends are changed, no program filters or compares.
    write('info/attributes', '* -text -eol -filter -ident -working-tree-encoding\n')
    write('info/exclude', this.#ignored(common, top))
    const shallow = join(common, 'shallow')
    if (existsSync(shallow)) write('shallow', readFileSync(shallow, 'utf8'))
    else rmSync(join(repository, 'shallow'), { force: true })
    return repository
  }

  /** What is ignored in worktrees besides what their own files say: a worktree has no folder above it. */
  #ignored(common: string, top: string): string {
    const files = [join(common, 'info/exclude')]
    for (let folder = this.#workspace; folder !== top && folder !== dirname(folder);) {
      folder = dirname(folder)
      files.unshift(join(folder, '.gitignore'))
    }
    const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'))
    return [...texts, '.bosun/', '.bosun-*', ''].join('\n')
  }
}

/** The same workspace on the same commit is the same snapshot. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'bosun',
  GIT_AUTHOR_EMAIL: 'bosun@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'bosun',
  GIT_COMMITTER_EMAIL: 'bosun@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
}

function textsOf({ output }: GitAnswer): string[] {
  return output.toString('utf8').split('\0').slice(0, -1)
}

function lineOf({ output }: GitAnswer): string {
  return output.toString('utf8').trimEnd()
}
