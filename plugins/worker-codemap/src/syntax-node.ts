/** A syntax tree as plain data: each node names its type; the rest depends on it. */
export interface SyntaxNode {
  readonly type: string
  readonly [field: string]: unknown
}

/** The value as a node, where it is one. */
export function asNode(value: unknown): SyntaxNode | undefined {
  return typeof value === 'object' && value !== null && 'type' in value ? (value as SyntaxNode) : undefined
}

/** The nodes of a list field such as `body` or `specifiers`; empty where it is absent. */
export function asNodes(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.map(asNode).filter((node) => node !== undefined) : []
}

/**
 * The text of a name: an identifier, or a string used as one (`export { a as "b c" }`).
 *
 * @example nameOf(asNode({ type: "Identifier", name: "of" })) // "of"
 */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'Identifier' && typeof node['name'] === 'string') return node['name']
  return literalOf(node)
}

/** The text of a string literal, or of a template without parts to fill in. */
export function literalOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'StringLiteral' && typeof node['value'] === 'string') return node['value']
  if (node?.type !== 'TemplateLiteral' || asNodes(node['expressions']).length > 0) return undefined
  const value = asNodes(node['quasis'])[0]?.['value'] as { readonly cooked?: string } | undefined
  return value?.cooked ?? undefined
}

/**
 * Calls `visit` with every node below `root`, in no stated order. Iterative, since a tree may be
 * deeper than the stack. Use it where a construct may stand anywhere, such as `import()`.
 */
export function visitNodes(root: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  const open: SyntaxNode[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node)
    for (const field in node) {
      if (field === 'loc' || field === 'errors' || field === 'extra') continue
      const value = node[field]
      if (typeof value !== 'object' || value === null) continue
      if (Array.isArray(value)) open.push(...asNodes(value))
      else if (asNode(value)) open.push(value as SyntaxNode)
    }
  }
}
