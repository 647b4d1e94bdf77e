import { isBuiltin } from 'node:module'
import type { Check, Finding } from '../finding.ts'
import { packageNameOf } from '../repository.ts'

/**
 * Whatever a package imports stands in its own package.json. Npm would resolve most of it anyway,
 * from a neighbour; but Nx orders and caches tasks by these declarations, and a published package
 * has no neighbours. Specs may also use devDependencies, their own or the root's.
 */
export const declaredDependencies: Check = (repository) => {
  const rootDevDependencies = devDependenciesOf(repository.files.get('package.json'))
  return repository.sources.flatMap((file) => {
    const home = file.package
    if (home === undefined) return []
    return file.imports.flatMap((imported): Finding[] => {
      const name = packageNameOf(imported.specifier)
      if (name === undefined || name === home.name || isBuiltin(name)) return []
      if (home.dependencies.has(name)) return []
      const isDevelopment = home.devDependencies.has(name) || rootDevDependencies.has(name)
      if (isDevelopment && (file.forTests || imported.typeOnly)) return []
      const where = file.forTests ? 'dependencies or devDependencies' : 'dependencies'
      const message = `${name} is missing from the ${where} in ${home.folder}/package.json`
      return [{ path: file.path, line: imported.line, message }]
    })
  })
}

// ---------------------------------------------------------------------------------------------

function devDependenciesOf(manifest: string | undefined): ReadonlySet<string> {
  if (manifest === undefined) return new Set()
  const { devDependencies } = JSON.parse(manifest) as { devDependencies?: object }
  return new Set(Object.keys(devDependencies ?? {}))
}
