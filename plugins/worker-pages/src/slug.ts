/** Longest slug; with `site/` and `.html` it fits every file system. */
const LENGTH_MAX = 80

/**
 * The file name of a title: lower-case letters, digits and dashes. A title that has none of them, or
 * is too long, gets a number made from the whole of it, so that its name stays its own.
 */
export function slugOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  // The index is the page of another worker.
  if (plain === 'index') return 'index-page'
  const isWhole =
    /^[\p{L}\p{N}\p{M}\s_.,:;'’!?&()/-]*$/u.test(title) && !/[^\p{ASCII}\p{Script=Latin}\p{M}’]/u.test(title)
  if (plain !== '' && plain.length <= LENGTH_MAX && isWhole) return plain
  const number = checksum(title)
  return plain === '' ? `page-${number}` : `${plain.slice(0, LENGTH_MAX).replace(/-+$/, '')}-${number}`
}

/** FNV-1a over the code units: short, stable, and no secret. */
function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
