/** Whether a JSON text nests deeper than this many levels: counts brackets outside of strings, before any parser sees them. */
export function isDeeperThan(text: string, depthMax: number): boolean {
  // One character opens one level, so a short text is not deep.
  if (text.length <= depthMax) return false
  let depth = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index)
    if (inString) {
      if (char === 0x5c) index += 1
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x7b || char === 0x5b) {
      depth += 1
      if (depth > depthMax) return true
    } else if (char === 0x7d || char === 0x5d) depth -= 1
  }
  return false
}
