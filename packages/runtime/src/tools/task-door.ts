import { BosunError, errorRecord, type AnyWorker, type ErrorRecord, type Json, type Task } from '@bosun/core'
import { parseBody, plainJson } from '@bosun/sdk'
import { canonicalPath } from './canonical-path.ts'
import { schemaAsJson } from './schema-as-json.ts'
import { shown } from './shown.ts'

/** Files that one task may name, and bytes of a path: what a host can tell and a file system can hold. */
export const OUTPUTS_MAX = 10_000
export const PATH_BYTES_MAX = 4096

/** What the workers' side says of a task before the kernel takes it in. */
export interface PreparedTask {
  readonly id: string
  /** The files that its worker will write. Absent: the worker does not tell. */
  readonly outputs?: readonly string[]
  readonly error?: ErrorRecord
}

/** Asks the workers about tasks: does the body fit, which files will be written. */
export interface TaskDoor {
  prepare(tasks: readonly Task[]): Promise<readonly PreparedTask[]>
  /** JSON Schemas of the bodies they take, by the name of the worker. Absent: they do not tell. */
  readonly bodySchemas?: Readonly<Record<string, Json>>
}

/** The door of workers in this process. */
export class InlineTaskDoor implements TaskDoor {
  readonly #workers: readonly AnyWorker[]

  constructor(workers: Iterable<AnyWorker>) {
    this.#workers = [...workers]
  }

  prepare(tasks: readonly Task[]): Promise<readonly PreparedTask[]> {
    return Promise.resolve(tasks.map((task) => prepareTask(this.#workers, task)))
  }

  get bodySchemas(): Readonly<Record<string, Json>> {
    return Object.fromEntries(this.#workers.map(({ entry, body }) => [entry.name, schemaAsJson(body)]))
  }
}

/**
 * What one of these workers says of a task. Of several that handle its type, the first whose schema
 * accepts the body speaks; outputs that the task itself declares stand.
 */
export function prepareTask(workers: readonly AnyWorker[], task: Task): PreparedTask {
  let refusal: ErrorRecord | undefined
  for (const worker of workers) {
    if (worker.entry.handles !== task.type) continue
    try {
      const body = parseBody(worker, plainJson(task.body, 'TASK_BODY_INVALID', task.id), task.id)
      const outputs = task.outputs ?? worker.outputs?.(body)
      return outputs === undefined ? { id: task.id } : { id: task.id, outputs: checkedOutputs(outputs, task.id) }
    } catch (error) {
      refusal ??= errorRecord(BosunError.from(error, 'TASK_BODY_INVALID', { at: task.id }))
    }
  }
  // That nobody handles the type is for the kernel to say.
  return refusal === undefined ? { id: task.id } : { id: task.id, error: refusal }
}

/**
 * An answer from a host, which is the word of its plugin: it may name files, in the one spelling, and
 * never other ones than the task itself declares.
 */
export function checkedAnswer(task: Task, answer: PreparedTask | undefined): PreparedTask {
  if (answer === undefined || answer.error !== undefined) return answer ?? { id: task.id }
  const outputs = task.outputs ?? answer.outputs
  if (outputs === undefined) return { id: task.id }
  try {
    return { id: task.id, outputs: checkedOutputs(outputs, task.id) }
  } catch (error) {
    return { id: task.id, error: errorRecord(BosunError.from(error, 'PLUGIN_INVALID', { at: task.id })) }
  }
}

/** Outputs as the checks after the attempt compare them: each once, spelled in the one way. */
function checkedOutputs(outputs: unknown, at: string): readonly string[] {
  if (!Array.isArray(outputs) || !outputs.every((path) => typeof path === 'string')) {
    throw new BosunError('PLUGIN_INVALID', { at: `outputs of ${at}`, expected: 'a list of relative paths' })
  }
  if (outputs.length > OUTPUTS_MAX) {
    throw new BosunError('PLUGIN_INVALID', {
      at: `outputs of ${at}`,
      expected: `at most ${OUTPUTS_MAX} files`,
      received: `${outputs.length}`,
    })
  }
  for (const path of outputs) {
    if (!isFilePath(path)) {
      throw new BosunError('FILE_REFUSED', {
        at: `outputs of ${at}`,
        expected: 'the path of a file inside the workspace, spelled in the one way',
        received: shown(path),
      })
    }
  }
  return [...new Set(outputs as string[])]
}

function isFilePath(path: string): boolean {
  try {
    return canonicalPath(path) === path && path !== '.' && Buffer.byteLength(path) <= PATH_BYTES_MAX
  } catch {
    return false
  }
}
