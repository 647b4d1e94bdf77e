import { compareText } from './compare-text.ts'
import { asNode, asNodes, literalOf, nameOf, type SyntaxNode, visitNodes } from './syntax-node.ts'

/** What an exported name is. `value` is a default expression or a CommonJS member. */
export type ExportKind =
  | 'class'
  | 'enum'
  | 'function'
  | 'interface'
  | 'namespace'
  | 're-export'
  | 'type'
  | 'value'
  | 'variable'

/** One name that a file offers to others; `*` stands for everything another module exports. */
export interface ModuleExport {
  readonly name: string
  readonly kind: ExportKind
}

const KINDS: ReadonlyMap<string, ExportKind> = new Map([
  ['ClassDeclaration', 'class'],
  ['ClassExpression', 'class'],
  ['FunctionDeclaration', 'function'],
  ['FunctionExpression', 'function'],
  ['ArrowFunctionExpression', 'function'],
  ['TSDeclareFunction', 'function'],
  ['DeclareFunction', 'function'],
  ['DeclareClass', 'class'],
  ['TSInterfaceDeclaration', 'interface'],
  ['InterfaceDeclaration', 'interface'],
  ['TSTypeAliasDeclaration', 'type'],
  ['TypeAlias', 'type'],
  ['OpaqueType', 'type'],
  ['TSEnumDeclaration', 'enum'],
  ['EnumDeclaration', 'enum'],
  ['TSModuleDeclaration', 'namespace'],
])

/**
 * Lists what a file exports, one entry per name and kind, sorted: overloads are one function, and a
 * constant with a type of the same name is two entries.
 *
 * A file without `export` is read as CommonJS: members put on `exports` or `module.exports`.
 *
 * @example
 * moduleExports(tree.program) // of: export function of() {}
 * // [{ name: "of", kind: "function" }]
 */
export function moduleExports(program: SyntaxNode): ModuleExport[] {
  const body = asNodes(program['body'])
  const locals = localKinds(body)
  const exported = body.flatMap((statement) => statementExports(statement, locals))
  return distinct(exported.length > 0 ? exported : commonJsExports(program))
}

// ---------------------------------------------------------------------------------------------

type Locals = ReadonlyMap<string, ReadonlySet<ExportKind>>

function localKinds(body: readonly SyntaxNode[]): Locals {
  const kinds = new Map<string, Set<ExportKind>>()
  for (const statement of body) {
    for (const { name, kind } of [...declared(statement), ...imported(statement)]) {
      kinds.set(name, (kinds.get(name) ?? new Set()).add(kind))
    }
  }
  return kinds
}

function statementExports(statement: SyntaxNode, locals: Locals): ModuleExport[] {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      return [
        ...declared(asNode(statement['declaration'])),
        ...asNodes(statement['specifiers']).flatMap((one) => specifierExports(statement, one, locals)),
      ]
    case 'ExportDefaultDeclaration':
      return renamed('default', defaultKinds(asNode(statement['declaration']), locals))
    case 'ExportAllDeclaration':
      return [{ name: '*', kind: 're-export' }]
    case 'TSExportAssignment':
      return renamed('default', defaultKinds(asNode(statement['expression']), locals))
    case 'TSImportEqualsDeclaration':
      return statement['isExport'] === true ? importEquals(statement) : []
    default:
      return []
  }
}

function specifierExports(statement: SyntaxNode, specifier: SyntaxNode, locals: Locals): ModuleExport[] {
  const name = nameOf(asNode(specifier['exported']))
  if (name === undefined) return []
  if (asNode(statement['source'])) return [{ name, kind: 're-export' }]
  return renamed(name, locals.get(nameOf(asNode(specifier['local'])) ?? '') ?? ['variable'])
}

function defaultKinds(value: SyntaxNode | undefined, locals: Locals): Iterable<ExportKind> {
  const kind = value && KINDS.get(value.type)
  if (kind !== undefined) return [kind]
  const name = value?.type === 'Identifier' ? nameOf(value) : undefined
  return (name !== undefined && locals.get(name)) || ['value']
}

/** The names that a top-level declaration brings into the file. */
function declared(statement: SyntaxNode | undefined): ModuleExport[] {
  if (statement === undefined) return []
  if (statement.type === 'ExportNamedDeclaration') return declared(asNode(statement['declaration']))
  if (statement.type === 'ExportDefaultDeclaration') {
    return declared(asNode(statement['declaration']))
  }
  if (statement.type === 'VariableDeclaration') {
    const targets = asNodes(statement['declarations']).map((one) => asNode(one['id']))
    return targets.flatMap((target) => boundNames(target)).map((name) => ({ name, kind: 'variable' }))
  }
  if (statement.type === 'TSImportEqualsDeclaration') return importEquals(statement)
  const kind = KINDS.get(statement.type)
  const name = nameOf(outermost(asNode(statement['id'])))
  return kind && name !== undefined ? [{ name, kind }] : []
}

function imported(statement: SyntaxNode): ModuleExport[] {
  if (statement.type !== 'ImportDeclaration') return []
  return asNodes(statement['specifiers']).flatMap((specifier) => {
    const name = nameOf(asNode(specifier['local']))
    return name === undefined ? [] : [{ name, kind: 're-export' as const }]
  })
}

function importEquals(statement: SyntaxNode): ModuleExport[] {
  const name = nameOf(asNode(statement['id']))
  return name === undefined ? [] : [{ name, kind: 're-export' }]
}

/** Of `namespace A.B.C` the name `A`. */
function outermost(id: SyntaxNode | undefined): SyntaxNode | undefined {
  let name = id
  while (name?.type === 'TSQualifiedName') name = asNode(name['left'])
  return name
}

/** The names of a destructuring pattern, however nested: `{ a, b: [c], ...d }` binds a, c and d. */
function boundNames(pattern: SyntaxNode | undefined): string[] {
  const names: string[] = []
  const open = [pattern]
  while (open.length > 0) {
    const node = open.pop()
    if (node?.type === 'Identifier') names.push(nameOf(node) ?? '')
    else if (node?.type === 'ObjectPattern') open.push(...asNodes(node['properties']))
    else if (node?.type === 'ArrayPattern') open.push(...asNodes(node['elements']))
    else if (node?.type === 'ObjectProperty') open.push(asNode(node['value']))
    else if (node?.type === 'AssignmentPattern') open.push(asNode(node['left']))
    else if (node?.type === 'RestElement') open.push(asNode(node['argument']))
  }
  return names
}

function commonJsExports(program: SyntaxNode): ModuleExport[] {
  const names: string[] = []
  visitNodes(program, (node) => {
    if (node.type === 'AssignmentExpression') names.push(...assignedNames(node))
    else if (node.type === 'CallExpression') names.push(...definedName(node))
  })
  return names.filter((name) => name !== '__esModule').map((name) => ({ name, kind: 'value' }))
}

function assignedNames(node: SyntaxNode): string[] {
  const left = asNode(node['left'])
  if (isModuleExports(left)) {
    const right = asNode(node['right'])
    const keys = right?.type === 'ObjectExpression' ? propertyNames(right) : []
    return keys.length > 0 ? keys : ['default']
  }
  const ofExports = left?.type === 'MemberExpression' && isExportsObject(asNode(left['object']))
  return ofExports ? [memberName(left)].filter((name) => name !== undefined) : []
}

/** `Object.defineProperty(exports, "name", …)`, which compilers write. */
function definedName(node: SyntaxNode): string[] {
  const callee = asNode(node['callee'])
  if (callee?.type !== 'MemberExpression' || memberName(callee) !== 'defineProperty') return []
  const [target, key] = asNodes(node['arguments'])
  const name = isExportsObject(target) ? literalOf(key) : undefined
  return name === undefined ? [] : [name]
}

function isExportsObject(node: SyntaxNode | undefined): boolean {
  return (node?.type === 'Identifier' && node['name'] === 'exports') || isModuleExports(node)
}

function isModuleExports(node: SyntaxNode | undefined): boolean {
  if (node?.type !== 'MemberExpression' || memberName(node) !== 'exports') return false
  const object = asNode(node['object'])
  return object?.type === 'Identifier' && object['name'] === 'module'
}

function memberName(node: SyntaxNode): string | undefined {
  const property = asNode(node['property'])
  return node['computed'] === true ? literalOf(property) : nameOf(property)
}

function propertyNames(object: SyntaxNode): string[] {
  return asNodes(object['properties']).flatMap((one) =>
    one['computed'] === true ? [] : (nameOf(asNode(one['key'])) ?? []),
  )
}

function renamed(name: string, kinds: Iterable<ExportKind>): ModuleExport[] {
  return [...kinds].map((kind) => ({ name, kind }))
}

function distinct(entries: readonly ModuleExport[]): ModuleExport[] {
  const byKey = new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry]))
  return [...byKey.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.kind, b.kind))
}
