import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { RunConfigSchema, WorkerEntrySchema, type Strategy, type Task } from '@bosun/core'
import { corpusPath } from '@bosun/corpora'
import { BUILT_IN_STRATEGIES, checkPatch, createKernel, decide, patchContext, seededRandom } from '@bosun/kernel'
import { assert, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { audit } from '../audit/audit.ts'
import { runWorkflow, tasksOf, workAndPath, type Workflow } from './run-workflow.fixture.ts'

const folder = corpusPath('workflows')
const workflows: readonly Workflow[] =
  folder === undefined
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Workflow)

const SLOTS = [1, 2, 4, 8, 16] as const

describe.skipIf(folder === undefined)('graphs of real workflow runs (P15)', () => {
  it.each(SLOTS)('keep order and cap, and leave no slot idle beside a ready task, with %i slots', (slots) => {
    const wrong = workflows.flatMap((workflow) => {
      const { workMs, pathMs } = workAndPath(workflow)
      const { makespanMs, end, most, faults } = runWorkflow(workflow, slots)
      // The bound of R. L. Graham (1966) for any schedule that leaves no slot idle beside a ready task.
      const longestMs = workMs / slots + (1 - 1 / slots) * pathMs
      const isWithin = makespanMs >= Math.max(workMs / slots, pathMs) && makespanMs <= Math.ceil(longestMs)
      const isRight = end === 'run.completed' && most <= slots && isWithin && faults.length === 0
      return isRight ? [] : [{ name: workflow.name, makespanMs, end, most, longestMs, faults }]
    })
    expect(wrong).toEqual([])
  })

  it('take the sum of all times on one slot, and the longest path on enough of them', () => {
    const measured = workflows.map((workflow) => [
      workflow.name,
      runWorkflow(workflow, 1).makespanMs,
      runWorkflow(workflow, workflow.tasks.length).makespanMs,
    ])
    expect(measured).toEqual(
      workflows.map((workflow) => {
        const { workMs, pathMs } = workAndPath(workflow)
        return [workflow.name, workMs, pathMs]
      }),
    )
  })

  it.each(BUILT_IN_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
    'break no invariant under the strategy %s',
    (_name, strategy) => {
      const some = workflows.filter((_, index) => index % 3 === 0)
      const violations = some.flatMap((workflow) => audit(runWorkflow(workflow, 4, strategy).facts).violations)
      expect(violations).toEqual([])
    },
  )
})

describe.skipIf(folder === undefined)('a fault put into a real graph is refused, and its place is named (T-23)', () => {
  it('a back edge: the cycle is told as a path of existing arrows', () => {
    assert(
      property(nat({ max: workflows.length - 1 }), nat(), (pick, seed) => {
        const tasks = clone(workflows[pick] as Workflow)
        const [first, last] = chain(tasks, seed)
        if (first === undefined || last === undefined) return
        first.dependsOn = [...(first.dependsOn ?? []), last.id]
        const refusal = refusalOf(tasks)
        expect(refusal).toMatchObject({ code: 'TASK_CYCLE' })
        const path = String(refusal?.at).split(' → ')
        expect(path.at(-1)).toBe(path[0])
        const byId = new Map(tasks.map((task) => [task.id, task]))
        for (const [index, id] of path.slice(1).entries()) {
          expect(byId.get(path[index] as string)?.dependsOn).toContain(id)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('an arrow that leads nowhere', () => {
    assert(
      property(nat({ max: workflows.length - 1 }), nat(), (pick, seed) => {
        const tasks = clone(workflows[pick] as Workflow)
        const at = seed % tasks.length
        const task = tasks[at] as Task
        task.dependsOn = [...(task.dependsOn ?? []), 'nowhere']
        expect(refusalOf(tasks)).toMatchObject({
          code: 'TASK_DEPENDENCY_UNKNOWN',
          at: `tasks[${at}] "${task.id}".dependsOn[${task.dependsOn.length - 1}]`,
          received: '"nowhere"',
        })
      }),
      { numRuns: 60 },
    )
  })

  it('an id that is there twice', () => {
    assert(
      property(nat({ max: workflows.length - 1 }), nat(), nat(), (pick, from, to) => {
        const tasks = clone(workflows[pick] as Workflow)
        const at = 1 + (to % tasks.length)
        const twice = tasks[from % at] as Task
        tasks.splice(at, 0, structuredClone(twice))
        expect(refusalOf(tasks)).toMatchObject({ code: 'TASK_ID_REPEATED', at: `tasks[${at}] "${twice.id}"` })
      }),
      { numRuns: 60 },
    )
  })
})

// ---------------------------------------------------------------------------------------------

function clone(workflow: Workflow): Task[] {
  return structuredClone(tasksOf(workflow)) as Task[]
}

/** A task and one that comes after it, some arrows away; the same task when nothing does. */
function chain(tasks: readonly Task[], seed: number): readonly [Task | undefined, Task | undefined] {
  const random = seededRandom(seed)
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const behind = tasks.filter((task) => task.dependsOn !== undefined)
  const last = behind[Math.floor(random() * behind.length)]
  let first = last
  for (let step = 0; step < 20 && first?.dependsOn !== undefined; step += 1) {
    first = byId.get(first.dependsOn[Math.floor(random() * first.dependsOn.length)] as string)
    if (random() < 0.3) break
  }
  return [first, last]
}

function refusalOf(tasks: readonly Task[]): { code?: string; at?: string } | undefined {
  const kernel = createKernel(BUILT_IN_STRATEGIES[0] as Strategy)
  const workers = [WorkerEntrySchema.parse({ name: 'worker', handles: 'work', summary: 'Works.' })]
  const config = RunConfigSchema.parse({})
  decide(kernel, { type: 'start', at: 0, run: 'r', goal: null, manager: 'm', config, origins: {}, workers })
  try {
    checkPatch(kernel.state, tasks, patchContext(kernel))
  } catch (error) {
    return error as { code?: string; at?: string }
  }
  return undefined
}
