import type { BosunError, Task } from '@bosun/core'
import type { PreparedTask } from '../tools/task-door.ts'

interface Preparation {
  readonly ids: ReadonlySet<string>
  readonly resolve: (tasks: readonly PreparedTask[]) => void
  readonly reject: (error: BosunError) => void
}

/** The questions about tasks that a host has been asked and has not answered. */
export class Preparations {
  readonly #open = new Map<number, Preparation>()
  #count = 0

  ask(tasks: readonly Task[]): { readonly request: number; readonly answer: Promise<readonly PreparedTask[]> } {
    const request = (this.#count += 1)
    const { promise, resolve, reject } = Promise.withResolvers<readonly PreparedTask[]>()
    this.#open.set(request, { ids: new Set(tasks.map((task) => task.id)), resolve, reject })
    return { request, answer: promise }
  }

  /** False for what answers no question: it must be about each task that was asked about, once. */
  take(request: number, tasks: readonly { readonly id: string }[]): boolean {
    const open = this.#open.get(request)
    if (open === undefined || tasks.length !== open.ids.size) return false
    const answered = new Set(tasks.map(({ id }) => id))
    if (answered.size !== tasks.length || !tasks.every(({ id }) => open.ids.has(id))) return false
    this.#open.delete(request)
    open.resolve(tasks as readonly PreparedTask[])
    return true
  }

  rejectAll(error: BosunError): void {
    for (const { reject } of this.#open.values()) reject(error)
    this.#open.clear()
  }
}
