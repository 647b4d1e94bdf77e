import type { ts as Ts } from 'ts-morph'
import { declaredNames } from './declared-names.ts'

/**
 * Whether a name would meet another declaration of that name where a symbol is declared: one that is
 * visible there, or for a member one of the same class, interface, enum or literal.
 */
export function isNameInScope(
  ts: typeof Ts,
  checker: Ts.TypeChecker,
  symbolName: Ts.Identifier,
  name: string,
): boolean {
  for (const declaration of checker.getSymbolAtLocation(symbolName)?.declarations ?? []) {
    const { Value, Type, Namespace, Alias } = ts.SymbolFlags
    const visible = checker.getSymbolsInScope(declaration, Value | Type | Namespace | Alias)
    const isLexical = visible.some((symbol) => symbol.name === symbolName.text)
    if (isLexical && visible.some((symbol) => symbol.name === name)) return true
    const siblings = declaredNames(ts, declaration.getSourceFile(), name)
    if (siblings.some((sibling) => sibling.parent.parent === declaration.parent)) return true
  }
  return false
}
