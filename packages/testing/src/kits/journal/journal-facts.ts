import { RunConfigSchema, type DurableFact, type Journal, type Json, type Owner } from '@bosun/core'

/** The first fact of a run. */
export function startedFact(run: string, at = 1): DurableFact {
  return {
    seq: 1,
    at,
    cause: 1,
    type: 'run.started',
    version: 1,
    run,
    goal: { planet: 'mars' },
    manager: 'fan-out',
    config: RunConfigSchema.parse({}),
    origins: {},
    workers: [],
  }
}

/** A fact that carries any value. */
export function valueFact(seq: number, result: Json): DurableFact {
  return { seq, at: seq, cause: seq, type: 'attempt.succeeded', task: 't', epoch: 1, result, outputs: [] }
}

/** `count` facts after `seq`. */
export function factsAfter(seq: number, count: number, result: Json = 'done'): DurableFact[] {
  return Array.from({ length: count }, (_, index) => valueFact(seq + index + 1, result))
}

/** A process of another boot of this machine, so it is dead for certain. */
export const deadOwner: Owner = { pid: 1, bootId: 'an earlier boot', startTime: '1' }

export async function readAll(journal: Journal, run: string, from?: number): Promise<DurableFact[]> {
  return (await Array.fromAsync(journal.read(run, from))).flat()
}
