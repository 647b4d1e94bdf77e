import type { Json } from '@bosun/core'

/** A call that shows how a tool is used. */
export interface ToolExample {
  readonly name?: string
  readonly input: Json
  /** Files of the workspace that it needs, text by path. */
  readonly files?: Readonly<Record<string, string>>
  /** What it answers; checked where it is given. */
  readonly output?: Json
  /** A specifier that covers the call. @defaultValue the first path or subject that it names */
  readonly allowedBy?: string
  /** A specifier that does not. @defaultValue `no/such/place` for a tool whose calls name paths */
  readonly deniedBy?: string
}

/** A call that has to fail, and the code that says why. */
export interface ToolFailure extends Pick<ToolExample, 'name' | 'input' | 'files'> {
  readonly code: string
}

/** What a tool's kit is told besides the tool. */
export interface ToolKitOptions {
  /** Calls that succeed; at least one. */
  readonly examples: readonly ToolExample[]
  /** Calls that fail. @defaultValue none */
  readonly failures?: readonly ToolFailure[]
  /** A call that goes on until it is stopped. @defaultValue the first example */
  readonly slow?: Pick<ToolExample, 'input' | 'files'>
  /** Longest time from being told to stop to its end. @defaultValue 2,000 */
  readonly abortWithinMs?: number
  /** Most characters of an answer as JSON. @defaultValue 8,388,608, the most that reaches a host */
  readonly outputLengthMax?: number
  /** Adds to the workspace what text files cannot say: a repository, a link. */
  readonly prepare?: (workspace: string) => Promise<void> | void
}
