/** What can be made anew. */
export const KINDS = ['worker', 'tool', 'planner', 'manager', 'strategy', 'plugin'] as const
export type Kind = (typeof KINDS)[number]

/** Texts of files by path, with `/`, relative to wherever they are written. */
export type Files = Readonly<Record<string, string>>

export interface TemplateOptions {
  /**
   * The task type that a worker does, or that a planner or manager asks for.
   * @defaultValue the name with `_` for a worker, what `@bosun/worker-pages` does for the others
   */
  readonly taskType?: string
  /** Alias of the model that a worker asks. @defaultValue it asks none */
  readonly model?: string
}

/** What a kind is made of, before it is known where it will lie. */
export interface Template {
  /** One sentence about it, for people. */
  readonly summary: string
  /** Its sources, with a spec, relative to the folder of the plugin. */
  readonly sources: Files
  /** What its sources import of Bosun. */
  readonly imports: readonly ('@bosun/sdk' | '@bosun/managers' | 'bosun')[]
  /** Whether it runs in the process of the run, which only a trusted plugin may. */
  readonly isTrusted: boolean
  /** What a config has to say, besides listing it, for it to be used. */
  readonly use: ConfigSource
  /** A project to run it in: the rest of its config, plugins to list beside it, and files. */
  readonly project: { readonly config: ConfigSource; readonly plugins?: readonly string[]; readonly files: Files }
}

/** Values of a config as source text, by key; some with a comment. */
export type ConfigSource = Readonly<Record<string, string | readonly [value: string, comment: string]>>
