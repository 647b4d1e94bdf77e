import {
  defineTool,
  deleteContainedFile,
  editContainedFile,
  files,
  listContainedFolder,
  moveContainedFile,
  readContainedFile,
  writeContainedFile,
  type AnyToolHandler,
} from '@bosun/sdk'
import { inRoots } from './in-roots.ts'
import { searchFolder } from './search-folder.ts'

/** `files.read`: what the attempt has staged itself goes before the workspace. */
export const readFiles: AnyToolHandler = defineTool(files.read, (input, io) =>
  inRoots(io, false, async (roots) => {
    const { sha256, ...read } = await readContainedFile(roots, input)
    return sha256 === undefined ? read : { ...read, hash: `sha256-${sha256}` }
  }),
)

/** `files.list`: staging merged over the workspace. */
export const listFiles: AnyToolHandler = defineTool(files.list, (input, io) =>
  inRoots(io, false, async (roots) => ({ entries: [...(await listContainedFolder(roots, input))] })),
)

/** `files.search`: over the same view. */
export const searchFiles: AnyToolHandler = defineTool(files.search, (input, io) =>
  inRoots(io, false, (roots) => searchFolder(roots, input, io)),
)

/** `files.write`: into the staging of the attempt, and nowhere else. */
export const writeFiles: AnyToolHandler = defineTool(files.write, ({ path, text, encoding }, io) =>
  inRoots(io, true, async (roots) => {
    const content = encoding === 'base64' ? { base64: text } : { text }
    return written(await writeContainedFile(roots, { path, ...content }))
  }),
)

/** `files.edit`: one text of a file for another, or nothing. */
export const editFiles: AnyToolHandler = defineTool(files.edit, ({ expectedHash, ...input }, io) =>
  inRoots(io, true, async (roots) => {
    const expected = expectedHash === undefined ? {} : { expectedSha256: expectedHash.slice('sha256-'.length) }
    const { replacedCount, ...result } = await editContainedFile(roots, { ...input, ...expected })
    return { ...written(result), replacedCount }
  }),
)

/** `files.move`: the new path is staged, the old one marked as removed. */
export const moveFiles: AnyToolHandler = defineTool(files.move, (input, io) =>
  inRoots(io, true, async (roots) => written(await moveContainedFile(roots, input))),
)

/** `files.delete`: marked in staging, carried out when the result is accepted. */
export const deleteFiles: AnyToolHandler = defineTool(files.delete, (input, io) =>
  inRoots(io, true, async (roots) => ({ bytes: (await deleteContainedFile(roots, input)).bytes })),
)

function written({ bytes, sha256 }: { readonly bytes: number; readonly sha256: string }) {
  return { bytes, hash: `sha256-${sha256}` }
}
