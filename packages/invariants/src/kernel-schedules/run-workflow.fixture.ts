import { RunConfigSchema, WorkerEntrySchema, type Fact, type Strategy, type Task } from '@bosun/core'
import { BUILT_IN_STRATEGIES, createKernel, decide, type Input } from '@bosun/kernel'

/** A workflow that somebody really ran: its graph, and how long each task took. */
export interface Workflow {
  readonly name: string
  readonly tasks: readonly { readonly id: string; readonly runtimeMs: number; readonly dependsOn: readonly string[] }[]
}

/** What a run of a workflow showed. */
export interface WorkflowRun {
  readonly makespanMs: number
  readonly end: string | undefined
  readonly facts: readonly Fact[]
  /** Most tasks at the same time. */
  readonly most: number
  /** What went wrong, in sentences. */
  readonly faults: readonly string[]
}

const MAX = Number.MAX_SAFE_INTEGER
const WORKER = WorkerEntrySchema.parse({ name: 'worker', handles: 'work', summary: 'Works.' })

export function tasksOf(workflow: Workflow): readonly Task[] {
  return workflow.tasks.map(({ id, dependsOn }) => ({
    id,
    type: 'work',
    body: null,
    ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
  }))
}

/** Runs a workflow on a virtual clock with `slots` slots; every task takes exactly its time. */
export function runWorkflow(
  workflow: Workflow,
  slots: number,
  strategy: Strategy = BUILT_IN_STRATEGIES[0] as Strategy,
): WorkflowRun {
  const kernel = createKernel(strategy)
  const byId = new Map(workflow.tasks.map((task) => [task.id, task]))
  const facts: Fact[] = []
  const faults: string[] = []
  const done = new Set<string>()
  const running = new Map<string, number>()
  /** Ends of running tasks by time. */
  const ends: { at: number; task: string }[] = []
  let [now, most] = [0, 0]

  const feed = (input: Input) => {
    for (const fact of decide(kernel, input)) {
      facts.push(fact)
      if (fact.type !== 'task.assigned') continue
      const task = byId.get(fact.task) as Workflow['tasks'][number]
      for (const id of task.dependsOn) if (!done.has(id)) faults.push(`${task.id} began before ${id} was done`)
      running.set(task.id, now + task.runtimeMs)
      ends.push({ at: now + task.runtimeMs, task: task.id })
      most = Math.max(most, running.size)
    }
  }

  const limits = {
    slotsMax: Math.min(slots, 10_000),
    tasksMax: MAX,
    startsPerSecondMax: MAX,
    timeoutMs: MAX,
    queueWaitMs: MAX,
    wallTimeMs: MAX,
  }
  const config = RunConfigSchema.parse({ limits, lease: { leaseMs: MAX } })
  feed({ type: 'start', at: 0, run: 'r', goal: null, manager: 'm', config, origins: {}, workers: [WORKER] })
  for (let slot = 1; slot <= slots; slot += 1) feed({ type: 'joined', at: 0, slot: `worker/${slot}`, worker: 'worker' })
  feed({ type: 'decided', at: 0, decisions: [{ type: 'delegate', tasks: [...tasksOf(workflow)] }] })
  while (ends.length > 0) {
    // Small enough a list: as long as there are slots.
    let first = 0
    for (let index = 1; index < ends.length; index += 1) {
      if ((ends[index]?.at ?? 0) < (ends[first]?.at ?? 0)) first = index
    }
    const [end] = ends.splice(first, 1) as [(typeof ends)[number]]
    now = end.at
    running.delete(end.task)
    done.add(end.task)
    feed({ type: 'result', at: now, task: end.task, epoch: 1, result: null, outputs: [] })
    const ready = kernel.state.tasks.length - done.size - running.size
    if (running.size < slots && ready > 0) {
      const idle = workflow.tasks.find(
        ({ id, dependsOn }) => !done.has(id) && !running.has(id) && dependsOn.every((one) => done.has(one)),
      )
      if (idle !== undefined) faults.push(`${idle.id} waited at ${now} ms beside a free slot`)
    }
  }
  while (kernel.state.inboxHead < kernel.state.inbox.length) feed({ type: 'decided', at: now, decisions: [] })
  feed({ type: 'decided', at: now, decisions: [{ type: 'finish', result: null }] })
  return { makespanMs: now, end: kernel.state.ended, facts, most, faults }
}

/** Sum of all times, and the longest path by time. */
export function workAndPath(workflow: Workflow): { readonly workMs: number; readonly pathMs: number } {
  const byId = new Map(workflow.tasks.map((task) => [task.id, task]))
  const ends = new Map<string, number>()
  const endOf = (id: string): number => {
    const known = ends.get(id)
    if (known !== undefined) return known
    const task = byId.get(id) as Workflow['tasks'][number]
    const end = task.runtimeMs + Math.max(0, ...task.dependsOn.map(endOf))
    ends.set(id, end)
    return end
  }
  const pathMs = Math.max(0, ...workflow.tasks.map(({ id }) => endOf(id)))
  return { workMs: workflow.tasks.reduce((sum, { runtimeMs }) => sum + runtimeMs, 0), pathMs }
}
