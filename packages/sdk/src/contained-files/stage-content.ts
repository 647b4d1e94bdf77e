import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { openContainedPath } from './contained-path.ts'
import { FileError } from './file-error.ts'
import { MODE_MASK } from './mode-mask.ts'
import type { RelativePath } from './parse-relative-path.ts'
import { refuseIrreplaceable } from './regular-file.ts'
import { markRemoved, unmarkRemoved } from './removal-mark.ts'
import { commitTemporaryFile, createTemporaryFile } from './replace-file.ts'
import type { RootFolder } from './root-folder.ts'
import type { Roots } from './roots.ts'
import { isIn } from './topmost-file.ts'

export interface WriteResult {
  /** The canonical path. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** Puts a file into staging: whole or not at all. */
export async function stageContent(roots: Roots, path: RelativePath, content: Buffer): Promise<WriteResult> {
  await stageFile(roots, path, (handle) => handle.writeFile(content))
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { path: path.text, bytes: content.length, sha256 }
}

/** The same with whatever `fill` puts into the handle. */
export async function stageFile(
  roots: Roots,
  path: RelativePath,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const staging = roots.stagingFor(path)
  refuseUnpublishable(roots.workspace, path)
  using target = openContainedPath(staging, path, 'make')
  // A program that was moved here stays one when its text is replaced.
  const mode = target.folder.inspect(target.name)?.mode
  const temporary = await createTemporaryFile(target, async (handle) => {
    await fill(handle)
    if (mode !== undefined) await handle.chmod(mode & MODE_MASK)
  })
  commitTemporaryFile(target, temporary)
  // Last: until here a crash leaves the path removed, from here on the file goes before the mark.
  unmarkRemoved(target)
}

/** Takes a file out of staging, and marks it as removed where it would show from the workspace. */
export async function stageRemoval(roots: Roots, path: RelativePath): Promise<void> {
  const staging = roots.stagingFor(path)
  refuseUnpublishable(roots.workspace, path)
  const isBelow = !roots.isWhole && isIn({ root: roots.workspace }, path)
  using target = openContainedPath(staging, path, 'make')
  refuseIrreplaceable(target)
  if (isBelow) await markRemoved(target)
  target.folder.verify()
  target.folder.remove(target.name)
}

// Private

/** @throws FileError when the workspace has something at the path that publishing would refuse */
function refuseUnpublishable(workspace: RootFolder, path: RelativePath): void {
  try {
    using target = openContainedPath(workspace, path)
    refuseIrreplaceable(target)
  } catch (error) {
    if (!FileError.is(error, 'FILE_NOT_FOUND')) throw error
  }
}
