/**
 * Orders texts by code unit: the same on every machine, unlike an order by language.
 *
 * @example ["b", "a"].sort(compareText) // ["a", "b"]
 */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
