import { faultOfName, relativePath, type RelativePath } from './parse-relative-path.ts'
import { FileError } from './file-error.ts'
import { isProtectedName, PROTECTED_NAMES, refuseProtected } from './protected-names.ts'
import { RootFolder, type RootFolderOptions } from './root-folder.ts'

export interface RootsOptions {
  /** The folder that is read; absolute. Nothing is ever written here by an attempt. */
  readonly workspace: string
  /** The attempt's own folder, which exists; absolute. Without it every write is refused. */
  readonly staging?: string
  /** Staging is a copy of the workspace, as a git worktree is: what is not there is nowhere. @defaultValue false */
  readonly isWhole?: boolean
  /** Further folders to read, by name: `{ code: "/src/app" }` answers for `code/main.ts`. */
  readonly mounts?: Readonly<Record<string, string>>
  /** Names no path may contain, in any case. @defaultValue `.git` and `.bosun` */
  readonly protectedNames?: readonly string[]
  /** For tests: see `RootFolderOptions`. */
  readonly descriptorPaths?: boolean
  readonly onWalk?: (place: string) => void
}

/** A root that may answer for a path, and what holds there. */
export interface Layer {
  readonly kind: 'staging' | 'workspace' | 'mount'
  readonly root: RootFolder
}

/** Where a path leads: the layers that may hold it, the first one winning, and the path in them. */
export interface Location {
  readonly layers: readonly Layer[]
  readonly path: RelativePath
}

/**
 * All folders that one attempt can see: its staging folder over the workspace, and mounts beside.
 *
 * Dispose it when the attempt ends; operations that are under way finish first by themselves,
 * since each holds handles of its own.
 *
 * @example
 * using roots = Roots.open({ workspace: "/project", staging: "/state/run/task@1" })
 * await writeFile(roots, { path: "site/mars.html", text: "<h1>Mars</h1>" })
 */
export class Roots implements Disposable {
  readonly workspace: RootFolder
  readonly staging: RootFolder | undefined
  readonly mounts: ReadonlyMap<string, RootFolder>
  readonly isWhole: boolean
  readonly protectedNames: readonly string[]

  private constructor(opened: OpenedRoots, isWhole: boolean, protectedNames: readonly string[]) {
    this.workspace = opened.workspace
    this.staging = opened.staging
    this.mounts = opened.mounts
    this.isWhole = isWhole
    this.protectedNames = protectedNames
  }

  /** @throws FileError FILE_ROOT_INVALID, FILE_PATH_INVALID for the name of a mount */
  static open(options: RootsOptions): Roots {
    const protectedNames = options.protectedNames ?? PROTECTED_NAMES
    for (const name of Object.keys(options.mounts ?? {})) refuseMountName(name, protectedNames)
    const opened = openAll(options)
    try {
      refuseOverlap(opened, protectedNames)
      return new Roots(opened, options.isWhole === true && opened.staging !== undefined, protectedNames)
    } catch (error) {
      closeAll(opened)
      throw error
    }
  }

  /** Finds the layers of a path. @throws FileError FILE_PATH_PROTECTED */
  locate(path: RelativePath): Location {
    refuseProtected(path, this.protectedNames)
    const [first, ...rest] = path.segments
    const mount = first === undefined ? undefined : this.mounts.get(first)
    if (mount !== undefined) return { layers: [{ kind: 'mount', root: mount }], path: relativePath(rest) }
    const workspace: Layer = { kind: 'workspace', root: this.workspace }
    if (this.staging === undefined) return { layers: [workspace], path }
    const staging: Layer = { kind: 'staging', root: this.staging }
    return { layers: this.isWhole ? [staging] : [staging, workspace], path }
  }

  /** The staging folder, where a path can be written. @throws FileError FILE_PATH_PROTECTED, FILE_READ_ONLY */
  stagingFor(path: RelativePath): RootFolder {
    const [layer] = this.locate(path).layers
    if (layer?.kind === 'staging') return layer.root
    throw new FileError('FILE_READ_ONLY', {
      at: path.text,
      summary: layer?.kind === 'mount' ? 'This lies in a read-only mount.' : 'There is no staging folder.',
    })
  }

  [Symbol.dispose](): void {
    closeAll(this)
  }
}

// Private

interface OpenedRoots {
  readonly workspace: RootFolder
  readonly staging: RootFolder | undefined
  readonly mounts: ReadonlyMap<string, RootFolder>
}

function openAll(options: RootsOptions): OpenedRoots {
  using opened = new DisposableStack()
  const common = rootOptions(options)
  const open = (path: string, place?: string): RootFolder =>
    opened.use(RootFolder.open(path, place === undefined ? common : { ...common, place }))
  const workspace = open(options.workspace)
  const staging = options.staging === undefined ? undefined : open(options.staging)
  const mounts = new Map<string, RootFolder>()
  for (const [name, path] of Object.entries(options.mounts ?? {})) mounts.set(name, open(path, name))
  // All are open: from here on the caller closes them.
  opened.move()
  return { workspace, staging, mounts }
}

function closeAll({ workspace, staging, mounts }: OpenedRoots): void {
  workspace[Symbol.dispose]()
  staging?.[Symbol.dispose]()
  for (const mount of mounts.values()) mount[Symbol.dispose]()
}

function rootOptions({ descriptorPaths, onWalk }: RootsOptions): RootFolderOptions {
  return {
    ...(descriptorPaths === undefined ? {} : { descriptorPaths }),
    ...(onWalk === undefined ? {} : { onWalk }),
  }
}

function refuseMountName(name: string, protectedNames: readonly string[]): void {
  const summary = isProtectedName(name, protectedNames) ? 'The name of this mount is protected.' : faultOfName(name)
  if (summary !== undefined) throw new FileError('FILE_PATH_INVALID', { at: name, summary })
}

/**
 * A write to staging must not be a write to anything else, and a list of the workspace must not
 * show staging: it may lie in the workspace only below a protected name, as in `.bosun/staging`.
 */
function refuseOverlap(roots: OpenedRoots, protectedNames: readonly string[]): void {
  const { staging } = roots
  if (staging === undefined) return
  for (const other of [roots.workspace, ...roots.mounts.values()]) {
    const between = segmentsBelow(other.realPath, staging.realPath)
    const hidden = between?.some((segment) => isProtectedName(segment, protectedNames))
    const overlaps = segmentsBelow(staging.realPath, other.realPath) !== undefined
    if (!overlaps && (between === undefined || hidden === true)) continue
    throw new FileError('FILE_ROOT_INVALID', {
      at: staging.realPath,
      summary: `The staging folder overlaps with ${other.realPath}.`,
      fix: 'Put staging beside it, or below its `.bosun` folder.',
    })
  }
}

/** The segments that lead from one folder down to another; undefined when it does not lie below. */
function segmentsBelow(folder: string, other: string): readonly string[] | undefined {
  const above = folder.split('/').filter((segment) => segment !== '')
  const below = other.split('/').filter((segment) => segment !== '')
  const isBelow = above.every((segment, index) => below[index] === segment)
  return isBelow ? below.slice(above.length) : undefined
}
