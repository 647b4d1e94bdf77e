import type { ts as Ts } from 'ts-morph'

/** The identifiers of a file that declare something of a name, in their order. */
export function declaredNames(ts: typeof Ts, file: Ts.SourceFile, name: string): readonly Ts.Identifier[] {
  return identifiers(ts, file, name).filter((node) => isDeclaredName(ts, node))
}

/** The identifiers of a name on one line, in their order. */
export function namesOnLine(ts: typeof Ts, file: Ts.SourceFile, name: string, line: number): readonly Ts.Identifier[] {
  return identifiers(ts, file, name).filter(
    (node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line === line - 1,
  )
}

/** Whether a declared name belongs to the file as a whole: it is in no function, class or block. */
export function isTopLevel(ts: typeof Ts, name: Ts.Identifier): boolean {
  let node: Ts.Node = name.parent
  while (isPartOfStatement(ts, node)) node = node.parent
  return ts.isSourceFile(node.parent)
}

// ---------------------------------------------------------------------------------------------

function identifiers(ts: typeof Ts, file: Ts.SourceFile, name: string): readonly Ts.Identifier[] {
  const found: Ts.Identifier[] = []
  const visit = (node: Ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function isDeclaredName(ts: typeof Ts, node: Ts.Identifier): boolean {
  const { parent } = node
  const isNamed = 'name' in parent && parent.name === node
  // These have a name, too, but of something that is declared elsewhere.
  const isReference =
    ts.isPropertyAccessExpression(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isMetaProperty(parent) ||
    ts.isJsxAttribute(parent)
  return isNamed && !isReference
}

function isPartOfStatement(ts: typeof Ts, node: Ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isVariableDeclarationList(node) ||
    ts.isBindingElement(node) ||
    ts.isObjectBindingPattern(node) ||
    ts.isArrayBindingPattern(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamedImports(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportClause(node)
  )
}
