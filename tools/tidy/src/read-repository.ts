import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryFrom } from './repository.ts'
import type { Repository } from './repository.ts'

/** Reads every text file that is committed, or that would be with the next `git add`. */
export function readRepository(root: string): Repository {
  const files = new Map<string, string>()
  for (const path of listFiles(root)) {
    const absolute = join(root, path)
    if (!existsSync(absolute) || !statSync(absolute).isFile()) continue
    const content = readFileSync(absolute)
    if (!content.includes(0)) files.set(path, content.toString('utf8'))
  }
  return repositoryFrom(files)
}

// ---------------------------------------------------------------------------------------------

function listFiles(root: string): string[] {
  if (!existsSync(join(root, '.git'))) return walk(root, '')
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\0')
    .filter((path) => path !== '')
}

/** For a copy of the repository that git does not know: leaves out what .gitignore leaves out. */
function walk(root: string, folder: string): string[] {
  const ignored = new Set(['node_modules', 'dist', 'test-results', '.nx', '.bosun', '.git'])
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      return entry.isDirectory() ? walk(root, path) : [path]
    })
}
