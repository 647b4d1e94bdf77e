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
import { asZod, type Schema } from '../schemas/as-zod.ts'
import { effectsOfTools } from '../tools/effects-of-tools.ts'
import { parseRule, printRule } from '../tools/rule.ts'

/**
 * What an author writes to make a worker. Schemas are those of zod, or of any library that speaks
 * Standard Schema, without asynchronous checks.
 */
export interface WorkerOptions<B, R, T extends ToolUses, N extends ServiceNeeds, BodyInput = unknown, Returned = R> {
  /** Lower-case letters, digits and dashes: `page-writer`. */
  readonly name: string
  /** One sentence; the purpose of every task that states none. */
  readonly summary: string
  /** The task type it does. */
  readonly handles: string
  /** Schema of the task's body. */
  readonly body: Schema<B, BodyInput>
  /** Schema of what `run` returns. */
  readonly result: Schema<R, Returned>
  /** The tools it may call, by the name it calls them. Default: none. */
  readonly tools?: T
  /** Alias or `provider:model`. Default: none. */
  readonly model?: string
  /** Services of the plugin it uses, by the names under which `context.needs` holds them. Default: none. */
  readonly needs?: N
  readonly skills?: readonly string[]
  /** Attempts of this worker at the same time. Default: as many as the run allows. */
  readonly slotsMax?: number
  /**
   * What repeating the work would do. Default: `once` for a worker that holds a tool with an effect,
   * such as a command or the network; else `none`, since staged files are no effect.
   */
  readonly effects?: 'none' | 'keyed' | 'once'
  /** The files it writes for a body: narrows the grant, and is checked afterwards. */
  readonly outputs?: (body: NoInfer<B>) => readonly string[]
  /** Bodies that show how it is used; they also feed its tests. */
  readonly examples?: readonly (WorkerExample & { readonly body: NoInfer<BodyInput> })[]
  run(
    input: { readonly body: NoInfer<B> },
    context: WorkerContext<T, N>,
  ): Promise<NoInfer<Returned>> | NoInfer<Returned>
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
  BodyInput = unknown,
  Returned = R,
>(options: WorkerOptions<B, R, T, N, BodyInput, Returned>): Worker<B, R, T, N> {
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
    effects: options.effects ?? effectsOfTools(tools),
  })
  if (!entry.success) {
    throw new BosunError('PLUGIN_INVALID', { at: `worker ${options.name}`, received: z.prettifyError(entry.error) })
  }
  return {
    kind: 'worker',
    entry: entry.data,
    body: asZod(options.body, `worker ${options.name}: body`),
    result: asZod(options.result, `worker ${options.name}: result`),
    tools,
    needs: options.needs ?? ({} as N),
    ...(options.outputs === undefined ? {} : { outputs: options.outputs }),
    examples: options.examples ?? [],
    // What the schema makes of it is R; until then it is what the schema takes.
    run: (input, context) => options.run(input, context) as Promise<R> | R,
  }
}
