/**
 * Where a text stops being JSON, as an index into it; its length when it ends too early.
 *
 * Only asked when the parser of the platform has refused a text, because that parser does not say
 * where. Follows RFC 8259 and nothing more; the depth of the text has been bounded before.
 */
export function jsonFault(text: string): number {
  let at = 0
  /** The furthest point that anything was read to. */
  const fault = () => at

  const skip = () => {
    while (' \t\n\r'.includes(text[at] ?? 'x')) at += 1
  }
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) return false
    at += found[0].length
    return true
  }
  const list = (close: string, item: () => boolean): boolean => {
    at += 1
    skip()
    if (text[at] === close) return step()
    for (;;) {
      if (!item()) return false
      skip()
      if (text[at] === close) return step()
      if (text[at] !== ',') return false
      at += 1
      skip()
    }
  }
  const step = (): boolean => {
    at += 1
    return true
  }
  const member = (): boolean => {
    if (!take(STRING)) return false
    skip()
    if (text[at] !== ':') return false
    at += 1
    return value()
  }
  const value = (): boolean => {
    skip()
    if (text[at] === '{') return list('}', member)
    if (text[at] === '[') return list(']', value)
    return take(STRING) || take(NUMBER) || take(WORD)
  }

  if (!value()) return fault()
  skip()
  return fault()
}

// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
