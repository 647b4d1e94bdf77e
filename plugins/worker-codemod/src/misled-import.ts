import type { Project, ts as Ts } from 'ts-morph'

/** Where a name stands: a file of the project, and the offset in it. */
export interface NamePlace {
  readonly path: string
  readonly start: number
}

/**
 * The first import or export of a renamed symbol that leads to something else than what was renamed: a
 * name that `export *` brings gives way to one that the file itself exports.
 *
 * @param renamed all places of the symbol, after the rename
 */
export function misledImport(
  ts: typeof Ts,
  project: Project,
  renamed: readonly NamePlace[],
  pathIn: (path: string) => string,
): NamePlace | undefined {
  const checker = project.getTypeChecker().compilerObject
  const places = new Set(renamed.map(({ path, start }) => `${pathIn(path)}:${start}`))
  const isRenamed = (declaration: Ts.Declaration): boolean => {
    const name = ts.getNameOfDeclaration(declaration)
    const file = declaration.getSourceFile()
    return name !== undefined && places.has(`${file.fileName}:${name.getStart(file)}`)
  }
  return renamed.find(({ path, start }) => {
    const node = project.getSourceFile(pathIn(path))?.getDescendantAtPos(start)?.compilerNode
    if (node === undefined || !(ts.isImportSpecifier(node.parent) || ts.isExportSpecifier(node.parent))) return false
    const symbol = checker.getSymbolAtLocation(node)
    if (symbol === undefined) return false
    const target = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
    return target.declarations !== undefined && !target.declarations.some(isRenamed)
  })
}
