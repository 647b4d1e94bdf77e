import { compareText } from './compare-text.ts'
import { asNode, asNodes, literalOf, nameOf, type SyntaxNode, visitNodes } from './syntax-node.ts'

/**
 * How one module reaches another. `type` is whatever disappears when types are stripped;
 * `re-export` is `export … from`; `require` includes `import x = require(…)`.
 */
export type ImportKind = 'import' | 'type' | 'dynamic' | 'require' | 're-export'

/** One module specifier of a file, with what is taken from it. */
export interface ModuleImport {
  readonly from: string
  readonly kind: ImportKind
  /** Names as the other module exports them; `*` is the whole of it. Absent where none is named. */
  readonly names?: readonly string[]
}

/**
 * Lists what a file imports, one entry per specifier and kind, sorted.
 *
 * Only specifiers that stand in the text count: `import(folder + name)` is not listed.
 *
 * @example
 * moduleImports(tree.program) // of: import { a, b } from "./c.ts"
 * // [{ from: "./c.ts", kind: "import", names: ["a", "b"] }]
 */
export function moduleImports(program: SyntaxNode): ModuleImport[] {
  const found = new Map<string, { from: string; kind: ImportKind; names: Set<string> }>()
  visitNodes(program, (node) => {
    const one = importOf(node)
    const from = one && literalOf(one.source)
    if (one === undefined || from === undefined) return
    const key = `${one.kind} ${from}`
    const entry = found.get(key) ?? { from, kind: one.kind, names: new Set() }
    for (const name of one.names) entry.names.add(name)
    found.set(key, entry)
  })
  return [...found.values()]
    .sort((a, b) => compareText(a.from, b.from) || compareText(a.kind, b.kind))
    .map(({ from, kind, names }) => (names.size > 0 ? { from, kind, names: [...names].sort() } : { from, kind }))
}

// ---------------------------------------------------------------------------------------------

interface Found {
  readonly kind: ImportKind
  readonly source: SyntaxNode | undefined
  readonly names: readonly string[]
}

function importOf(node: SyntaxNode): Found | undefined {
  const source = asNode(node['source'])
  switch (node.type) {
    case 'ImportDeclaration':
      return { source, names: specifierNames(node), kind: erased(node) ? 'type' : 'import' }
    case 'ExportNamedDeclaration':
      return source && { source, names: specifierNames(node), kind: reExport(node) }
    case 'ExportAllDeclaration':
      return { source, names: ['*'], kind: reExport(node) }
    case 'ImportExpression':
      return { source, names: [], kind: 'dynamic' }
    case 'TSImportType':
      return { source, names: qualifierNames(node), kind: 'type' }
    case 'TSExternalModuleReference':
      return { source: asNode(node['expression']), names: ['*'], kind: 'require' }
    case 'CallExpression':
      return requireCall(node)
    default:
      return undefined
  }
}

function requireCall(node: SyntaxNode): Found | undefined {
  const callee = asNode(node['callee'])
  const [source, ...rest] = asNodes(node['arguments'])
  if (callee?.type !== 'Identifier' || callee['name'] !== 'require') return undefined
  return source && rest.length === 0 ? { source, names: [], kind: 'require' } : undefined
}

function reExport(node: SyntaxNode): ImportKind {
  return erased(node) ? 'type' : 're-export'
}

/** `import type`, `export type`, and lists in which each name is marked `type`. */
function erased(node: SyntaxNode): boolean {
  if (isType(node)) return true
  const specifiers = asNodes(node['specifiers'])
  return specifiers.length > 0 && specifiers.every(isType)
}

function isType(node: SyntaxNode): boolean {
  const kind = node['importKind'] ?? node['exportKind']
  return kind === 'type' || kind === 'typeof'
}

function specifierNames(node: SyntaxNode): string[] {
  return asNodes(node['specifiers']).flatMap((specifier) => {
    switch (specifier.type) {
      case 'ImportDefaultSpecifier':
      case 'ExportDefaultSpecifier':
        return ['default']
      case 'ImportNamespaceSpecifier':
      case 'ExportNamespaceSpecifier':
        return ['*']
      default:
        return nameOf(asNode(specifier['imported'] ?? specifier['local'])) ?? []
    }
  })
}

/** Of `import("x").A.B` the name `A`. */
function qualifierNames(node: SyntaxNode): string[] {
  let name = asNode(node['qualifier'])
  while (name?.type === 'TSQualifiedName') name = asNode(name['left'])
  return [nameOf(name) ?? '*']
}
