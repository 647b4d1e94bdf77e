import type { DurableFact } from '@bosun/core'
import type { State } from './engine.ts'
import type { Terminal } from './terminal.ts'

/** How often a journal is looked at for new facts. */
const LOOK_MS = 250

/** All facts of a run so far. */
export async function factsOf(state: State, run: string): Promise<DurableFact[]> {
  const facts: DurableFact[] = []
  for await (const batch of state.facts(run)) facts.push(...batch)
  return facts
}

/**
 * The facts of a run as they come, in batches, until `isOver` says that no more will or the reader
 * is interrupted. An empty batch means that nothing new came for a moment.
 */
export async function* followFacts(
  state: State,
  run: string,
  terminal: Terminal,
  isOver: () => boolean,
): AsyncGenerator<readonly DurableFact[]> {
  let from = 0
  const interrupted = new AbortController()
  const release = terminal.onInterrupt(() => interrupted.abort())
  try {
    while (!interrupted.signal.aborted) {
      for await (const batch of state.facts(run, from)) {
        from = batch.at(-1)?.seq ?? from
        yield batch
      }
      if (isOver()) return
      yield []
      await terminal.sleep(LOOK_MS)
    }
  } finally {
    release()
  }
}
