import { BosunError } from '@bosun/core'

/** Refuses a fact that cannot follow what came before: a fault of the writer, or a damaged journal. */
export function illegal(
  fact: { readonly type: string; readonly seq: number },
  expected: string,
  received: string,
): never {
  throw new BosunError('FACT_ILLEGAL', { at: `fact ${fact.seq} (${fact.type})`, expected, received })
}
