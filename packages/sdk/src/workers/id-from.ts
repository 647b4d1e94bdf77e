/**
 * Any text as a task id: what an id cannot hold is percent-encoded, so that different texts give
 * different ids.
 *
 * @example
 * idFrom('src/my page') // 'src/my%20page'
 */
export function idFrom(text: string): string {
  const segments = text.split('/').map((segment, index) => {
    const escaped = segment.replace(/[^A-Za-z0-9_@()[\]+=,.:-]/gu, encode)
    if (escaped === '' || escaped === '.' || escaped === '..' || escaped === '__proto__') {
      return escaped.length === 0 ? '%' : `%${escaped.charCodeAt(0).toString(16)}${escaped.slice(1)}`
    }
    return index === 0 && /^[-)\]:]/.test(escaped)
      ? `%${escaped.charCodeAt(0).toString(16)}${escaped.slice(1)}`
      : escaped
  })
  return segments.join('/')
}

function encode(char: string): string {
  return Array.from(new TextEncoder().encode(char), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}
