import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checks } from './checks.ts'
import { layersPage, layersPagePath } from './layers-page.ts'
import { readRepository } from './read-repository.ts'
import { requirementsPage, requirementsPagePath } from './requirements-page.ts'

const root = join(import.meta.dirname, '../../..')

if (process.argv.includes('--write')) {
  write(layersPagePath, layersPage())
  write(requirementsPagePath, requirementsPage(readRepository(root)))
}

const repository = readRepository(root)
let findingsCount = 0
for (const [name, check] of Object.entries(checks)) {
  for (const { path, line, message } of check(repository)) {
    findingsCount += 1
    console.error(`${path}${line === undefined ? '' : `:${line}`}  ${message}  [${name}]`)
  }
}

console.log(
  `${Object.keys(checks).length} checks over ${repository.files.size} files: ` +
    (findingsCount === 0 ? 'tidy' : `${findingsCount} to fix`),
)
process.exitCode = findingsCount === 0 ? 0 : 1

// ---------------------------------------------------------------------------------------------

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
