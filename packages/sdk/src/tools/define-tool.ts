import type { ToolUse } from '@bosun/core'
import type { z } from 'zod'
import { asZod, type Schema } from '../schemas/as-zod.ts'

/** What a tool is: its schemas, and how its calls are matched against rules. */
export interface ToolDeclaration<I = never, O = unknown> {
  readonly name: string
  readonly summary: string
  readonly input: z.ZodType<I>
  readonly output: z.ZodType<O>
  /** `write` calls are narrowed to the outputs of the task as well; `effect` reaches beyond the files of the attempt. */
  readonly access: 'read' | 'write' | 'effect'
  /** The paths a call touches; each has to be covered by the specifier, a path glob. */
  readonly paths?: (input: I) => readonly string[]
  /**
   * For tools whose calls name something else than paths: rules are matched by this, and `paths`, if
   * given as well, only narrow to the outputs and uses of the task. Without both, the tool takes no specifier.
   */
  readonly covers?: SpecifierMatcher<I>
  /** Whether it tells of what an attempt has done, so that nobody but an attempt can call it. @defaultValue false */
  readonly isOfAttempt?: boolean
  /** Tools whose denials hold here as well: what may not be read may not be searched. @defaultValue none */
  readonly deniedWith?: readonly string[]
}

/** How the specifiers of a tool are matched against its calls. */
export interface SpecifierMatcher<I = never> {
  /**
   * What a call names, in the words that rules are written in: `git status`, `https://example.com/a`.
   * Each has to be covered; none at all is denied. What it throws refuses the call.
   */
  subjects(input: I): readonly string[]
  /** Reads a specifier, at load. @throws RULE_MALFORMED */
  compile(specifier: string): (subject: string) => boolean
  /**
   * How a denial compares: it holds for a subject also when both are folded, so that no other spelling
   * passes. `compile` has to read what this makes of a specifier. @defaultValue the compatibility form
   * (NFKC) in lower case, without invisible characters
   */
  fold?(text: string): string
}

/** Where a tool handler works: real folders, and the attempt it works for. */
export interface ToolIo {
  /** Absolute folder the run reads. */
  readonly workspace: string
  /** Absolute folder all writes of the attempt go to. */
  readonly staging: string
  /** Read-only folders by the first segment of the paths that reach them. */
  readonly mounts: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** The id of the attempt: `run/task@1`. */
  readonly attempt: string
  /** The same for every attempt of the task; pass it to whatever must happen once. */
  readonly idempotencyKey: string
  /**
   * Whether the grant covers a path that the call reaches without naming it, as a search of a folder
   * does. What it does not cover is passed over, as if it were not there.
   */
  covers(path: string): boolean
  /**
   * Judges a further call of the same tool, as a redirect is one, exactly as if the worker had made it.
   * @throws TOOL_DENIED, which is recorded; what the tool throws over the input
   */
  permit(input: unknown): void
}

/** A tool as a value: name it in `tools` of a worker, with how far it may reach. */
export interface Tool<I, O, Call = I> extends ToolUse<Call, O> {
  (specifier?: string): ToolUse<Call, O>
  readonly declaration: ToolDeclaration<I, O>
}

/** A tool with the code that carries out its calls; what a plugin lists under `tools`. */
export interface ToolHandler<I = never, O = unknown> {
  readonly kind: 'tool'
  readonly declaration: ToolDeclaration<I, O>
  readonly handle: (input: I, io: ToolIo) => Promise<O> | O
}

/** A tool and its code in one: workers name it, and its plugin lists it. */
export interface OwnTool<I, O, Call = I> extends Tool<I, O, Call>, ToolHandler<I, O> {}

/** What an author writes to declare a tool. Schemas may be of any library that speaks Standard Schema. */
export interface ToolOptions<I, O, Call = unknown> extends Omit<ToolDeclaration<NoInfer<I>, O>, 'input' | 'output'> {
  readonly input: Schema<I, Call>
  readonly output: Schema<O>
}

/**
 * Declares a tool: the value that workers name, without the code behind it.
 *
 * @throws PLUGIN_INVALID for what is no schema
 * @example
 * const read = declareTool({ name: 'files.read', summary: 'Reads a file.', access: 'read',
 *   input: z.object({ path: z.string() }), output: z.object({ text: z.string() }), paths: ({ path }) => [path] })
 * defineWorker({ tools: { read: read('src/**') }, … })
 */
export function declareTool<I, O, Call = unknown>(options: ToolOptions<I, O, Call>): Tool<I, O, Call> {
  const { name: tool, access } = options
  const declaration: ToolDeclaration<I, O> = {
    ...options,
    input: asZod(options.input, `tool ${tool}: input`),
    output: asZod(options.output, `tool ${tool}: output`),
  }
  const use = (specifier?: string): ToolUse<Call, O> =>
    // Not enumerable: a use is plain data to everybody who copies or compares it.
    Object.defineProperty(specifier === undefined ? { tool, access } : { tool, access, specifier }, 'declaration', {
      value: declaration,
    })
  return Object.assign(use, { tool, access, declaration })
}

/**
 * Defines a tool with its code: name it in `tools` of workers, and list it in `tools` of their plugin.
 *
 * Its code runs in the process of the run, where the grant is checked, if the config trusts the plugin.
 * If not, it runs in the host that calls it, after the grant was checked, under the sandbox of that
 * host: it serves workers of its own plugin only, takes no specifier, and has no folders.
 *
 * @throws PLUGIN_INVALID for what is no schema
 * @example
 * const roll = defineTool({
 *   name: 'dice.roll', summary: 'Rolls a die.', access: 'read',
 *   input: z.object({ sides: z.int().min(2) }), output: z.int(),
 *   run: ({ sides }) => 1 + Math.floor(Math.random() * sides),
 * })
 * definePlugin({ name: 'dice', workers: [defineWorker({ tools: { roll }, … })], tools: [roll] })
 */
export function defineTool<I, O, Call = unknown>(
  options: ToolOptions<I, O, Call> & { run(input: NoInfer<I>, io: ToolIo): Promise<NoInfer<O>> | NoInfer<O> },
): OwnTool<I, O, Call>
/**
 * Joins a tool that was declared elsewhere with its code.
 *
 * @example
 * definePlugin({ tools: [defineTool(files.read, ({ path }, io) => readContained(io, path))] })
 */
export function defineTool<I, O, Call>(
  tool: Tool<I, O, Call>,
  handle: (input: I, io: ToolIo) => Promise<O> | O,
): ToolHandler<I, O>
export function defineTool<I, O, Call>(
  what: Tool<I, O, Call> | (ToolOptions<I, O, Call> & { run(input: I, io: ToolIo): Promise<O> | O }),
  handle?: (input: I, io: ToolIo) => Promise<O> | O,
): ToolHandler<I, O> {
  if ('run' in what) {
    const { run, ...options } = what
    const tool = declareTool<I, O, Call>(options)
    return Object.assign(tool, { kind: 'tool' as const, handle: (input: I, io: ToolIo) => run.call(what, input, io) })
  }
  return { kind: 'tool', declaration: what.declaration, handle: handle as (input: I, io: ToolIo) => Promise<O> | O }
}
