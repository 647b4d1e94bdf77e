import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BosunError } from '@bosun/core'
import { runGit, worktreeRecordFolder, type AttemptWorktree } from '@bosun/sdk'

/** What of an attempt goes into the workspace as it is, and what was merged with what is there. */
export interface MergePlan {
  readonly plain: readonly string[]
  readonly removed: readonly string[]
  readonly merged: readonly string[]
  /** Absolute folder of the merged files. */
  readonly mergedFolder: string
}

/** One path as it is: in the base of the attempt, in the workspace now, in the worktree. */
interface Sides {
  readonly base: Buffer | undefined
  readonly ours: Buffer | undefined
  readonly theirs: Buffer | undefined
}

/**
 * Decides for each output of a worktree what becomes of it in the workspace. Writes nothing there.
 *
 * What the workspace still has as the attempt found it, is replaced; what has changed there meanwhile,
 * is merged line by line, with the base as the third side. When one path cannot be merged, none is
 * taken: the attempt's side stays in its staging folder, the other in the workspace, and both together,
 * with marks, below `conflicts` in the record of the worktree.
 *
 * Doing it again after a publication that was cut short comes to the same: a path that holds the side
 * of the attempt, or what was merged, is done.
 *
 * @throws OUTPUT_CONFLICT naming every path that cannot be merged
 */
export async function planMerge(
  worktree: AttemptWorktree,
  workspace: string,
  outputs: readonly string[],
): Promise<MergePlan> {
  const record = worktreeRecordFolder(worktree.folder)
  const mergedFolder = join(record, 'merged')
  const plan = { plain: [] as string[], removed: [] as string[], merged: [] as string[], mergedFolder }
  const conflicts: string[] = []
  for (const path of outputs) {
    // One after the other, so that the contents of one are in memory at a time.
    // oxlint-disable-next-line no-await-in-loop
    const sides = await sidesOf(worktree, workspace, path)
    const { base, ours, theirs } = sides
    if (isSame(ours, base) || isSame(ours, theirs)) (theirs === undefined ? plan.removed : plan.plain).push(path)
    else if (ours !== undefined && isSame(ours, contentOf(mergedFolder, path))) plan.merged.push(path)
    // oxlint-disable-next-line no-await-in-loop
    else if (await merge(sides, { path, mergedFolder, record })) plan.merged.push(path)
    else conflicts.push(path)
  }
  if (conflicts.length === 0) return plan
  throw new BosunError('OUTPUT_CONFLICT', {
    at: conflicts.join(', '),
    summary: 'The workspace and the attempt have changed the same place',
    received: `both sides are kept: ${join(record, 'conflicts')}`,
  })
}

// ---------------------------------------------------------------------------------------------

async function sidesOf(worktree: AttemptWorktree, workspace: string, path: string): Promise<Sides> {
  const { base } = worktree.record
  const [entry = ''] = (await worktree.git(['ls-tree', '-z', base, '--', path])).output.toString('utf8').split('\0')
  // `mode type id TAB path`; what is no file there, a link, is none for us.
  const [mode = '', , id = ''] = entry.split('\t')[0]?.split(' ') ?? []
  const isFile = mode.startsWith('100')
  return {
    base: isFile ? (await worktree.git(['cat-file', 'blob', id])).output : undefined,
    ours: contentOf(workspace, path),
    theirs: contentOf(worktree.folder, path),
  }
}

/** What is no file, counts as absent; publication refuses to replace it. */
function contentOf(folder: string, path: string): Buffer | undefined {
  const file = join(folder, path)
  try {
    return lstatSync(file).isFile() ? readFileSync(file) : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function isSame(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other)
}

/** Merges the lines of a file that all three sides have. False when they contradict each other. */
async function merge(
  { base, ours, theirs }: Sides,
  { path, mergedFolder, record }: { readonly path: string; readonly mergedFolder: string; readonly record: string },
): Promise<boolean> {
  if (base === undefined || ours === undefined || theirs === undefined) return false
  const folder = join(record, 'merging')
  const files = [
    ['ours', ours],
    ['base', base],
    ['theirs', theirs],
  ] as const
  try {
    for (const [name, content] of files) write(join(folder, name), content)
    const labels = ['-L', 'workspace', '-L', 'base', '-L', 'attempt']
    // Answers the number of conflicts, 127 for more than that, and 255 for what is no text.
    const accepts = Array.from({ length: 256 }, (_, code) => code)
    const words = ['merge-file', '-p', '-q', '--diff3', ...labels, ...files.map(([name]) => name)]
    const { code, output } = await runGit(words, { cwd: folder, accepts })
    if (code === 0) write(join(mergedFolder, path), output)
    else if (code < 128) write(join(record, 'conflicts', path), output)
    return code === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, content)
}
