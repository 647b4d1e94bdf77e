/**
 * Publishing: accepted files go from a staging folder into the workspace.
 *
 * Theory of operation. First every file is copied beside its target under a temporary name, its
 * hash compared with what was accepted, and synced; only when all are there do they get their
 * final names, one rename each; then what was removed is taken away, and the folders are synced. So
 * a file that turns out wrong leaves every file of the workspace as it was. A crash anywhere is
 * repaired by doing it again: targets that hold the right bytes are kept, what is gone is gone,
 * left-over temporary files of the same targets are removed. Staging is not touched, and is needed
 * again only for files that are not yet in place.
 *
 * Rules: each file appears whole; the set as a whole does not appear at once (no file system can).
 * Links and hard-linked files are never replaced or removed, and folders stay, also empty ones. The mode of a replaced file is kept, a new file
 * takes its staged mode, and neither carries set-user or set-group bits.
 */
import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { openContainedFolder, openContainedPath, type ContainedPath } from './contained-path.ts'
import { appendChunk, copyContent } from './copy-content.ts'
import { foldersAbove, parseDeclaredFiles, type DeclaredFile } from './declared-files.ts'
import { FileError } from './file-error.ts'
import { fromSystemError } from './from-system-error.ts'
import { MODE_MASK } from './mode-mask.ts'
import type { RelativePath } from './parse-relative-path.ts'
import { PROTECTED_NAMES } from './protected-names.ts'
import { openRegularFile, refuseIrreplaceable, type RegularFile } from './regular-file.ts'
import { commitTemporaryFile, createTemporaryFile, type TemporaryFile } from './replace-file.ts'
import { RootFolder } from './root-folder.ts'
import type { StagedFile } from './staged-files.ts'
import { sweepTemporaryFiles } from './sweep-temporary-files.ts'

/** The points at which a crash leaves something different behind. */
export type PublishStep =
  | 'swept'
  | 'folders-made'
  | 'chunk-copied'
  | 'copied'
  | 'prepared'
  | 'renamed'
  | 'removed'
  | 'folder-synced'

export interface PublishRequest {
  /** The folder of the attempt; absolute. */
  readonly staging: string
  /** The folder to publish into; absolute. */
  readonly workspace: string
  /** What was accepted, by path, size and hash: what is found must be just that. */
  readonly files: readonly StagedFile[]
  /** Paths of files that the attempt removed. @defaultValue none */
  readonly removed?: readonly string[]
  /** @defaultValue `.git` and `.bosun` */
  readonly protectedNames?: readonly string[]
  /** For tests of crashes: awaited after each step. */
  readonly onStep?: (step: PublishStep, path: string) => void | Promise<void>
}

export interface PublishedFile extends StagedFile {
  /** False when the workspace had these bytes already. */
  readonly changed: boolean
  /** The file is gone; its size and hash are those of no bytes. */
  readonly deleted?: true
}

/** What a removed file holds. */
const NOTHING = { bytes: 0, sha256: createHash('sha256').digest('hex') } as const

/**
 * Publishes files; doing it again, after success or after a crash at any point, ends the same.
 *
 * Two processes must not publish the same path at the same time: one of them may fail.
 *
 * @throws FileError FILE_ROOT_INVALID, FILE_PATH_INVALID, FILE_PATH_PROTECTED, FILE_NOT_FOUND,
 * FILE_CHANGED, FILE_IS_LINK, FILE_NOT_REGULAR, FILE_NOT_FOLDER, FILE_MULTIPLE_LINKS, FILE_IO
 */
export async function publish(request: PublishRequest): Promise<PublishedFile[]> {
  const all = parseDeclaredFiles(
    [...request.files, ...(request.removed ?? []).map((path) => ({ path, ...NOTHING }))],
    request.protectedNames ?? PROTECTED_NAMES,
  )
  const declared = all.slice(0, request.files.length)
  const removed = all.slice(request.files.length)
  using staging = RootFolder.open(request.staging)
  using workspace = RootFolder.open(request.workspace)
  const context: Context = { staging, workspace, onStep: request.onStep }
  sweepTemporaryFiles(workspace, declared)
  await context.onStep?.('swept', '.')
  const prepared: PreparedFile[] = []
  try {
    for (const file of declared) prepared.push(await prepare(context, file))
    for (const file of removed) refuseIrremovable(context, file)
    for (const file of prepared) await commit(context, file)
  } catch (error) {
    discardPrepared(workspace, declared)
    throw error
  }
  const gone: PublishedFile[] = []
  for (const { path, file } of removed) {
    const changed = await remove(context, path)
    gone.push({ ...file, changed, deleted: true })
  }
  await syncFolders(context, all)
  return [...prepared.map(({ file, temporary }) => ({ ...file, changed: temporary !== undefined })), ...gone]
}

// Private

interface Context {
  readonly staging: RootFolder
  readonly workspace: RootFolder
  readonly onStep: PublishRequest['onStep']
}

interface PreparedFile extends DeclaredFile {
  /** Undefined when the workspace has the right bytes already. */
  readonly temporary: TemporaryFile | undefined
}

/** Puts a checked and durable copy beside the target, unless the target is right already. */
async function prepare(context: Context, declared: DeclaredFile): Promise<PreparedFile> {
  const { path, file } = declared
  using target = openContainedPath(context.workspace, path, 'make')
  await context.onStep?.('folders-made', path.text)
  refuseIrreplaceable(target)
  if (await isPublished(context.workspace, declared)) return { path, file, temporary: undefined }
  await using source = await openRegularFile(context.staging, path, 'refuse')
  // The size first: a file that cannot be right need not be copied.
  if (source.stats.size !== file.bytes) throw changed(file)
  const temporary = await copyBeside(context, { source, target, file })
  await context.onStep?.('prepared', path.text)
  return { path, file, temporary }
}

/** Whether the target holds the accepted bytes; if so they are made durable, as after a copy. */
async function isPublished(workspace: RootFolder, { path, file }: DeclaredFile): Promise<boolean> {
  try {
    await using target = await openRegularFile(workspace, path, 'refuse')
    if (target.stats.size !== file.bytes) return false
    const { sha256 } = await copyContent(target.handle)
    if (sha256 !== file.sha256) return false
    await target.handle.sync()
    return true
  } catch (error) {
    if (FileError.is(error, 'FILE_NOT_FOUND')) return false
    throw fromSystemError(error, path.text)
  }
}

function copyBeside(
  { onStep }: Context,
  { source, target, file }: { source: RegularFile; target: ContainedPath; file: StagedFile },
): Promise<TemporaryFile> {
  const mode = (existing(target) ?? source.stats).mode & MODE_MASK
  return createTemporaryFile(target, async (handle) => {
    const found = await copyContent(source.handle, async (chunk) => {
      await appendChunk(handle, chunk)
      await onStep?.('chunk-copied', file.path)
    })
    if (found.bytes !== file.bytes || found.sha256 !== file.sha256) throw changed(file)
    await handle.chmod(mode)
    await onStep?.('copied', file.path)
    await handle.sync()
  })
}

async function commit({ workspace, onStep }: Context, prepared: PreparedFile): Promise<void> {
  if (prepared.temporary === undefined) return
  using target = openContainedPath(workspace, prepared.path)
  commitTemporaryFile(target, prepared.temporary)
  await onStep?.('renamed', prepared.path.text)
}

/** @throws FileError for what has the path and is no file that may be removed */
function refuseIrremovable({ workspace }: Context, { path }: DeclaredFile): void {
  using target = openIfThere(workspace, path)
  if (target !== undefined) refuseIrreplaceable(target)
}

/** Returns whether there was anything to remove. */
async function remove({ workspace, onStep }: Context, path: RelativePath): Promise<boolean> {
  using target = openIfThere(workspace, path)
  if (target === undefined || existing(target) === undefined) return false
  refuseIrreplaceable(target)
  target.folder.verify()
  target.folder.remove(target.name)
  await onStep?.('removed', path.text)
  return true
}

/** The folder of a removed file may be gone as well. */
function openIfThere(workspace: RootFolder, path: RelativePath): ContainedPath | undefined {
  try {
    return openContainedPath(workspace, path)
  } catch (error) {
    if (FileError.is(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

/** A fault, unlike a crash, cleans up behind itself, as far as it can. */
function discardPrepared(workspace: RootFolder, declared: readonly DeclaredFile[]): void {
  try {
    sweepTemporaryFiles(workspace, declared)
  } catch {
    // What stopped publishing may stop this too; the first error is the one to tell, and the next
    // try sweeps again.
  }
}

/** Every folder on the way: a new name, and a new folder, last once the folder they are in does. */
async function syncFolders({ workspace, onStep }: Context, declared: readonly DeclaredFile[]): Promise<void> {
  for (const { segments, text } of foldersAbove(declared)) {
    try {
      using folder = openContainedFolder(workspace, segments)
      await folder.sync()
    } catch (error) {
      // That of a removed file need not be there.
      if (!FileError.is(error, 'FILE_NOT_FOUND')) throw error
    }
    await onStep?.('folder-synced', text)
  }
}

function existing({ folder, name }: ContainedPath): Stats | undefined {
  return folder.inspect(name)
}

function changed(file: StagedFile): FileError {
  return new FileError('FILE_CHANGED', {
    at: file.path,
    summary: 'The staged file is not the one that was accepted.',
  })
}
