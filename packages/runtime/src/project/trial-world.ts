import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AnyWorker, ModelRegistry, RunConfig } from '@bosun/core'
import { definePlugin, type Plugin } from '@bosun/sdk'
import { InlineExecutor } from '../hosts/inline-executor.ts'
import { SystemClock } from '../run/system-clock.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { canonicalPath } from '../tools/canonical-path.ts'
import { Bosun } from '../wiring/bosun.ts'
import { createContainer } from '../wiring/create-container.ts'
import { embedded, type HostedWorkers } from '../wiring/embedded.ts'
import { plugins } from '../wiring/plugins.ts'
import type { LoadedPlugins, LocatedWorker } from './load-plugins.ts'
import { giver } from './trial-example.ts'

/** A worker, the plugins that were loaded with it, and where both work. */
export interface TrialWorld {
  readonly worker: LocatedWorker
  readonly found: LoadedPlugins
  readonly config: RunConfig
  readonly models: ModelRegistry
  /** Absolute; state and staging lie in it. */
  readonly root: string
  /** Absolute; what the worker reads, and its outputs are published to. */
  readonly workspace: string
  /** Where the worker runs. Absent: in this process. */
  readonly hosted?: HostedWorkers
  readonly redactor?: Redactor | undefined
}

/** A whole embedded world around one worker, for a run of one of its examples. It keeps nothing. */
export async function openTrial(world: TrialWorld): Promise<Bosun> {
  const { config, root, workspace, models, hosted, redactor } = world
  const { killAfterMs, heartbeatMs } = config.lease
  const container = await createContainer(
    embedded({
      folder: root,
      workspace,
      stateDir: join(root, 'state'),
      journal: 'memory',
      killAfterMs,
      heartbeatMs,
      models,
      ...(redactor === undefined ? {} : { redactor }),
      ...(hosted === undefined ? {} : { hosted: withGiver(hosted) }),
    }),
    plugins(partsOf(world)),
  )
  return container.get(Bosun)
}

/** Writes the files of an example. The folder is new and this process's own, so there is no link in it to follow. */
export function layOut(workspace: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(workspace)
  for (const [path, text] of Object.entries(files)) {
    const place = join(workspace, canonicalPath(path))
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, text)
  }
}

// ---------------------------------------------------------------------------------------------

/** The tools of all plugins, and where workers run in this process, the one that is tried. */
function partsOf({ worker, found, hosted }: TrialWorld): Plugin {
  const tools = found.trusted.flatMap((plugin) => plugin.tools)
  if (hosted !== undefined) return definePlugin({ name: 'trial', tools })
  const home = found.trusted.find((plugin) => plugin.workers.some(({ entry }) => entry.name === worker.entry.name))
  const code = home?.workers.find(({ entry }) => entry.name === worker.entry.name) as AnyWorker
  return definePlugin({ name: 'trial', tools, workers: [code, giver], modules: home?.modules ?? [] })
}

function withGiver(hosted: HostedWorkers): HostedWorkers {
  const executor = new InlineExecutor({ workers: new Map([[giver.entry.name, giver]]), clock: new SystemClock() })
  const { entry, tools } = giver
  return {
    ...hosted,
    workers: new Map([...hosted.workers, [entry.name, { entry, tools, executor }]]),
    async close() {
      await Promise.all([hosted.close(), executor.close()])
    },
  }
}
