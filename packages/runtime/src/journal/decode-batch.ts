import { BosunError, FACT_VERSION, type DurableFact } from '@bosun/core'
import { inlineBlobs } from './fact-codec.ts'
import type { StoredBatch } from './thread-protocol.ts'

/** The facts of a stored batch, large values back in place. */
export function decodeBatch(run: string, batch: StoredBatch): readonly DurableFact[] {
  const facts = JSON.parse(`[${batch.texts}]`) as DurableFact[]
  if (batch.texts.includes('{"$blob":"sha256-')) {
    const blobs = new Map(batch.blobs)
    for (const fact of facts) {
      const missing = inlineBlobs(fact, blobs)
      if (missing === undefined) continue
      throw new BosunError('JOURNAL_DAMAGED', {
        at: `run ${run}, fact ${fact.seq}`,
        expected: `the value ${missing}`,
        received: 'none',
      })
    }
  }
  checkVersion(run, facts[0])
  return facts
}

/** The first fact of a run says which version wrote it. */
export function checkVersion(at: string, fact: DurableFact | undefined): void {
  if (fact?.type !== 'run.started') return
  const version: number = fact.version
  if (version === FACT_VERSION) return
  throw new BosunError('JOURNAL_VERSION', {
    at,
    expected: `facts of version ${FACT_VERSION}`,
    received: JSON.stringify(version),
  })
}
