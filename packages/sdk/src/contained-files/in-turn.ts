import type { RootFolder } from './root-folder.ts'

/** The last change that is under way in each staging folder. */
const lastByFolder = new Map<string, Promise<unknown>>()

/**
 * Makes changes of one staging folder one after the other. A model calls its tools side by side, and
 * two edits of one file that read before either writes would lose one of the two.
 */
export async function inTurn<T>(staging: RootFolder, change: () => Promise<T>): Promise<T> {
  const folder = staging.realPath
  const before = lastByFolder.get(folder) ?? Promise.resolve()
  const own = before.then(change, change)
  lastByFolder.set(folder, own)
  try {
    return await own
  } finally {
    if (lastByFolder.get(folder) === own) lastByFolder.delete(folder)
  }
}
