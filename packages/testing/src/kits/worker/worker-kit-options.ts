import type { Json, WorkerExample } from '@bosun/core'
import type { PluginUse } from '@bosun/runtime'
import type { CheckSpecOptions } from '../../declare-check.ts'

/** What a worker's kit is told besides the worker. */
export interface WorkerKitOptions {
  /**
   * The plugin that brings it, as a config names it; relative to the spec.
   * @defaultValue the package around the spec if that is a plugin, else the module beside the spec
   */
  readonly plugin?: string | PluginUse
  /** Plugins that bring the tools it calls. @defaultValue the file tools, if it calls any */
  readonly plugins?: readonly (string | PluginUse)[]
  /** Longest time from being told to stop to its end. @defaultValue 2,000 */
  readonly abortWithinMs?: number
  /** Longest time without progress, from its start to its end. @defaultValue 10,000 */
  readonly progressWithinMs?: number
  /** Longest time from its end until nothing holds its process open. @defaultValue 1,000 */
  readonly drainWithinMs?: number
  /** Adds to the workspace of an example what text files cannot say: a repository, a link. */
  readonly prepare?: (workspace: string, example: WorkerExample) => Promise<void> | void
  /** What of a result has to be the same every time. @defaultValue all of it */
  readonly comparable?: (result: Json) => unknown
  /** The campaign of the harness, with 25 schedules unless it says otherwise; `false` for none, as for a worker with a model. */
  readonly check?: CheckSpecOptions | false
}
