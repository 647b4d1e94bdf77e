import { BosunError, errorRecord, type AnyWorker, type Task } from '@bosun/core'
import { checkedOutputs, prepareTask, type PreparedTask, type TaskDoor } from '../tools/task-door.ts'
import type { HostPool } from './host-pool.ts'
import type { PluginLocation } from './plugin-location.ts'

export interface WorkersTaskDoorOptions {
  /** Workers whose code this process has: those of trusted plugins. */
  readonly here?: Iterable<AnyWorker>
  /** Plugins whose code hosts have alone, with the task types of their workers. */
  readonly hosted?: readonly { readonly plugin: PluginLocation; readonly handles: readonly string[] }[]
  readonly hosts?: Pick<HostPool, 'prepare'>
}

/**
 * Asks whoever has the code: workers of this process at once, any other through a host of its plugin.
 * A type that both handle is prepared here.
 */
export class WorkersTaskDoor implements TaskDoor {
  readonly #here: readonly AnyWorker[]
  readonly #typesHere: ReadonlySet<string>
  readonly #pluginOf = new Map<string, PluginLocation>()
  readonly #hosts: Pick<HostPool, 'prepare'> | undefined

  constructor(options: WorkersTaskDoorOptions) {
    this.#here = [...(options.here ?? [])]
    this.#typesHere = new Set(this.#here.map((worker) => worker.entry.handles))
    this.#hosts = options.hosts
    for (const { plugin, handles } of options.hosted ?? []) {
      for (const type of handles) if (!this.#pluginOf.has(type)) this.#pluginOf.set(type, plugin)
    }
  }

  /** One answer per task, in the order of the tasks. */
  async prepare(tasks: readonly Task[]): Promise<readonly PreparedTask[]> {
    const prepared = new Map<Task, PreparedTask>()
    const byPlugin = new Map<PluginLocation, Task[]>()
    for (const task of tasks) {
      const plugin = this.#typesHere.has(task.type) ? undefined : this.#pluginOf.get(task.type)
      if (plugin === undefined || this.#hosts === undefined) prepared.set(task, prepareTask(this.#here, task))
      else if (byPlugin.get(plugin)?.push(task) === undefined) byPlugin.set(plugin, [task])
    }
    await Promise.all(
      [...byPlugin].map(async ([plugin, some]) => {
        const answers = (await this.#hosts?.prepare(plugin, some)) ?? []
        const byId = new Map(answers.map((answer) => [answer.id, answer]))
        for (const task of some) prepared.set(task, checkedAnswer(task, byId.get(task.id)))
      }),
    )
    return tasks.map((task) => prepared.get(task) ?? { id: task.id })
  }
}

/** What a host says of a task is the word of its plugin: it names files, and never more than the task itself does. */
function checkedAnswer(task: Task, answer: PreparedTask | undefined): PreparedTask {
  if (answer === undefined || answer.error !== undefined) return answer ?? { id: task.id }
  const outputs = task.outputs ?? answer.outputs
  if (outputs === undefined) return { id: task.id }
  try {
    return { id: task.id, outputs: checkedOutputs(outputs, task.id) }
  } catch (error) {
    return { id: task.id, error: errorRecord(BosunError.from(error, 'PLUGIN_INVALID', { at: task.id })) }
  }
}
