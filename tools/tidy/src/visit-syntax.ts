/** A node of the syntax tree, whatever its kind. */
export interface SyntaxNode {
  readonly type: string
  readonly [property: string]: unknown
}

/** Calls back with every node below a value, parents first. */
export function visit(value: unknown, enter: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, enter)
    return
  }
  if (!isNode(value)) return
  enter(value)
  for (const key of Object.keys(value)) {
    if (key !== 'loc' && !key.endsWith('omments')) visit(value[key], enter)
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value
}
