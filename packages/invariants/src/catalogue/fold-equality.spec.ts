import type { Fact, TaskStatus } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { audit } from '../audit/audit.ts'
import { createAuditor } from '../audit/auditor.ts'
import { log } from '../fixtures/log.fixture.ts'
import { compareStatuses } from '../ledger/compare-statuses.ts'
import { LedgerBook } from '../ledger/ledger-book.ts'
import { foldEquality, type StatusFold } from './fold-equality.ts'

const story = () =>
  log()
    .run()
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .begin('a')
    .fail('a')
    .wait(200)
    .begin('a')
    .succeed('a', ['x'])
    .publish('a')
    .done('b')
    .completed()

/** A fold that is right except where `lie` speaks. */
function fold(lie: (fact: Fact, task: string) => TaskStatus | undefined): StatusFold {
  const book = new LedgerBook()
  let latest: Fact | undefined
  return {
    apply(fact) {
      latest = fact
      book.apply(fact)
    },
    status: (task) => (latest && lie(latest, task)) ?? book.task(task)?.status,
  }
}

/** A fold that gives one task a wrong status after facts of one type. */
function lyingAfter(type: Fact['type'], id: string, status: TaskStatus): () => StatusFold {
  return () => fold((fact, task) => (fact.type === type && task === id ? status : undefined))
}

describe('S19 fold equality', () => {
  it('stays silent when two folds agree', () => {
    expect(audit(story().facts, [foldEquality(() => fold(() => undefined))]).violations).toEqual([])
  })

  it('finds a task whose status a fold got wrong at one prefix', () => {
    const impatient = foldEquality(lyingAfter('task.retried', 'a', 'ready'))
    const hasty = foldEquality(lyingAfter('attempt.succeeded', 'a', 'succeeded'))
    // `retrying` becomes `ready` by time alone, so that this is no difference.
    expect(audit(story().facts, [impatient]).violations).toEqual([])
    expect(audit(story().facts, [hasty]).violations).toMatchObject([{ invariant: 'S19-fold', clause: 'status' }])
  })

  it('finds a dependant that a fold did not free', () => {
    const wrong = lyingAfter('task.succeeded', 'b', 'waiting')
    expect(audit(story().facts, [foldEquality(wrong)]).violations[0]?.sentence).toBe(
      'after fact 15 b is waiting by the fold and ready by the facts',
    )
  })

  it('finds at the end a task that a fold forgot', () => {
    const forgetful: StatusFold = { apply: () => {}, status: (task) => (task === 'b' ? undefined : 'succeeded') }
    const found = audit(story().facts, [foldEquality(() => forgetful)]).violations.at(-1)
    expect(found?.sentence).toBe('after fact 20 b is unknown by the fold and succeeded by the facts')
  })
})

describe('compareStatuses', () => {
  it('compares the live status of each task with the facts', () => {
    const auditor = createAuditor()
    for (const fact of story().facts.slice(0, 6)) auditor.feed(fact)
    const right: Record<string, TaskStatus> = { a: 'ready', b: 'waiting' }
    expect(compareStatuses(auditor.ledger, (task) => right[task])).toBeUndefined()
    expect(compareStatuses(auditor.ledger, () => 'ready')).toEqual({
      invariant: 'S19',
      clause: 'status',
      sentence: 'after fact 6 b is ready in the live state and waiting by the facts',
      seqs: [6, 6],
    })
  })
})
