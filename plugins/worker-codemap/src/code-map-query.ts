import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import {
  BosunError,
  defineTool,
  FileError,
  findAttemptWorktree,
  listContainedFolder,
  readContainedFile,
  Roots,
  type ToolIo,
} from '@bosun/sdk'
import { z } from 'zod'
import { compareText } from './compare-text.ts'
import { importGraph } from './import-graph.ts'
import { resolveImport } from './resolve-import.ts'
import { analyseModule, parsedBytesMax, type SourceModule } from './source-module.ts'
import { isSourceFile, skippedFolderReason } from './source-names.ts'

/** Source files that one query reads, and modules that it tells of unless it asks for more. */
const FILES_MAX = 5_000
const MODULES_DEFAULT = 100
/** Packages that are named; the most used first. */
const PACKAGES_MAX = 50

const path = z.string().min(1).max(4096)
const paths = z.array(z.string())

/**
 * Answers what there is in a code base: its modules, what each exports, what it imports and who imports it.
 *
 * For planners and workers that look before they decide. It reads, within the same bounds as `files.read`, and
 * what may not be read it passes over. The sources are parsed with each query.
 */
export const queryCodeMap = defineTool({
  name: 'codemap.query',
  summary:
    'Tells of the modules of a code base: what each exports and imports, who imports it, and the packages it uses.',
  access: 'read',
  deniedWith: ['files.read'],
  input: z.strictObject({
    /** A folder, or one file, whose modules are told; `.` is the workspace. */
    path,
    /** The folder of the code base, in which imports are followed. Default `.`. */
    root: path.optional(),
    /** Default 100. */
    maxModules: z.int().min(1).max(2_000).optional(),
  }),
  output: z.strictObject({
    modules: z.array(
      z.strictObject({
        path: z.string(),
        lines: z.int(),
        exports: paths,
        /** Modules of the code base that it imports, and those that import it. */
        imports: paths,
        importedBy: paths,
        packages: paths,
        /** Why it was not parsed. */
        error: z.string().optional(),
      }),
    ),
    /** Modules at the path, those included that are not told. */
    modulesCount: z.int(),
    /** Folders of these modules. */
    folders: paths,
    /** What modules of the code base import from outside of it, the most used first. */
    packages: z.array(z.strictObject({ name: z.string(), modules: z.int() })),
    /** Whether there are more modules, or more files in the code base than are read. */
    truncated: z.boolean(),
  }),
  paths: ({ path, root = '.' }) => [root, path],
  async run({ maxModules = MODULES_DEFAULT, ...asked }, io) {
    const [path, root] = [plainPath(asked.path), plainPath(asked.root ?? '.')]
    if (!isBelow(path, root)) {
      throw new BosunError('TOOL_INPUT_INVALID', { at: 'path', expected: `a path in ${root}`, received: path })
    }
    const { modules, isCut } = await scan(root, io)
    const { links, externals } = importGraph(modules)
    const known = new Set(modules.map((module) => module.path))
    const imports = Map.groupBy(links, ({ from }) => from)
    const importers = Map.groupBy(links, ({ to }) => to)
    const wanted = modules.filter((module) => isBelow(module.path, path))
    return {
      modules: wanted.slice(0, maxModules).map((module) => ({
        path: module.path,
        lines: module.lines,
        exports: module.exports.map(({ name }) => name),
        imports: (imports.get(module.path) ?? []).map(({ to }) => to),
        importedBy: (importers.get(module.path) ?? []).map(({ from }) => from),
        packages: packagesOf(module, known),
        ...(module.error === undefined ? {} : { error: module.error.message }),
      })),
      modulesCount: wanted.length,
      folders: [...new Set(wanted.map((module) => folderOf(module.path)))].sort(compareText),
      packages: externals.slice(0, PACKAGES_MAX).map(({ name, modules: count }) => ({ name, modules: count })),
      truncated: isCut || wanted.length > maxModules,
    }
  },
})

// ---------------------------------------------------------------------------------------------

interface Scan {
  /** By path. */
  readonly modules: readonly SourceModule[]
  readonly isCut: boolean
}

async function scan(root: string, io: ToolIo): Promise<Scan> {
  const isWhole = findAttemptWorktree(io.staging) !== undefined
  const staging = existsSync(io.staging) ? { staging: io.staging, isWhole } : {}
  using roots = Roots.open({ workspace: io.workspace, mounts: io.mounts, ...staging })
  const modules: SourceModule[] = []
  for await (const file of sourcesBelow(roots, root)) {
    io.signal.throwIfAborted()
    if (!io.covers(file)) continue
    if (modules.length === FILES_MAX) return { modules: inOrder(modules), isCut: true }
    const text = await textOf(roots, file)
    if (text !== undefined) modules.push(analyseModule(file, text))
  }
  return { modules: inOrder(modules), isCut: false }
}

async function* sourcesBelow(roots: Roots, root: string): AsyncGenerator<string> {
  const pending = [root]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const { name, kind } of await listContainedFolder(roots, { path: folder, maxEntries: 100_000 })) {
      const below = folder === '.' ? name : `${folder}/${name}`
      if (kind === 'folder' && skippedFolderReason(name) === undefined) pending.push(below)
      if (kind === 'file' && isSourceFile(name)) yield below
    }
  }
}

/** Undefined of a file that has gone since it was listed. */
async function textOf(roots: Roots, path: string): Promise<string | undefined> {
  try {
    return (await readContainedFile(roots, { path, maxBytes: parsedBytesMax, truncate: true })).text
  } catch (error) {
    if (FileError.is(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

function packagesOf({ path, imports }: SourceModule, known: ReadonlySet<string>): string[] {
  const names = new Set<string>()
  for (const { from } of imports) {
    const target = resolveImport(path, from, known)
    if (target.kind === 'external') names.add(target.name)
  }
  return [...names].sort(compareText)
}

function inOrder(modules: readonly SourceModule[]): SourceModule[] {
  return modules.toSorted((a, b) => compareText(a.path, b.path))
}

function plainPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '')
}

function isBelow(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`)
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash)
}
