/** How many hues the style sheet has. */
export const hueCount: number = 12

/**
 * The class that colours a group. Neighbours in the order of groups get hues far apart.
 *
 * @example hueClass(0) // "h0"
 */
export function hueClass(group: number): string {
  return `h${(group * 5) % hueCount}`
}
