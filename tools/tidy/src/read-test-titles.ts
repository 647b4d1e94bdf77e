import { parse } from '@babel/parser'
import { isNode, visit, type SyntaxNode } from './visit-syntax.ts'

/**
 * The titles of the tests and suites in a spec: the first text of each call of `it`, `test`, `describe`,
 * and of what they return (`it.each(…)('…')`).
 */
export function readTestTitles(text: string, path: string): readonly string[] {
  const { program } = parse(text, {
    sourceType: 'module',
    sourceFilename: path,
    errorRecovery: true,
    plugins: ['typescript'],
  })
  const titles: string[] = []
  visit(program, (node) => {
    if (node.type !== 'CallExpression' || !DECLARES.has(rootName(node['callee']) ?? '')) return
    const title = textOf((node['arguments'] as readonly SyntaxNode[])[0])
    if (title !== undefined) titles.push(title)
  })
  return titles
}

// ---------------------------------------------------------------------------------------------

const DECLARES = new Set(['it', 'test', 'describe'])

/** `it` of `it.skipIf(…)('…')` and of the template call of `it.each`. */
function rootName(callee: unknown): string | undefined {
  if (!isNode(callee)) return undefined
  switch (callee.type) {
    case 'Identifier':
      return callee['name'] as string
    case 'MemberExpression':
      return rootName(callee['object'])
    case 'CallExpression':
      return rootName(callee['callee'])
    case 'TaggedTemplateExpression':
      return rootName(callee['tag'])
    default:
      return undefined
  }
}

function textOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return node['value'] as string
  if (node?.type !== 'TemplateLiteral') return undefined
  const parts = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[]
  return parts.map(({ value }) => value.cooked).join('…')
}
