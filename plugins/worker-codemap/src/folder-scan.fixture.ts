import type { FolderScan } from './folder-scan.ts'
import { analyseModule } from './source-module.ts'

/**
 * The scans of a made-up code base: one per folder that holds a file, or holds a folder that does.
 *
 * @param files texts by path
 */
export function scansOf(files: Readonly<Record<string, string>>): FolderScan[] {
  const folders = new Set(['.'])
  for (const path of Object.keys(files)) {
    for (let at = parent(path); at !== '.'; at = parent(at)) folders.add(at)
  }
  return [...folders].map((folder) => ({
    folder,
    modules: Object.entries(files)
      .filter(([path]) => parent(path) === folder)
      .map(([path, text]) => analyseModule(path, text)),
    folders: [...folders].filter((child) => child !== '.' && parent(child) === folder),
    skipped: [],
    otherFiles: 0,
  }))
}

// ---------------------------------------------------------------------------------------------

function parent(path: string): string {
  return path.includes('/') ? path.replace(/\/[^/]*$/, '') : '.'
}
