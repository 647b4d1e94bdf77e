import { parse } from '@babel/parser'
import { isNode, visit, type SyntaxNode } from './visit-syntax.ts'

/** One import, re-export or dynamic import in a file. */
export interface ImportOfFile {
  readonly specifier: string
  readonly line: number
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean
  /** True for `export * from`, which hides the names that an entry file has to list. */
  readonly wildcardExport: boolean
}

/** Everything a TypeScript or JavaScript file imports, types included. */
export function readImports(text: string, path: string): ImportOfFile[] {
  const program = parse(text, {
    sourceType: 'module',
    sourceFilename: path,
    errorRecovery: true,
    plugins: path.endsWith('x') ? ['typescript', 'jsx'] : ['typescript'],
  }).program
  const imports: ImportOfFile[] = []
  visit(program, (node) => {
    const found = importOf(node)
    if (found !== undefined) imports.push(found)
  })
  return imports
}

// ---------------------------------------------------------------------------------------------

function importOf(node: SyntaxNode): ImportOfFile | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return described(node, node['source'], node['importKind'] === 'type' || onlyTypes(node))
    case 'ExportNamedDeclaration':
      return described(node, node['source'], node['exportKind'] === 'type' || onlyTypes(node))
    case 'ExportAllDeclaration':
      return described(node, node['source'], node['exportKind'] === 'type', true)
    case 'ImportExpression':
      return described(node, node['source'], false)
    case 'TSImportType':
      return described(node, node['source'] ?? node['argument'], true)
    default:
      return undefined
  }
}

function described(
  node: SyntaxNode,
  source: unknown,
  typeOnly: boolean,
  wildcardExport = false,
): ImportOfFile | undefined {
  const literal = isNode(source) && source.type === 'TSLiteralType' ? source['literal'] : source
  if (!isNode(literal) || typeof literal['value'] !== 'string') return undefined
  const line = (node['loc'] as { start: { line: number } }).start.line
  return { specifier: literal['value'], line, typeOnly, wildcardExport }
}

/** `import { type A, type B } from` — every name is marked, so no value is imported. */
function onlyTypes(node: SyntaxNode): boolean {
  const names = node['specifiers']
  if (!Array.isArray(names) || names.length === 0) return false
  return names.every((name: SyntaxNode) => (name['importKind'] ?? name['exportKind']) === 'type')
}
