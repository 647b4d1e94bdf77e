import type { Json, Manager, Message, MessageKind, RunView } from '@bosun/core'
import { decide, type Decided } from './decide.ts'
import { defineManager } from './define-manager.ts'
import type { GoalSchema } from './goal-schema.ts'

/** The message of one kind: `MessageOf<'outcome'>`. */
export type MessageOf<K extends MessageKind, G = Json> = Extract<Message<G>, { type: K }>

/** Handles one kind of message; the state may be changed in place. */
export type FoldHandler<K extends MessageKind, G, S> = (state: S, message: MessageOf<K, G>, view: RunView) => Decided

/** A handler per kind of message. Without the first two, a run could neither begin nor end. */
export type FoldHandlers<G, S> = {
  readonly [K in 'goal' | 'settled']: FoldHandler<K, G, S>
} & { readonly [K in Exclude<MessageKind, 'goal' | 'settled'>]?: FoldHandler<K, G, S> }

export interface FoldDefinition<G, S> {
  readonly name: string
  /** Checks and types the goal. Absent: any JSON. */
  readonly goal?: GoalSchema<G>
  /** Makes the state of one run. It lives as long as the program and is folded anew on recovery. */
  readonly initial: () => S
  readonly on: FoldHandlers<G, S>
}

/**
 * Makes a manager that folds its messages, one handler per kind. A kind without a handler decides
 * nothing.
 *
 * @example
 * import { delegate, finish, foldManager, task } from '@bosun/managers'
 * import { z } from 'zod'
 *
 * export default foldManager({
 *   name: 'count-files',
 *   goal: z.object({ dirs: z.array(z.string()) }),
 *   initial: () => ({ files: 0 }),
 *   on: {
 *     goal: (_, { goal }) => delegate(goal.dirs.map((path) => task('scan_dir', { path }, { id: path }))),
 *     outcome(state, { result }) {
 *       state.files += Number(result ?? 0)
 *     },
 *     settled: (state) => finish(state),
 *   },
 * })
 */
export function foldManager<S, G = Json, R = Json>(definition: FoldDefinition<G, S>): Manager<G, R> {
  const { name, goal, initial } = definition
  // One table for all kinds: the type of the message is what its handler takes.
  const handlers = definition.on as unknown as Partial<
    Record<MessageKind, (state: S, message: Message<G>, view: RunView) => Decided>
  >
  return defineManager<G, R>({
    name,
    ...(goal === undefined ? {} : { goal }),
    program(inbox$, view) {
      const state = initial()
      return inbox$.pipe(decide((message) => handlers[message.type]?.(state, message, view)))
    },
  })
}
