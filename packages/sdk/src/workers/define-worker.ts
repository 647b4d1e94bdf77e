import {
  BosunError,
  WorkerEntrySchema,
  type ServiceNeeds,
  type ToolUses,
  type Worker,
  type WorkerContext,
  type WorkerExample,
} from '@bosun/core'
import { z } from 'zod'
import { parseRule, printRule } from '../tools/rule.ts'

/** What an author writes to make a worker. */
export interface WorkerOptions<B, R, T extends ToolUses, N extends ServiceNeeds> {
  /** Lower-case letters, digits and dashes: `page-writer`. */
  readonly name: string
  /** One sentence; the purpose of every task that states none. */
  readonly summary: string
  /** The task type it does. */
  readonly handles: string
  /** Schema of the task's body. */
  readonly body: z.ZodType<B>
  /** Schema of what `run` returns. */
  readonly result: z.ZodType<R>
  /** The tools it may call, by the name it calls them. Default: none. */
  readonly tools?: T
  /** Alias or `provider:model`. Default: none. */
  readonly model?: string
  /** Services of the plugin it uses, by the names under which `context.needs` holds them. Default: none. */
  readonly needs?: N
  readonly skills?: readonly string[]
  /** Attempts of this worker at the same time. Default: as many as the run allows. */
  readonly slotsMax?: number
  /** What repeating the work would do. Default `none`: staged files are no effect. */
  readonly effects?: 'none' | 'keyed' | 'once'
  /** The files it writes for a body: narrows the grant, and is checked afterwards. */
  readonly outputs?: (body: B) => readonly string[]
  /** Bodies that show how it is used; they also feed its tests. */
  readonly examples?: readonly WorkerExample[]
  run(input: { readonly body: B }, context: WorkerContext<T, N>): Promise<R> | R
}

/**
 * Defines a worker: one kind of task, done with the tools it names, and nothing else.
 *
 * @throws PLUGIN_INVALID when a field is wrong, RULE_MALFORMED for a tool specifier that cannot be read
 * @example
 * export const greeter = defineWorker({
 *   name: 'greeter', summary: 'Greets a person.', handles: 'greet',
 *   body: z.object({ name: z.string() }), result: z.string(),
 *   run: ({ body }) => `Hello, ${body.name}`,
 * })
 */
export function defineWorker<
  B,
  R,
  const T extends ToolUses = Record<never, never>,
  const N extends ServiceNeeds = Record<never, never>,
>(options: WorkerOptions<B, R, T, N>): Worker<B, R, T, N> {
  const tools = options.tools ?? ({} as T)
  const rules = Object.values(tools).map((use) => printRule(use))
  for (const rule of rules) parseRule(rule)
  const entry = WorkerEntrySchema.safeParse({
    name: options.name,
    handles: options.handles,
    summary: options.summary,
    slotsMax: options.slotsMax,
    skills: options.skills ?? [],
    tools: rules,
    model: options.model,
    effects: options.effects ?? 'none',
  })
  if (!entry.success) {
    throw new BosunError('PLUGIN_INVALID', { at: `worker ${options.name}`, received: z.prettifyError(entry.error) })
  }
  return {
    kind: 'worker',
    entry: entry.data,
    body: options.body,
    result: options.result,
    tools,
    needs: options.needs ?? ({} as N),
    ...(options.outputs === undefined ? {} : { outputs: options.outputs }),
    examples: options.examples ?? [],
    run: (input, context) => options.run(input, context),
  }
}
