import {
  BosunError,
  ERROR_REGISTRY,
  errorRecord,
  originalId,
  type AnyWorker,
  type Assignment,
  type ErrorRecord,
  type Json,
  type WorkerContext,
} from '@bosun/core'
import { plainJson } from './plain-json.ts'
import { shapeFault } from './shape-fault.ts'

/** How the code of an attempt ended. */
export type AttemptEnd = { readonly result: Json } | { readonly error: ErrorRecord }

/**
 * Runs the code of a worker for one attempt: body and inputs are checked before, the result after.
 * Whatever the code does, `end` is called at most once; it is not when the code never settles.
 *
 * `body` is the body of the task, in a copy that the worker may change.
 *
 * Synchronous as long as the worker is, so that a worker without a promise costs none.
 */
export function runWorker(
  worker: AnyWorker,
  assignment: Assignment,
  body: Json,
  context: WorkerContext,
  end: (end: AttemptEnd) => void,
): void {
  let returned: unknown
  try {
    checkInputs(assignment)
    returned = worker.run({ body: parseBody(worker, body, assignment.task.id) }, context as never)
  } catch (error) {
    end(failure(error, assignment))
    return
  }
  if (!isThenable(returned)) {
    end(checkedResult(worker, returned, assignment))
    return
  }
  // Promise.resolve settles once, whatever a foreign thenable does.
  Promise.resolve(returned).then(
    (value) => end(checkedResult(worker, value, assignment)),
    (error: unknown) => end(failure(error, assignment)),
  )
}

/** The body of a task as its worker wants it; the schema may change what it is given. @throws TASK_BODY_INVALID with the path of the first fault */
export function parseBody(worker: AnyWorker, body: Json, at: string): unknown {
  const parsed = worker.body.safeParse(body)
  if (parsed.success) return parsed.data
  throw new BosunError('TASK_BODY_INVALID', {
    at,
    expected: `a body of ${worker.entry.name}`,
    received: shapeFault(parsed.error),
  })
}

// Private

function checkInputs(assignment: Assignment): void {
  const known = assignment.task.dependsOn?.map(originalId)
  for (const id of Object.keys(assignment.inputs)) {
    if (known?.includes(originalId(id)) !== true) {
      throw new BosunError('TASK_INVALID', {
        at: assignment.task.id,
        expected: 'inputs of the tasks in dependsOn alone',
        received: id,
      })
    }
  }
}

function checkedResult(worker: AnyWorker, value: unknown, assignment: Assignment): AttemptEnd {
  try {
    const parsed = worker.result.safeParse(value)
    if (!parsed.success) {
      throw new BosunError('RESULT_INVALID', {
        at: assignment.task.id,
        expected: `a result of ${worker.entry.name}`,
        received: shapeFault(parsed.error),
      })
    }
    return { result: plainJson(parsed.data, 'RESULT_INVALID', assignment.task.id) }
  } catch (error) {
    return { error: errorRecord(BosunError.from(error, 'RESULT_INVALID', { at: assignment.task.id })) }
  }
}

function failure(error: unknown, assignment: Assignment): AttemptEnd {
  const at = assignment.task.id
  try {
    if (isKnown(error)) return { error: errorRecord(error) }
  } catch {
    // A proxy can throw when it is asked what it is; then it is no error of ours.
  }
  return { error: errorRecord(new BosunError('WORKER_THREW', { at, received: said(error) })) }
}

/** Whether it is an error of ours; the mark alone proves nothing, since anybody can set it. */
function isKnown(error: unknown): error is BosunError {
  return BosunError.is(error) && Object.hasOwn(ERROR_REGISTRY, error.code) && typeof error.message === 'string'
}

/** What was thrown, in words: anything can be, and even asking it for a text may throw. */
function said(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error)
    const { message, cause } = error
    const because = cause instanceof Error && !message.includes(cause.message) ? `: ${cause.message}` : ''
    return `${message}${because}${isSlip(error) ? placeOf(error) : ''}`
  } catch {
    return `a ${typeof error}`
  }
}

/** Whether the language threw it, rather than an author who had something to say. */
function isSlip(error: Error): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
}

/** The first line of the worker's own files that the stack names. */
function placeOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => line.includes('file://'))
  const own = frames.find((line) => !line.includes('/node_modules/')) ?? ''
  const place = /([^/\s]+:\d+:\d+)\)?$/.exec(own)?.[1]
  return place === undefined ? '' : `, at ${place}`
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
