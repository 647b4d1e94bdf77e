import type { ServiceIdentifier } from 'inversify'
import type { Observable } from 'rxjs'
import type { Decision } from '../facts/fact-schema.ts'
import type { Json } from '../json/json.ts'
import type { Message } from './message.ts'
import type { RunView } from './run-view.ts'

/**
 * Turns a goal into tasks, folds their outcomes and finishes the run. It never does the work: its
 * program is a synchronous stream of decisions, and neither the inbox nor the view can touch a tool,
 * a model or a file.
 *
 * @typeParam G what it takes as goal
 * @typeParam R what it finishes with
 */
export interface Manager<G = Json, R = Json> {
  readonly name: string
  /** Called once per process life of a run. What it emits while a message is delivered is that message's list of decisions. */
  program(inbox$: Observable<Message<G>>, view: RunView): Observable<Decision>
  /** Checks a goal from a stranger; throws GOAL_INVALID. Absent: any JSON is a goal. */
  readonly checkGoal?: (goal: Json) => G
  /** Never set; carries the type of the result. */
  readonly resultType?: R
}

/** A manager of any goal and result: what registries hold and containers bind. */
// The two parameters vary in different directions, so `any` is their only common supertype.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyManager = Manager<any, any>
export const Manager: ServiceIdentifier<AnyManager> = Symbol.for('bosun.Manager')
