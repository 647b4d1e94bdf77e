import type { Check, Finding } from '../finding.ts'
import { fileOf } from '../repository.ts'

/**
 * Entry files list names one by one, so that a new export is always somebody's decision. And no
 * file imports the entry of its own package, which is how cycles start; only the spec of the
 * entry itself does.
 */
export const entryFiles: Check = (repository) =>
  repository.sources.flatMap((file) => {
    const entries = new Set(file.package?.entries.values())
    const isSpecOfEntry = [...entries].some(
      (entry) => file.forTests && file.path.startsWith(`${entry.replace(/\.ts$/, '')}.`),
    )
    return file.imports.flatMap((imported): Finding[] => {
      const at = { path: file.path, line: imported.line }
      const target = fileOf(repository, file.path, imported.specifier)
      if (entries.has(file.path) && imported.wildcardExport) {
        return [{ ...at, message: 'an entry file lists its exports by name' }]
      }
      // One entry may build on another of the same package, such as ./testing on the main one.
      if (target !== undefined && entries.has(target) && !isSpecOfEntry && !entries.has(file.path)) {
        return [{ ...at, message: `imports the entry of its own package, ${target}` }]
      }
      return []
    })
  })
