import { isOutcome } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import { predecessor } from '../ledger/ledger-book.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'

type Clause = 'tasks' | 'group' | 'depth' | 'level' | 'fan-out' | 'parent' | 'dependency' | 'cycle'

interface Growth {
  /**
   * Tasks of the input at hand that may lie on a cycle: amended ones, and ones that depend on what is
   * not in the log yet. Any other new task points only at older ones.
   */
  suspects: string[]
  /** Whether one of them was amended; otherwise no cycle can pass through an older input's task. */
  amended: boolean
}

export const boundedGrowth = defineInvariant({
  id: 'S17',
  title: 'bounded growth',
  sentence:
    'The graph stays acyclic and complete after every input, and within its caps on tasks, depth and children, and its groups within theirs.',
  clauses: {
    tasks: 'More tasks were added than the run allows.',
    group: 'More tasks were added to a group than it allows.',
    depth: 'A task lies deeper than the run allows.',
    level: 'A task does not lie one below its parent.',
    'fan-out': 'A task has more children than the run allows.',
    parent: 'A task was added below one that does not exist.',
    dependency: 'A task depends on one that does not exist when the input is done.',
    cycle: 'The dependencies of some tasks form a cycle.',
  },
  watches: ['task.added', 'task.amended'],
  needs: ['run.started'],
  initial: (): Growth => ({ suspects: [], amended: false }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    const { id, dependsOn } = fact.task
    if (fact.type === 'task.amended') {
      state.suspects.push(id)
      state.amended = true
      return undefined
    }
    if (dependsOn?.some((other) => !ledger.tasks.has(other)) === true) state.suspects.push(id)
    const parent = fact.parent === undefined ? undefined : ledger.tasks.get(fact.parent)
    if (fact.parent !== undefined && parent === undefined) {
      return finding('parent', `${id} was added below ${fact.parent}, which does not exist`, fact.seq)
    }
    const level = parent === undefined ? 0 : parent.depth + 1
    if (fact.depth !== level) {
      return finding(
        'level',
        `${id} is said to lie ${fact.depth} deep; it lies ${level} deep`,
        parent?.seq ?? 0,
        fact.seq,
      )
    }
    const { limits } = ledger
    // A successor takes the place of its predecessor.
    if (limits === undefined || ledger.tasks.has(predecessor(id) ?? '')) return undefined
    if (ledger.total >= limits.tasksMax && !ledger.tasks.has(id)) {
      return finding('tasks', `${id} is task ${ledger.total + 1}; the run allows ${limits.tasksMax}`, fact.seq)
    }
    for (const { spec, total, openedSeq } of ledger.groupsOf(fact.task)) {
      if (spec.tasksMax === undefined || total < spec.tasksMax || ledger.tasks.has(id)) continue
      const sentence = `${id} is task ${total + 1} of the group ${spec.name}; it allows ${spec.tasksMax}`
      return finding('group', sentence, openedSeq, fact.seq)
    }
    if (fact.depth > limits.depthMax) {
      return finding('depth', `${id} lies ${fact.depth} deep; the run allows ${limits.depthMax}`, fact.seq)
    }
    if (parent === undefined || parent.children.length < limits.fanOutMax) return undefined
    const sentence = `${id} is child ${parent.children.length + 1} of ${parent.id}; the run allows ${limits.fanOutMax}`
    return finding('fan-out', sentence, parent.seq, fact.seq)
  },
  atQuiescence(state, ledger) {
    if (state.suspects.length === 0) return undefined
    const { suspects, amended } = state
    state.suspects = []
    state.amended = false
    return unknownDependency(suspects, ledger) ?? cycle(suspects, amended, ledger)
  },
})

// ---------------------------------------------------------------------------------------------

function unknownDependency(ids: readonly string[], ledger: Ledger): Finding<Clause> | undefined {
  for (const id of ids) {
    const task = ledger.tasks.get(id)
    const unknown = task?.spec.dependsOn?.find((other) => !ledger.tasks.has(other))
    if (task === undefined || unknown === undefined) continue
    return finding('dependency', `${id} depends on ${unknown}, which does not exist`, task.seq)
  }
  return undefined
}

/** Depth first along dependencies; a task with an outcome lies on no cycle, so the search ends there. */
function cycle(ids: readonly string[], amended: boolean, ledger: Ledger): Finding<Clause> | undefined {
  const done = new Set<TaskEntry>()
  for (const id of ids) {
    const start = ledger.tasks.get(id)
    if (start === undefined) continue
    const path: { task: TaskEntry; next: number }[] = [{ task: start, next: 0 }]
    const onPath = new Set<TaskEntry>([start])
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.task.spec.dependsOn?.[top.next]
      top.next += 1
      if (dependency === undefined || done.has(top.task)) {
        done.add(top.task)
        onPath.delete(top.task)
        path.pop()
        continue
      }
      const task = ledger.tasks.get(dependency)
      if (task === undefined || isOutcome(task.status) || done.has(task)) continue
      if (!amended && task.cause !== ledger.cause) continue
      if (onPath.has(task)) {
        const loop = path.slice(path.findIndex((step) => step.task === task)).map((step) => step.task)
        const names = [...loop, task].map((step) => step.id).join(' → ')
        return finding('cycle', `these tasks wait for each other: ${names}`, ...loop.map((step) => step.seq))
      }
      onPath.add(task)
      path.push({ task, next: 0 })
    }
  }
  return undefined
}
