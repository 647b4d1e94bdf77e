import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checks } from './checks.ts'
import { layersPage, layersPagePath } from './layers-page.ts'
import { readRepository } from './read-repository.ts'

const root = join(import.meta.dirname, '../../..')

if (process.argv.includes('--write')) {
  const page = join(root, layersPagePath)
  mkdirSync(dirname(page), { recursive: true })
  writeFileSync(page, layersPage())
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
