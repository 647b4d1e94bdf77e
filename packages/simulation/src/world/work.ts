import type { Json, Task, Usage } from '@bosun/core'

/** An assignment as it reaches a slot. */
export interface Work {
  readonly task: string
  readonly epoch: number
  readonly slot: string
  readonly spec: Task
  readonly inputs: Readonly<Record<string, Json>>
  readonly slice?: Usage
  /** Whether its worker has a model. */
  readonly asksModel: boolean
}
