import type { AnyManager, Group, Json, Manager, RunView, Task } from '@bosun/core'
import { fanOut } from './fan-out.ts'
import { resultOf } from './gathered.ts'

/** A step of a pipeline. `I` is what the step before handed over, `O` what this one hands on. */
export interface Stage<I, O> {
  /** One segment of an id, without a colon. Its tasks are named `NAME/id`, and `NAME:2/id` the second time. */
  readonly name: string
  /**
   * What is done: a task, whose result is handed on; tasks, whose results are handed on as a list in task
   * order; or another manager, whose result is.
   */
  readonly run: ((input: I, view: RunView) => Task | readonly Task[]) | Manager<I, unknown>
  /** Makes of that what is handed on; `input` is what the stage got. */
  // What comes out of `run` has no type of its own here.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly output?: (made: any, input: I) => O
  /** Bounds and policy of all that is done in it: at most so many at a time, a quorum, a deadline. */
  readonly limits?: Omit<Group, 'name'>
  /** Whether the stage is needed. One that is not hands on what it got. Default: always. */
  readonly when?: (input: I, view: RunView) => boolean
  /**
   * What a person is asked before the stage begins, each time that its turn comes. When it is denied, no further
   * stage begins and the run fails with what there is so far. Default: nothing.
   */
  readonly ask?: string | ((input: I, view: RunView) => string)
  /** Ids of detached tasks of former stages, as the run names them, that have to end before this one begins. */
  readonly join?: readonly string[]
  /** Goes back to a former stage, or to this one, for as long as it says what that one is to get. */
  readonly repeat?: Repeat<O>
  /**
   * How often the stage as a whole is run again when it failed, its own retries spent. What failed has to be
   * waived, so the run's policy has to allow that (`policy.waive`), or the stage is not run again.
   * @defaultValue 0
   */
  readonly rerunsMax?: number
}

export interface Repeat<O> {
  /**
   * The stage to go back to.
   * @defaultValue this one
   */
  readonly from?: string
  /** What that stage gets, or `undefined` to go on. */
  readonly input: (output: O) => unknown
  /** Rounds in all, the first one included. A pipeline that wants more fails. */
  readonly roundsMax: number
}

/** A stage of any types: what a list of stages holds. */
// The two parameters vary in different directions, so `any` is their only common supertype.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyStage = Stage<any, any>

/** A stage as one manager, and what of its result is handed on. */
export interface StageWork {
  readonly manager: AnyManager
  readonly outputOf: (result: Json) => unknown
}

/** The work of one execution of a stage that gets this input. */
export function workOf(stage: AnyStage, input: unknown): StageWork {
  const { manager, outputOf } = plainWorkOf(stage)
  const { output } = stage
  return output === undefined
    ? { manager, outputOf }
    : { manager, outputOf: (result) => output(outputOf(result), input) as unknown }
}

function plainWorkOf({ name, run }: AnyStage): StageWork {
  if (typeof run !== 'function') return { manager: run, outputOf: resultOf }
  let isSingle = false
  const manager = fanOut({
    name,
    start(input, view) {
      const made: Task | readonly Task[] = run(input, view)
      isSingle = !Array.isArray(made)
      return isSingle ? [made as Task] : (made as readonly Task[])
    },
  })
  return {
    manager,
    outputOf(result) {
      const output = resultOf(result)
      return isSingle && Array.isArray(output) ? (output[0] ?? null) : output
    },
  }
}
