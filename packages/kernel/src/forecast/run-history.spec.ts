import { expect, it } from 'vitest'
import { story } from '../kernel.fixture.ts'
import { RunHistory } from './run-history.ts'

/** A run of three tasks and one that fails for good; each attempt takes as long, and the first of `a` fails. */
function ran(ms: number): ReturnType<typeof story> {
  const run = story({ slots: 1, retry: { backoffMs: 0 } }).plan('a', 'b', 'broken', 'c')
  for (let [id] = run.running; id !== undefined; [id] = run.running) {
    run.at += ms
    if (id === 'broken') run.fail(id, 'TASK_BODY_INVALID')
    else if (run.attempt(id).epoch === 1 && id === 'a') run.fail(id)
    else run.succeed(id)
  }
  return run
}

it('T-29: sums up what tasks of a type took in all of their attempts, those without success left out', () => {
  const history = new RunHistory()
  for (const { facts } of [ran(10), ran(30)]) for (const fact of facts) history.take(fact)
  expect(history.of('work')).toEqual({
    tasks: 6,
    ms: { median: 20, p90: 60 },
    tokens: { median: 0, p90: 0 },
    costMicros: { median: 0, p90: 0 },
  })
  expect([...history.types]).toEqual(['work'])
  expect(history.of('other')).toBeUndefined()
})
