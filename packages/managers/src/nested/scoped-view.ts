import type {
  ApprovalView,
  GroupView,
  Json,
  RunConfig,
  RunView,
  Tally,
  TaskView,
  Usage,
  WorkerEntry,
} from '@bosun/core'
import type { OwnTasks } from './own-tasks.ts'
import type { Scope } from './scope.ts'

/** What a nested manager sees of the run: its own goal and tasks, under the names that it gave them. */
export class ScopedView implements RunView {
  readonly goal: Json
  readonly #view: RunView
  readonly #scope: Scope
  readonly #tasks: OwnTasks

  constructor(view: RunView, scope: Scope, goal: Json, tasks: OwnTasks) {
    this.#view = view
    this.#scope = scope
    this.goal = goal
    this.#tasks = tasks
  }

  get run(): string {
    return this.#view.run
  }

  get config(): RunConfig {
    return this.#view.config
  }

  get workers(): readonly WorkerEntry[] {
    return this.#view.workers
  }

  get paused(): boolean {
    return this.#view.paused
  }

  /** Those of its tasks, and its own. */
  get approvals(): readonly ApprovalView[] {
    const scope = this.#scope
    return this.#view.approvals.flatMap((asked) => {
      const { task, request } = asked
      if (!scope.holds(task ?? request ?? '')) return []
      return {
        ...asked,
        task: task === undefined ? undefined : scope.inward(task),
        request: request === undefined ? undefined : scope.inward(request),
      }
    })
  }

  get spent(): Usage {
    return this.#view.spent
  }

  get at(): number {
    return this.#view.at
  }

  /** Of what the nested manager has heard of. */
  get tally(): Tally {
    return this.#tasks.tally
  }

  task(id: string): TaskView | undefined {
    const task = this.#view.task(this.#scope.outward(id))
    return task === undefined ? undefined : this.#inward(task)
  }

  *tasks(): Generator<TaskView> {
    for (const id of this.#tasks.ids()) {
      const task = this.#view.task(id)
      if (task !== undefined) yield this.#inward(task)
    }
  }

  *group(name: string): Generator<TaskView> {
    for (const task of this.tasks()) if (task.spec.group === name) yield task
  }

  *groups(): Generator<GroupView> {
    for (const group of this.#view.groups()) {
      const { name, parent, spec } = group
      const scope = this.#scope
      if (!scope.holds(name)) continue
      yield {
        ...group,
        name: scope.inward(name),
        parent: parent === undefined || !scope.holds(parent) ? undefined : scope.inward(parent),
        spec: spec === undefined ? undefined : { ...spec, name: scope.inward(spec.name) },
      }
    }
  }

  isClosed(group: string): boolean {
    return this.#view.isClosed(this.#scope.outward(group))
  }

  #inward(task: TaskView): TaskView {
    const { spec, parent, because } = task
    const scope = this.#scope
    return {
      ...task,
      spec: scope.taskInward(spec),
      parent: parent === undefined ? undefined : scope.inward(parent),
      because: because === undefined ? undefined : scope.inward(because),
    }
  }
}
