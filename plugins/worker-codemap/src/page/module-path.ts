/** The folder of a file, `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash)
}

/** A folder as a reader knows it: the root has no name of its own. */
export function folderLabel(folder: string): string {
  return folder === '.' ? '(root)' : folder
}

/** The last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * Shortens a text to a number of characters, keeping its start.
 *
 * @example shortened("combineLatest.ts", 8) // "combine…"
 */
export function shortened(text: string, charactersMax: number): string {
  const characters = Array.from(text)
  if (characters.length <= charactersMax) return text
  return `${characters.slice(0, Math.max(0, charactersMax - 1)).join('')}…`
}

/** Shortens a path, keeping its end, which tells folders apart. */
export function shortenedPath(path: string, charactersMax: number): string {
  const characters = Array.from(path)
  return characters.length <= charactersMax
    ? path
    : `…${characters.slice(characters.length - charactersMax + 1).join('')}`
}
