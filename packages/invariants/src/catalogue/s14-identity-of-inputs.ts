import { canonicalJson, type FactOf, type Json } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { WorldEvent } from '../world-event.ts'

type Clause = 'inputs' | 'changed' | 'bound'

interface Accepted {
  readonly seq: number
  readonly result: Json
}

interface Results {
  readonly accepted: Map<string, Accepted>
  /** Values that were put aside and may still be adopted, by the number of their fact. */
  readonly aside: Map<number, Json>
}

/**
 * What the code of an attempt was given shows in a simulated world only. In a journal it follows from
 * two things that the log does show: an accepted result stays as it is, and so does the list of
 * dependencies once an attempt was given theirs.
 */
export const identityOfInputs = defineInvariant({
  id: 'S14',
  title: 'identity of inputs',
  sentence:
    'An attempt sees exactly the accepted results of its dependencies, and neither those nor the dependencies change afterwards.',
  clauses: {
    inputs: 'An attempt was given other inputs than the accepted results of its dependencies.',
    changed: 'The result of a task was replaced after it had been accepted.',
    bound: 'The dependencies of a task changed after an attempt of it had been given their results.',
  },
  watches: ['attempt.succeeded', 'result.quarantined', 'result.adopted', 'result.handed', 'task.amended'],
  observes: ['world.working'],
  outlivesManager: false,
  initial: (): Results => ({ accepted: new Map(), aside: new Map() }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'attempt.succeeded':
        return accept(state, fact, fact.result)
      case 'result.quarantined':
        if (fact.kind === 'result') state.aside.set(fact.seq, fact.value)
        return undefined
      case 'result.adopted':
        return accept(state, fact, state.aside.get(fact.quarantined) ?? null)
      case 'result.handed':
        return accept(state, fact, state.accepted.get(fact.twin)?.result ?? null)
      case 'task.amended': {
        const task = ledger.tasks.get(fact.task.id)
        if (task === undefined || task.epoch === 0) return undefined
        if (isEqual(task.spec.dependsOn ?? [], fact.task.dependsOn ?? [])) return undefined
        const sentence = `the dependencies of ${task.id} were changed after attempt ${task.epoch} had been given their results`
        return finding('bound', sentence, task.seq, fact.seq)
      }
    }
  },
  onWorld(state, event, ledger): Finding<Clause> | undefined {
    return event.type === 'world.working' ? wrongInputs(state, event, ledger) : undefined
  },
  blindSpot: (_ledger, isSimulated) =>
    isSimulated ? undefined : 'what the code of an attempt was given shows in a simulated world only',
})

// ---------------------------------------------------------------------------------------------

function accept(
  { accepted }: Results,
  { task, seq, epoch }: FactOf<'attempt.succeeded' | 'result.adopted' | 'result.handed'>,
  result: Json,
): Finding<Clause> | undefined {
  const before = accepted.get(task)
  if (before === undefined) {
    accepted.set(task, { seq, result })
    return undefined
  }
  if (isEqual(before.result, result)) return undefined
  const sentence = `the accepted result of ${task} was replaced by another of attempt ${epoch}`
  return finding('changed', sentence, before.seq, seq)
}

function wrongInputs(
  { accepted }: Results,
  { task: id, epoch, inputs }: Extract<WorldEvent, { type: 'world.working' }>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  const task = inputs === undefined ? undefined : ledger.tasks.get(id)
  if (inputs === undefined || task === undefined) return undefined
  const dependsOn = task.spec.dependsOn ?? []
  for (const dependency of dependsOn) {
    const result = accepted.get(dependency)
    if (result !== undefined && Object.hasOwn(inputs, dependency) && isEqual(inputs[dependency], result.result))
      continue
    const why =
      result === undefined
        ? `something of ${dependency}, no result of which was accepted`
        : Object.hasOwn(inputs, dependency)
          ? `another result of ${dependency} than the accepted one`
          : `no result of ${dependency}`
    const sentence = `attempt ${epoch} of ${id} was given ${why}`
    return finding('inputs', sentence, task.seq, result?.seq ?? 0)
  }
  for (const input in inputs) {
    if (dependsOn.includes(input)) continue
    const sentence = `attempt ${epoch} of ${id} was given something of ${input}, on which it does not depend`
    return finding('inputs', sentence, task.seq)
  }
  return undefined
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b)
}
