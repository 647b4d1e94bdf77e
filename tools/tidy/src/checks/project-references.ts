import { posix } from 'node:path'
import type { Check, Finding } from '../finding.ts'
import type { Repository, WorkspacePackage } from '../repository.ts'

/** TypeScript builds in the order of project references; they repeat what package.json declares. */
export const projectReferences: Check = (repository) =>
  repository.packages.flatMap((home) =>
    ['tsconfig.lib.json', 'tsconfig.spec.json'].flatMap((name): Finding[] => {
      const path = `${home.folder}/${name}`
      const text = repository.files.get(path)
      if (text === undefined) return []
      const actual = new Set(
        [...text.matchAll(/"path":\s*"([^"]+)"/g)].map(([, to = '']) => posix.join(home.folder, to)),
      )
      return [...expected(repository, home, name)]
        .filter((reference) => !actual.has(reference))
        .map((reference) => ({
          path,
          message: `lacks the reference "${posix.relative(home.folder, reference)}"`,
        }))
    }),
  )

// ---------------------------------------------------------------------------------------------

function expected(repository: Repository, home: WorkspacePackage, tsconfig: string): Set<string> {
  const isSpec = tsconfig === 'tsconfig.spec.json'
  return new Set(
    repository.packages
      .filter(({ name, folder }) => {
        const declared = home.dependencies.has(name) || (isSpec && home.devDependencies.has(name))
        return declared && repository.files.has(`${folder}/tsconfig.lib.json`)
      })
      .map(({ folder }) => `${folder}/tsconfig.lib.json`),
  )
}
