import { audit } from '@bosun/invariants'
import type { Fact, Strategy } from '@bosun/core'
import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { realWorkflows } from './real-workflows.fixture.ts'
import { runGraph } from './run-graph.ts'
import { workAndPath, type TimedTask } from './timed-task.ts'

const workflows = realWorkflows() ?? []
const SLOTS = [1, 2, 4, 8, 16] as const
/** Longer than any task, so that none has to beat. */
const lease = { leaseMs: 1e9, heartbeatMs: 1e9 }

describe.skipIf(workflows.length === 0)('graphs of real workflow runs (P15)', () => {
  it.each(SLOTS)('keep order and cap, and leave no slot idle beside a ready task, with %i slots', (slots) => {
    const wrong = workflows.flatMap(({ name, tasks }) => {
      const { workMs, pathMs } = workAndPath(tasks)
      const facts = run(tasks, slots)
      const { makespanMs, most, faults } = seen(tasks, slots, facts)
      // The bound of R. L. Graham (1966) for any schedule that leaves no slot idle beside a ready task.
      const longestMs = workMs / slots + (1 - 1 / slots) * pathMs
      const isWithin = makespanMs >= Math.max(workMs / slots, pathMs) && makespanMs <= Math.ceil(longestMs)
      const end = facts.at(-1)?.type
      const isRight = end === 'run.completed' && most <= slots && isWithin && faults.length === 0
      return isRight ? [] : [{ name, makespanMs, end, most, longestMs, faults }]
    })
    expect(wrong).toEqual([])
  })

  it('take the sum of all times on one slot, and the longest path on enough of them', () => {
    const measured = workflows.map(({ name, tasks }) => [
      name,
      seen(tasks, 1, run(tasks, 1)),
      seen(tasks, tasks.length, run(tasks, tasks.length)),
    ])
    const expected = workflows.map(({ name, tasks }) => {
      const { workMs, pathMs } = workAndPath(tasks)
      return [name, rightIn(workMs), rightIn(pathMs)]
    })
    expect(measured).toEqual(expected)
  })

  it.each(BUILT_IN_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
    'break no invariant under the strategy %s',
    (_name, strategy) => {
      const some = workflows.filter((_, index) => index % 3 === 0)
      expect(some.flatMap(({ tasks }) => audit(run(tasks, 4, strategy)).violations)).toEqual([])
    },
  )
})

// ---------------------------------------------------------------------------------------------

function run(
  tasks: readonly TimedTask[],
  slots: number,
  strategy = BUILT_IN_STRATEGIES[0] as Strategy,
): readonly Fact[] {
  return runGraph(strategy, tasks, { slots, lease }).facts
}

function rightIn(makespanMs: number): unknown {
  return expect.objectContaining({ makespanMs, faults: [] })
}

/** What the facts of a run show, read with nothing of the kernel's: when it was over, and what was wrong. */
function seen(tasks: readonly TimedTask[], slots: number, facts: readonly Fact[]) {
  const waitsFor = new Map(tasks.map(({ id, dependsOn }) => [id, new Set(dependsOn)]))
  const followers = new Map<string, string[]>()
  for (const { id, dependsOn } of tasks)
    for (const one of dependsOn) followers.set(one, [...(followers.get(one) ?? []), id])
  const ready = new Set<string>()
  const faults: string[] = []
  let [running, most, makespanMs, cause] = [0, 0, 0, 0]
  for (const fact of facts) {
    // All that one input leads to comes together: between two of them nothing may be left to do.
    if (fact.cause !== cause && running < slots && ready.size > 0) {
      faults.push(`${[...ready][0]} waited at ${fact.at} ms beside a free slot`)
    }
    cause = fact.cause
    if (fact.type === 'task.added' && waitsFor.get(fact.task.id)?.size === 0) ready.add(fact.task.id)
    else if (fact.type === 'task.assigned') {
      const open = waitsFor.get(fact.task)
      if (open?.size !== 0) faults.push(`${fact.task} began before ${[...(open ?? [])].join(', ')}`)
      ready.delete(fact.task)
      running += 1
      most = Math.max(most, running)
    } else if (fact.type === 'task.succeeded') {
      running -= 1
      makespanMs = fact.at
      for (const id of followers.get(fact.task) ?? []) {
        const open = waitsFor.get(id) as Set<string>
        open.delete(fact.task)
        if (open.size === 0) ready.add(id)
      }
    }
  }
  return { makespanMs, most, faults }
}
