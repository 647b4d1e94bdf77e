import { BosunError } from '@bosun/sdk'
import type { Project, ts as Ts } from 'ts-morph'
import { declaredNames, isTopLevel, namesOnLine } from './declared-names.ts'
import { misledImport, type NamePlace } from './misled-import.ts'
import { isNameInScope } from './name-in-scope.ts'
import { lineOf, placeOf, type SourceFile } from './source-file.ts'
import { applyEdits, type TextEdit } from './text-edit.ts'

/** Which symbol gets which name. */
export interface Renaming {
  /** The file that declares it. */
  readonly file: string
  readonly name: string
  /** A line of the file, from 1: its first use of the name is meant. Absent: what the file itself declares. */
  readonly line?: number | undefined
  readonly to: string
}

/** Edits by the path of the file; none where nothing changes. */
export type EditsByPath = ReadonlyMap<string, readonly RenameEdit[]>

interface RenameEdit extends TextEdit {
  /** Where the new name begins in `text`: a shorthand that is written out has the old one before it. */
  readonly nameAt: number
}

/**
 * The edits that rename a symbol wherever some files refer to it; what else has the same name stays.
 * The names of shorthand properties and of what a file exports again are kept, so that nobody who uses
 * those is changed.
 *
 * Renaming back has to lead to the very same places, and imports to what was renamed, else the new name is
 * taken somewhere on the way.
 *
 * @throws TASK_BODY_INVALID when the new name is taken, or when only things inside of functions, classes and
 * the like have the old one, and no line says which of them is meant
 */
export async function renameEdits(sources: readonly SourceFile[], renaming: Renaming): Promise<EditsByPath> {
  const { ts, project } = await projectOf(sources)
  const file = project.getSourceFile(pathIn(renaming.file))?.compilerNode
  if (file === undefined) return new Map()
  const symbol = findSymbol(ts, project, file, renaming)
  if (symbol === undefined) return new Map()
  const checker = project.getTypeChecker().compilerObject
  if (isNameInScope(ts, checker, symbol, renaming.to)) throw taken(renaming, renaming.file)
  const edits = editsOf(placesOf(project, renaming.file, symbol.getStart(file)), renaming.to)
  checkUntaken(ts, project, sources, edits, renaming)
  return edits
}

// ---------------------------------------------------------------------------------------------

const pathIn = (path: string) => `/${path}`

/** A program of the files alone: no packages, no libraries, no disk. */
async function projectOf(sources: readonly SourceFile[]): Promise<{ ts: typeof Ts; project: Project }> {
  const { Project: NewProject, ts } = await import('ts-morph')
  const project = new NewProject({
    useInMemoryFileSystem: true,
    skipFileDependencyResolution: true,
    compilerOptions: {
      allowJs: true,
      noLib: true,
      types: [],
      target: ts.ScriptTarget.Latest,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      jsx: ts.JsxEmit.Preserve,
      allowImportingTsExtensions: true,
      noEmit: true,
    },
  })
  for (const { path, text } of sources) project.createSourceFile(pathIn(path), text)
  return { ts, project }
}

/** Where the symbol is named in its file; undefined when nothing there has the name. */
function findSymbol(
  ts: typeof Ts,
  project: Project,
  file: Ts.SourceFile,
  renaming: Renaming,
): Ts.Identifier | undefined {
  const { name, line } = renaming
  if (line !== undefined) return namesOnLine(ts, file, name, line)[0]
  const declared = declaredNames(ts, file, name)
  const [first, ...others] = declared.filter((found) => isTopLevel(ts, found))
  if (first === undefined && declared.length === 0) return undefined
  const places = first === undefined ? [] : placesOf(project, renaming.file, first.getStart(file)).map(keyOf)
  const isOne = others.every((other) => places.includes(keyOf({ path: renaming.file, start: other.getStart(file) })))
  if (first !== undefined && isOne) return first
  throw new BosunError('TASK_BODY_INVALID', {
    at: renaming.file,
    expected: `one ${name} of the file itself, or the line of the one that is meant`,
    received: `some on the lines ${declared.map((found) => lineOf(file.text, found.getStart(file))).join(', ')}`,
  })
}

interface Place extends NamePlace {
  readonly end: number
  readonly before: string
  readonly after: string
}

const keyOf = ({ path, start }: NamePlace) => `${path}:${start}`

function placesOf(project: Project, path: string, offset: number): readonly Place[] {
  const service = project.getLanguageService().compilerObject
  const found = service.findRenameLocations(pathIn(path), offset, false, false, {
    providePrefixAndSuffixTextForRename: true,
  })
  return (found ?? []).map(({ fileName, textSpan, prefixText, suffixText }) => ({
    path: fileName.slice(1),
    start: textSpan.start,
    end: textSpan.start + textSpan.length,
    before: prefixText ?? '',
    after: suffixText ?? '',
  }))
}

function editsOf(places: readonly Place[], to: string): EditsByPath {
  const byPath = Map.groupBy(places, ({ path }) => path)
  return new Map(
    Array.from(byPath, ([path, some]) => [
      path,
      some
        .map(({ start, end, before, after }) => ({ start, end, text: before + to + after, nameAt: before.length }))
        .sort((a, b) => a.start - b.start),
    ]),
  )
}

function checkUntaken(
  ts: typeof Ts,
  project: Project,
  sources: readonly SourceFile[],
  edits: EditsByPath,
  renaming: Renaming,
): void {
  const expected = applyTo(project, sources, edits)
  const first = expected.find(({ path }) => path === renaming.file)
  if (first === undefined) return
  const back = placesOf(project, first.path, first.start)
  const wanted = new Set(expected.map(keyOf))
  const wrong = back.find((place) => !wanted.has(keyOf(place))) ?? misledImport(ts, project, expected, pathIn)
  if (wrong === undefined && back.length === wanted.size) return
  const { path, start } = wrong ?? first
  throw taken(renaming, placeOf(path, project.getSourceFile(pathIn(path))?.getFullText() ?? '', start))
}

/** Edits the program, and says where the new name stands in it. */
function applyTo(project: Project, sources: readonly SourceFile[], edits: EditsByPath): readonly NamePlace[] {
  const places: NamePlace[] = []
  for (const { path, text } of sources) {
    const own = edits.get(path)
    if (own === undefined) continue
    let shift = 0
    for (const edit of own) {
      places.push({ path, start: edit.start + shift + edit.nameAt })
      shift += edit.text.length - (edit.end - edit.start)
    }
    project.createSourceFile(pathIn(path), applyEdits(text, own), { overwrite: true })
  }
  return places
}

function taken({ name, to }: Renaming, at: string): BosunError {
  return new BosunError('TASK_BODY_INVALID', {
    at,
    summary: `The name ${to} is taken where ${name} is used`,
    fix: 'Take another name; nothing was written.',
  })
}
