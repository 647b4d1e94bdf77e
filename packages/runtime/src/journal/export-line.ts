import type { DurableFact } from '@bosun/core'

/** One line of an export: the hash of the chain and the fact, large values in place. */
export function exportLine(fact: DurableFact, hash: string): string {
  return `{"hash":"${hash}","fact":${JSON.stringify(fact)}}\n`
}
