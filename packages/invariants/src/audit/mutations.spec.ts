import type { Fact } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { log } from '../fixtures/log.fixture.ts'
import { mutate, MUTATIONS, type Mutation } from '../fixtures/mutate.fixture.ts'
import { rightLogs } from '../fixtures/random-log.fixture.ts'
import { createAuditor } from './auditor.ts'

const SEED = 20_260
const RANDOM_LOGS = 120

/** Changes that leave a log as right as it was, or that no fact gives away; each with its reason. */
const SURVIVORS: Readonly<Record<string, string>> = {
  'delete attempt.started': 'An attempt may fail before it starts, so a failure without a start is a right log.',
  'delete worker.joined': 'A slot that no task was ever assigned to is missed by nobody.',
  'delete limits.changed': 'Raising or keeping a cap that never binds changes nothing.',
  'repeat limits.changed': 'Setting the same limits twice is the same as once.',
  'delete manager.decided': 'A manager may hear a message and decide nothing.',
  'delete message.delivered': 'A run may end before the manager has heard of everything.',
  'repeat task.discovered': 'Two discoveries may be equal.',
  'repeat waiver.given': 'A second waiver of the same task changes nothing.',
  'repeat result.quarantined': 'The same late report may arrive twice.',
  'repeat wake.set': 'Setting the same wake again is the same as once.',
  'repeat approval.applied': 'An attempt may be told the same answer again.',
  'repeat budget.reserved': 'An attempt may ask for more while the budget has it.',
  'swap task.assigned budget.reserved': 'A slice may be reserved before or after the assignment of the same input.',
  'swap attempt.succeeded budget.settled': 'Usage may be settled before or after the end of its attempt.',
  'delete model.called': 'An attempt may have called its model less often than it was settled for.',
  'swap attempt.emitted model.called': 'A part of the output may be reported before or after a model call.',
  'repeat violation.recorded': 'The same forgery may be tried twice.',
  'delete violation.recorded': 'A forged message had no effect, so that nothing else tells of it.',
}

const auditor = createAuditor()

function isCaught(facts: readonly Fact[]): boolean {
  for (const fact of facts) auditor.feed(fact)
  const { ok } = auditor.end({ ended: true })
  auditor.reset()
  return !ok
}

/** A story with what the random ones lack: budget, messages, wakes, approvals, adoption, cancellation. */
function richLog(): readonly Fact[] {
  const story = log()
    .run({ retry: { retriesMax: 1 } })
    .task('a', { outputs: ['x'] })
    .task('b', { dependsOn: ['a'] })
    .task('c')
    .task('d', { dependsOn: ['c'] })
    .assign('a', { slice: { tokens: 10, costMicros: 0 } })
    .same()
    .fact('budget.reserved', { task: 'a', epoch: 1, tokens: 10, costMicros: 0 })
    .start('a')
    .ask('a')
    .answer('a')
    .fact('attempt.emitted', { task: 'a', epoch: 1, value: 1 })
    .call('a', 7)
    .fact('steer.received', { text: 'faster', by: 'ada' })
    .fact('violation.recorded', { by: 'worker', error: { code: 'MESSAGE_FORGED', message: 'forged' } })
    .succeed('a', ['x'])
    .same()
    .fact('budget.settled', { task: 'a', epoch: 1, tokens: 7, costMicros: 0 })
    .publish('a')
  story.hear()
  story.same().fact('manager.decided', { message: story.seq, decisions: [] })
  story.same().fact('wake.set', { wake: 'w', wakeAt: 50 }).begin('c').lose('c', 'host').wait(200)
  story.fact('result.quarantined', {
    task: 'c',
    epoch: 1,
    kind: 'result',
    value: null,
    error: { code: 'ATTEMPT_DEAD', message: 'late' },
  })
  story
    .fact('result.adopted', { task: 'c', epoch: 1, quarantined: story.seq, by: 'ada' })
    .same()
    .outcome('c', 'succeeded')
  story.fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' }).begin('d').cancelSubtree('d')
  return story.refuse('z').done('b').waive(['d', 'z']).completed().facts
}

/** Whether the order of two neighbours must matter: both tell of one task, or one frames the run. */
function areBound(a: Fact, b: Fact): boolean {
  if (a.type.startsWith('run.') || b.type.startsWith('run.')) return true
  const [first, second] = [subject(a), subject(b)]
  return first !== undefined && first === second && a.type !== b.type
}

function subject(fact: Fact): string | undefined {
  if (!('task' in fact)) return undefined
  return typeof fact.task === 'string' ? fact.task : fact.task.id
}

function changes(facts: readonly Fact[]): { kind: string; mutation: Mutation; facts: Fact[] }[] {
  return facts.flatMap((fact, index) =>
    MUTATIONS.flatMap((mutation) => {
      const next = facts[index + 1]
      if (fact.seq === 0) return []
      if (mutation === 'swap' && (next === undefined || next.seq === 0 || !areBound(fact, next))) return []
      const mutant = mutate(facts, index, mutation)
      const kind = mutation === 'swap' ? `swap ${fact.type} ${next?.type}` : `${mutation} ${fact.type}`
      return mutant === undefined ? [] : [{ kind, mutation, facts: mutant }]
    }),
  )
}

describe('the core invariants', () => {
  const logs = [richLog(), ...fc.sample(rightLogs(), { seed: SEED, numRuns: RANDOM_LOGS }).map(({ facts }) => facts)]
  const mutants = logs.flatMap(changes)

  it('raise no alarm over the logs that are about to be changed', () => {
    expect(logs.filter(isCaught)).toEqual([])
  })

  it('catch every deletion, repetition and exchange of a fact, save those that change nothing', () => {
    const surviving = new Set(mutants.filter((mutant) => !isCaught(mutant.facts)).map(({ kind }) => kind))
    expect([...surviving].filter((kind) => !(kind in SURVIVORS))).toEqual([])
    const bearing = mutants.filter(({ kind }) => !(kind in SURVIVORS))
    expect(bearing.length).toBeGreaterThan(3000)
  })

  it('have no reason on the list that no change needs', () => {
    const needed = new Set(mutants.filter((mutant) => !isCaught(mutant.facts)).map(({ kind }) => kind))
    const unused = Object.keys(SURVIVORS).filter((kind) => !needed.has(kind))
    expect(unused).toEqual([])
  })
})
