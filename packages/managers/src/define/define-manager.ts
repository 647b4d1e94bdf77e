import type { Decision, Json, Manager, Message, RunView } from '@bosun/core'
import type { Observable } from 'rxjs'
import { parseGoal, type GoalSchema } from './goal-schema.ts'

export interface ManagerDefinition<G> {
  readonly name: string
  /** Checks and types the goal. Absent: any JSON. */
  readonly goal?: GoalSchema<G>
  /** See `Manager.program`: synchronous, and a function of its messages and view alone. */
  program(inbox$: Observable<Message<G>>, view: RunView): Observable<Decision>
}

/**
 * Makes a manager from a stream program. When state is folded message by message, `foldManager` is
 * shorter.
 *
 * @example
 * import { decide, defineManager, delegate, finish, task } from '@bosun/managers'
 * import { z } from 'zod'
 *
 * export default defineManager({
 *   name: 'one-page',
 *   goal: z.object({ planet: z.string() }),
 *   program: (inbox$, view) =>
 *     inbox$.pipe(
 *       decide((message) => {
 *         if (message.type === 'goal') return delegate(task('generate_page', message.goal, { id: 'page' }))
 *         if (message.type === 'settled') return finish(view.task('page')?.result ?? null)
 *       }),
 *     ),
 * })
 */
export function defineManager<G = Json, R = Json>(definition: ManagerDefinition<G>): Manager<G, R> {
  const { name, goal: schema } = definition
  return {
    name,
    program: (inbox$, view) => definition.program(inbox$, view),
    ...(schema === undefined ? {} : { checkGoal: (goal: Json) => parseGoal(schema, name, goal) }),
  }
}
