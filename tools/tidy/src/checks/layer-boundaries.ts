import type { Check, Finding } from '../finding.ts'
import {
  everySpecMayImport,
  folderRules,
  foldersThatNamePlugins,
  importTypesOnly,
  managerPluginsMayImport,
  neverImport,
  pluginsThatShipAManager,
  rows,
} from '../layers.ts'
import { matches, workspacePackageOf } from '../repository.ts'
import type { Repository, SourceFile, WorkspacePackage } from '../repository.ts'

/** No import climbs a layer, and no pure package reaches for the outside world. */
export const layerBoundaries: Check = (repository) =>
  repository.sources.flatMap((file) => {
    if (file.package === undefined) return []
    const home = file.package
    const allowed = allowedFor(repository, home, file)
    return file.imports.flatMap((imported): Finding[] => {
      const at = { path: file.path, line: imported.line }
      const target = workspacePackageOf(repository, imported.specifier)
      if (target !== undefined) {
        const fine = target === home || allowed.some((name) => matches(imported.specifier, name))
        if (fine) return []
        return [{ ...at, message: `${home.name} may not import ${imported.specifier}` }]
      }
      if (file.forTests) return []
      const isIn = (table: Readonly<Record<string, readonly string[]>>) =>
        table[home.name]?.some((pattern) => matches(imported.specifier, pattern)) ?? false
      if (isIn(neverImport)) {
        return [{ ...at, message: `${home.name} never imports ${imported.specifier}` }]
      }
      if (isIn(importTypesOnly) && !imported.typeOnly) {
        const message = `${home.name} imports only types from ${imported.specifier}`
        return [{ ...at, message }]
      }
      return []
    })
  })

/** Names of everything in the workspace that a layered package may import. */
export function layersBelow(name: string): readonly string[] {
  const row = rows.findIndex((packages) => packages.some((layered) => layered.name === name))
  if (row === -1) return []
  const below = rows.slice(0, row).flat()
  const own = rows[row] ?? []
  const right = own.slice(own.findIndex((layered) => layered.name === name) + 1)
  return [...below, ...right].map((layered) => layered.name)
}

// ---------------------------------------------------------------------------------------------

function allowedFor(repository: Repository, home: WorkspacePackage, file: SourceFile): readonly string[] {
  const isUnder = (folder: string) => `${home.folder}/`.startsWith(`${folder}/`)
  const rule = folderRules.find(({ folder }) => isUnder(folder))
  const plugins = repository.packages.filter(({ folder }) => folder.startsWith('plugins/'))
  return [
    ...layersBelow(home.name),
    ...(rule?.mayImport ?? []),
    ...(foldersThatNamePlugins.some(isUnder) ? plugins.map(({ name }) => name) : []),
    ...(pluginsThatShipAManager.includes(home.name) ? managerPluginsMayImport : []),
    ...(file.forTests ? [...(rule?.specsMayImport ?? []), ...everySpecMayImport] : []),
  ]
}
