import { RunConfigSchema, WorkerEntrySchema, type Strategy, type Task } from '@bosun/core'
import { BUILT_IN_STRATEGIES, checkPatch, createKernel, decide, patchContext, seededRandom } from '@bosun/kernel'
import { assert, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { realWorkflows, type Workflow } from './real-workflows.fixture.ts'

const workflows = realWorkflows() ?? []
const pick = nat({ max: Math.max(0, workflows.length - 1) })

describe.skipIf(workflows.length === 0)(
  'a fault put into a real graph is refused, and its place is named (T-23)',
  () => {
    it('a back edge: the cycle is told as a path of existing arrows', () => {
      assert(
        property(pick, nat(), (index, seed) => {
          const tasks = specsOf(workflows[index] as Workflow)
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
        property(pick, nat(), (index, seed) => {
          const tasks = specsOf(workflows[index] as Workflow)
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
        property(pick, nat(), nat(), (index, from, to) => {
          const tasks = specsOf(workflows[index] as Workflow)
          const at = 1 + (to % tasks.length)
          const twice = tasks[from % at] as Task
          tasks.splice(at, 0, structuredClone(twice))
          expect(refusalOf(tasks)).toMatchObject({ code: 'TASK_ID_REPEATED', at: `tasks[${at}] "${twice.id}"` })
        }),
        { numRuns: 60 },
      )
    })
  },
)

// ---------------------------------------------------------------------------------------------

function specsOf({ tasks }: Workflow): Task[] {
  return tasks.map(({ id, dependsOn }) => ({
    id,
    type: 'work',
    body: null,
    ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
  }))
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
