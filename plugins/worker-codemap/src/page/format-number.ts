/**
 * Writes a count with thin groups, the same in every language.
 *
 * @example formatCount(21383) // "21 383", with a narrow no-break space
 */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202F')
}

/**
 * Writes a size as people say it.
 *
 * @example formatBytes(814480) // "814 kB", with a no-break space
 */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}\u00A0B`
  if (bytes < 999_500) return `${Number((bytes / 1000).toPrecision(3))}\u00A0kB`
  return `${Number((bytes / 1_000_000).toPrecision(3))}\u00A0MB`
}

/** At most one decimal: enough for a drawing, and a third of the text. */
export function formatCoordinate(value: number): string {
  return String(Math.round(value * 10) / 10)
}
