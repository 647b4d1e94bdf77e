import { dirname, posix } from 'node:path'
import { readImports } from './read-imports.ts'
import type { ImportOfFile } from './read-imports.ts'

/** The repository as the checks see it: every file by its path from the root, with `/`. */
export interface Repository {
  readonly files: ReadonlyMap<string, string>
  readonly packages: readonly WorkspacePackage[]
  readonly sources: readonly SourceFile[]
}

export interface WorkspacePackage {
  readonly name: string
  readonly folder: string
  /** Names in dependencies and peerDependencies: what users of the package get. */
  readonly dependencies: ReadonlySet<string>
  readonly devDependencies: ReadonlySet<string>
  /** Source file behind each exported specifier: "bosun/testing" → "packages/bosun/src/testing.ts". */
  readonly entries: ReadonlyMap<string, string>
}

export interface SourceFile {
  readonly path: string
  readonly package: WorkspacePackage | undefined
  /** Specs, their fixtures and the config of the test runner: nothing that is shipped. */
  readonly forTests: boolean
  readonly imports: readonly ImportOfFile[]
}

export function repositoryFrom(files: ReadonlyMap<string, string>): Repository {
  const packages = [...files]
    .filter(([path]) => /^(packages|plugins|apps|tools|examples)\/[^/]+\/package\.json$/.test(path))
    .map(([path, text]) => packageFrom(dirname(path), JSON.parse(text) as Manifest))
  const sources = [...files]
    .filter(([path]) => /\.[cm]?[jt]sx?$/.test(path) && !path.includes('/fixtures/'))
    .map(([path, text]) => ({
      path,
      package: packages.find(({ folder }) => path.startsWith(`${folder}/`)),
      forTests: isForTests(path),
      imports: readImports(text, path),
    }))
  return { files, packages, sources }
}

/** The package of the workspace that a specifier leads to, if it leads to one. */
export function workspacePackageOf(repository: Repository, specifier: string): WorkspacePackage | undefined {
  const name = packageNameOf(specifier)
  return repository.packages.find((candidate) => candidate.name === name)
}

/** "@bosun/core" for "@bosun/core/alpha"; undefined for relative, absolute and `node:` imports. */
export function packageNameOf(specifier: string): string | undefined {
  if (/^(\.|\/|#)/.test(specifier) || specifier.includes(':')) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** The file of the repository that an import leads to, if it leads to one. */
export function fileOf(repository: Repository, from: string, specifier: string) {
  if (!specifier.startsWith('.')) {
    return workspacePackageOf(repository, specifier)?.entries.get(specifier)
  }
  const path = posix.join(posix.dirname(from), specifier)
  return repository.files.has(path) ? path : undefined
}

/** True when the specifier matches the pattern, whose final `*` stands for any rest. */
export function matches(specifier: string, pattern: string): boolean {
  return pattern.endsWith('*')
    ? specifier.startsWith(pattern.slice(0, -1))
    : specifier === pattern || packageNameOf(specifier) === pattern
}

// ---------------------------------------------------------------------------------------------

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

function packageFrom(folder: string, manifest: Manifest): WorkspacePackage {
  const entries = new Map<string, string>()
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = (target as Record<string, string> | null)?.['@bosun/source']
    if (source !== undefined) {
      entries.set(posix.join(manifest.name, subpath), posix.join(folder, source))
    }
  }
  return {
    name: manifest.name,
    folder,
    dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
    entries,
  }
}

function isForTests(path: string): boolean {
  return /\.(spec|spec-d|fixture)\.[cm]?[jt]sx?$|(^|\/)vitest\.[a-z]+\.ts$|\/e2e\//.test(path)
}
