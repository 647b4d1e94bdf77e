const SOURCE_NAME = /\.(?:[cm]?[jt]s|[jt]sx)$/

/** Folders whose content is a copy or belongs to someone else, each with the reason shown. */
const SKIPPED_FOLDERS: ReadonlyMap<string, string> = new Map([
  ['node_modules', 'installed packages'],
  ['bower_components', 'installed packages'],
  ['jspm_packages', 'installed packages'],
  ['dist', 'build output'],
  ['coverage', 'test reports'],
])

/**
 * Whether a file of this name is source code that the map parses: JavaScript and TypeScript with
 * all their endings, declaration files included.
 *
 * @example isSourceFile("index.d.mts") // true; isSourceFile("tsconfig.json") // false
 */
export function isSourceFile(name: string): boolean {
  return SOURCE_NAME.test(name)
}

/** Whether the name is that of a declaration file, such as `index.d.ts`. */
export function isDeclarationFile(name: string): boolean {
  return /\.d\.[cm]?ts$/.test(name)
}

/**
 * Whether a scan leaves out a sub-folder of this name. The root of a scan is never judged by its
 * name, so a `dist` folder can be mapped by asking for it.
 *
 * @example isSkippedFolder("node_modules") // true; isSkippedFolder("lib") // false
 */
export function isSkippedFolder(name: string): boolean {
  return skippedFolderReason(name) !== undefined
}

/**
 * Why a sub-folder of this name is left out, for the `skipped` list of its scan.
 *
 * `build`, `out` and `lib` are read: as often as not they hold code that someone wrote.
 *
 * @returns the reason, or undefined for a folder to scan
 * @example skippedFolderReason(".git") // "hidden folder"
 */
export function skippedFolderReason(name: string): string | undefined {
  return name.startsWith('.') ? 'hidden folder' : SKIPPED_FOLDERS.get(name)
}
