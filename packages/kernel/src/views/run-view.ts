import type { RunConfig, RunView, Tally, TaskView, WorkerEntry } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { freezeJson } from './freeze-json.ts'

/**
 * The view of a run for managers and readers: every answer is a copy or frozen, so nothing reached
 * through it can change the run.
 */
export function runView(state: KernelState): RunView {
  return Object.freeze({
    get run() {
      return state.run
    },
    get goal() {
      return freezeJson(state.goal)
    },
    get config(): RunConfig {
      return freezeJson(state.config)
    },
    get workers(): readonly WorkerEntry[] {
      return Array.from(state.workers.values(), (worker) => freezeJson(worker.entry))
    },
    get paused() {
      return state.paused
    },
    get tally() {
      return tallyOf(state)
    },
    get at() {
      return state.at
    },
    task(id: string) {
      const task = state.taskById.get(id)
      return task === undefined ? undefined : snapshot(task)
    },
    *tasks() {
      for (const task of state.tasks) yield snapshot(task)
    },
    *group(name: string) {
      for (const task of state.tasks) if (task.spec.group === name) yield snapshot(task)
    },
  })
}

/** The head count of a run. */
export function tallyOf(state: KernelState): Tally {
  return { total: state.tasks.length, ...state.counts, unresolved: state.unresolved, refused: state.refused }
}

function snapshot(task: TaskRecord): TaskView {
  return Object.freeze({
    spec: freezeJson(task.spec),
    status: task.status,
    depth: task.depth,
    parent: task.parent,
    epoch: task.epoch,
    retries: task.retries,
    readyAt: task.readyAt,
    remaining: task.remaining,
    attempt: task.attempt,
    owner: task.owner,
    result: freezeJson(task.result),
    error: freezeJson(task.error),
    because: task.because,
  })
}
