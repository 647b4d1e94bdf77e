import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BosunError, RunConfigSchema, type Json, type RunConfig } from '@bosun/core'
import { loadPlugins, type LoadedPlugins, type LocatedWorker, type PluginUse } from '@bosun/runtime'

/** An example that takes longer is none. */
const ATTEMPT_MS_MAX = 15_000

/** The plugins of a trial: plain data, so that another process can be told. */
export interface TrialSpec {
  /** The plugin that brings the worker, by its absolute path or its name. */
  readonly subject: PluginUse
  /** Plugins that bring its tools; trusted. */
  readonly tools: readonly PluginUse[]
  readonly isolation: RunConfig['isolation']
  readonly killAfterMs: number
}

/** What was loaded. */
export interface LoadedTrial {
  readonly found: LoadedPlugins
  readonly config: RunConfig
}

/** Loads the plugins as a project does. @throws what loading a plugin throws */
export async function loadTrial(spec: TrialSpec): Promise<LoadedTrial> {
  const { subject, tools, isolation, killAfterMs } = spec
  const folder = tmpdir()
  const config = RunConfigSchema.parse({
    isolation,
    limits: { slotsMax: 2, timeoutMs: ATTEMPT_MS_MAX },
    // One attempt more: where a host dies, another has to be tried, and soon.
    retry: { retriesMax: 1, backoffMs: 1, backoffMaxMs: 1 },
    lease: { killAfterMs, heartbeatMs: 500 },
  })
  const plugins = [isolation === 'inline' ? trusted(subject) : subject, ...tools.map(trusted)]
  const loaded = {
    folder,
    path: join(folder, 'bosun.config.ts'),
    file: 'the kit',
    config: { plugins, manager: 'fanOut' },
  }
  return { found: await loadPlugins(loaded, [], config, 'trial'), config }
}

/** The worker of a name. @throws WORKER_UNKNOWN */
export function workerOf({ found }: LoadedTrial, name: string): LocatedWorker {
  const worker = found.workers.find(({ entry }) => entry.name === name)
  if (worker !== undefined) return worker
  throw new BosunError('WORKER_UNKNOWN', {
    at: name,
    received: found.workers.map(({ entry }) => entry.name).join(', ') || 'a plugin without workers',
    fix: 'Name the plugin that brings it: describeWorker(worker, { plugin: … }).',
  })
}

/** One example of the worker, as its plugin describes it. */
export type TrialExample = LocatedWorker['examples'][number]

/** What the example of a worker gives where it can be told by a process to another. */
export interface TrialOutput {
  readonly result?: Json
  readonly error?: string
  readonly files: readonly { readonly path: string; readonly hash: string; readonly deleted?: boolean }[]
}

function trusted(use: PluginUse): PluginUse {
  return { ...use, trusted: true }
}
