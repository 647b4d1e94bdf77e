const SITES_MAX = 100_000
const sites = new Map<string, number>()

/** A number from 0 to 65,535 that stands for a text (a task, a slot) within a site, the same in every run. */
export function siteOf(text: string): number {
  const known = sites.get(text)
  if (known !== undefined) return known
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  const site = (hash ^ (hash >>> 16)) & 0xffff
  if (sites.size >= SITES_MAX) sites.clear()
  sites.set(text, site)
  return site
}

/** A site as one number: a label of 8 bits, then 16, 8 and 16 bits. */
export function siteKey(code: number, a: number, b: number, c: number): number {
  return ((code & 0xff) * 0x10000 + (a & 0xffff)) * 0x1000000 + (b & 0xff) * 0x10000 + (c & 0xffff)
}
