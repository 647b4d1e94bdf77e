import {
  attemptWorktree,
  BosunError,
  defineTool,
  deleteContainedFile,
  FileError,
  git,
  patchPaths,
  Roots,
  writeContainedFile,
  type AnyToolHandler,
  type AttemptWorktree,
  type ToolIo,
  type WorktreeChange,
} from '@bosun/sdk'

const DIFF_BYTES_DEFAULT = 256 * 1024
const SHOW_BYTES_DEFAULT = 1024 * 1024
const COMMITS_DEFAULT = 20
/** Stands between fields, and occurs in none: git refuses it in names and subjects are one line. */
const FIELD = '\x1f'

/** `git.status`: what differs from the base. */
export const gitStatus: AnyToolHandler = defineTool(git.status, async ({ path }, io) => ({
  files: [...(await changesBelow(attemptWorktree(io.staging), path, io))],
}))

/** `git.diff`: the same as a patch. What the grant does not cover is passed over. */
export const gitDiff: AnyToolHandler = defineTool(git.diff, async ({ path, contextLines = 3, maxBytes }, io) => {
  const worktree = attemptWorktree(io.staging)
  const paths = (await changesBelow(worktree, path, io)).map((change) => change.path)
  // Without a path git would show all of them.
  if (paths.length === 0) return { text: '', truncated: false }
  const options = { contextLines, maxBytes: maxBytes ?? DIFF_BYTES_DEFAULT, signal: io.signal }
  const { output, isCut } = await worktree.diff(paths, options)
  return { text: output.toString('utf8'), truncated: isCut }
})

/** `git.log`: the history of the workspace's own repository. */
export const gitLog: AnyToolHandler = defineTool(git.log, async ({ path, max = COMMITS_DEFAULT }, io) => {
  const worktree = attemptWorktree(io.staging)
  const { head, prefix } = worktree.record
  const format = `--format=%H${FIELD}%an${FIELD}%aI${FIELD}%s`
  const below = `${prefix}${path === undefined || path === '.' ? '' : path}`
  const words = ['log', '-z', '--no-show-signature', `--max-count=${max}`, format, head]
  const { output } = await worktree.git([...words, ...(below === '' ? [] : ['--', below])], { signal: io.signal })
  const texts = output.toString('utf8').split('\0').filter(Boolean)
  return {
    commits: texts.map((text) => {
      const [id = '', author = '', at = '', subject = ''] = text.split(FIELD)
      return { id, author, at, subject }
    }),
  }
})

/** `git.show`: one file of one commit. */
export const gitShow: AnyToolHandler = defineTool(git.show, async ({ path, revision = 'HEAD', maxBytes }, io) => {
  const worktree = attemptWorktree(io.staging)
  const { base, head, prefix } = worktree.record
  const [name = '', ago] = revision.split('~')
  // The base holds the workspace; one commit before it is the history of its repository.
  const isBase = name === 'base' && (ago === undefined || Number(ago) === 0)
  const commit = `${name === 'HEAD' ? head : name === 'base' ? base : name}${ago === undefined ? '' : `~${ago}`}`
  const words = ['cat-file', 'blob', `${commit}:${isBase ? '' : prefix}${path}`]
  const options = { signal: io.signal, maxBytes: maxBytes ?? SHOW_BYTES_DEFAULT, accepts: [0, 128] }
  const { code, output, isCut } = await worktree.git(words, options)
  if (code !== 0) throw new BosunError('FILE_NOT_FOUND', { at: `${revision}:${path}` })
  return { text: output.toString('utf8'), truncated: isCut }
})

/** `git.apply`: git says what the patch makes of the files, and they are written as any other file is. */
export const gitApply: AnyToolHandler = defineTool(git.apply, async ({ patch }, io) => {
  const files = await attemptWorktree(io.staging).patched(patch, io.signal)
  const judged = new Set(patchPaths(patch))
  // Rules were matched by these: one that git sees besides was judged by nobody.
  const other = files.find(({ path }) => !judged.has(path))
  if (other !== undefined) throw new BosunError('TOOL_INPUT_INVALID', { at: 'patch', received: other.path })
  try {
    using roots = Roots.open({ workspace: io.workspace, mounts: io.mounts, staging: io.staging })
    for (const { path, content } of files) {
      // One after the other, so that an error says which one it was.
      // oxlint-disable-next-line no-await-in-loop
      if (content === undefined) await deleteContainedFile(roots, { path })
      // oxlint-disable-next-line no-await-in-loop
      else await writeContainedFile(roots, { path, base64: content.toString('base64') })
    }
  } catch (error) {
    if (!FileError.is(error)) throw error
    throw new BosunError(error.code === 'FILE_IO' ? 'FILE_FAILED' : 'FILE_REFUSED', {
      at: error.at,
      summary: error.summary,
      cause: error,
    })
  }
  return { files: files.map(({ path, state }) => ({ path, state })) }
})

// ---------------------------------------------------------------------------------------------

async function changesBelow(
  worktree: AttemptWorktree,
  folder: string | undefined,
  io: ToolIo,
): Promise<readonly WorktreeChange[]> {
  const all = await worktree.changes({ signal: io.signal })
  const isBelow = (path: string) =>
    folder === undefined || folder === '.' || path === folder || path.startsWith(`${folder}/`)
  return all.filter(({ path }) => isBelow(path) && io.covers(path))
}
