import { hash } from 'node:crypto'

/** What the first fact of a run is chained to. */
export const CHAIN_START = ''

/** The hash of a fact: sha256, in hex, of the hash before it followed by the text that is stored. */
export function chainHash(previous: string, text: string): string {
  return hash('sha256', previous + text)
}
