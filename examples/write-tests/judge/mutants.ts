import { ts } from 'ts-morph'

/** A module with one thing changed, as a person could get it wrong. */
export interface Mutant {
  /** `line 12 has <= for <` */
  readonly label: string
  readonly text: string
}

interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Operators, and what people write in their place. */
const OPERATORS: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
  '??': '||',
}

const METHODS: Readonly<Record<string, string>> = {
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  trimStart: 'trimEnd',
  trimEnd: 'trimStart',
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  push: 'unshift',
}

/**
 * Seeds changes into a module, each into a copy of its own: at most so many, from all over the text.
 *
 * Heads of loops stay as they are, since a loop that does not end says nothing about a test.
 */
export function mutantsOf(source: string, mutantsMax: number): readonly Mutant[] {
  const file = ts.createSourceFile('module.mjs', source, ts.ScriptTarget.Latest, true)
  const changes: Change[] = []
  const visit = (node: ts.Node): void => {
    const change = changeOf(node)
    if (change !== undefined) changes.push(change)
    for (const child of childrenOf(node)) visit(child)
  }
  visit(file)
  const chosen = evenly(changes, mutantsMax)
  return chosen.map(({ start, end, text }) => ({
    label: `line ${file.getLineAndCharacterOfPosition(start).line + 1} has ${text} for ${source.slice(start, end)}`,
    text: source.slice(0, start) + text + source.slice(end),
  }))
}

// ---------------------------------------------------------------------------------------------

function childrenOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isForStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return [node.statement]
  // What errors say is no behaviour that a property could speak of.
  if (ts.isThrowStatement(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return []
  return node.getChildren()
}

function changeOf(node: ts.Node): Change | undefined {
  const replace = (text: string): Change => ({ start: node.getStart(), end: node.getEnd(), text })
  if (node.parent !== undefined && ts.isBinaryExpression(node.parent) && node === node.parent.operatorToken) {
    const other = OPERATORS[node.getText()]
    return other === undefined ? undefined : replace(other)
  }
  if (ts.isIdentifier(node) && ts.isPropertyAccessExpression(node.parent) && node === node.parent.name) {
    const other = Object.hasOwn(METHODS, node.text) ? METHODS[node.text] : undefined
    return other === undefined ? undefined : replace(other)
  }
  if (ts.isNumericLiteral(node)) return replace(String(Number(node.text) + 1))
  if (ts.isStringLiteral(node)) return replace(node.text === '' ? `'?'` : `''`)
  if (node.kind === ts.SyntaxKind.TrueKeyword) return replace('false')
  if (node.kind === ts.SyntaxKind.FalseKeyword) return replace('true')
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return replace(node.operand.getText())
  }
  return undefined
}

function evenly<T>(all: readonly T[], countMax: number): readonly T[] {
  if (all.length <= countMax) return all
  return Array.from({ length: countMax }, (_, index) => all[Math.floor((index * all.length) / countMax)] as T)
}
