import type { Command, DurableFact, FactType } from '@bosun/core'

/** The facts that carry a command out, by its kind; each names who asked. */
const CARRIES_OUT: Readonly<Record<Command['kind'], readonly FactType[]>> = {
  cancel: ['run.cancelled', 'task.cancelled'],
  pause: ['run.paused'],
  resume: ['run.resumed'],
  steer: ['steer.received'],
  waive: ['waiver.given'],
  'raise-limit': ['limits.changed'],
  retry: ['run.reopened', 'task.added'],
  adopt: ['run.reopened', 'result.adopted'],
  approve: ['approval.given'],
  deny: ['approval.given'],
}

/**
 * Of the facts since a command was left, those that followed from it: all with the cause of the first
 * that carries such a command out in the name of who asked. None when it changed nothing.
 */
export function factsFollowing(
  { kind, by }: Pick<Command, 'kind' | 'by'>,
  since: readonly DurableFact[],
): readonly DurableFact[] {
  const types = CARRIES_OUT[kind]
  const first = since.find((fact) => types.includes(fact.type) && 'by' in fact && fact.by === by)
  return first === undefined ? [] : since.filter(({ cause }) => cause === first.cause)
}
