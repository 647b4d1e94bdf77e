import { hostedWorkers, type Executor, type HostedWorkers, type LocatedWorker } from '@bosun/runtime'
import { ObservedExecutor } from './observed-executor.ts'
import { loadTrial, workerOf, type LoadedTrial, type TrialSpec } from './trial-spec.ts'

/** A worker whose attempts in hosts are observed. */
export interface KitWorker extends LoadedTrial {
  readonly worker: LocatedWorker
  readonly hosted: HostedWorkers
  readonly executor: ObservedExecutor
}

/** The hosts of one plugin, for the kits of all of its workers in a spec file. */
export class KitHosts {
  static readonly #shared = new Map<string, KitHosts>()

  /** Those of a plugin; each claim is released once, and the last release closes them. */
  static claim(plugin: string): KitHosts {
    const found = KitHosts.#shared.get(plugin) ?? new KitHosts()
    KitHosts.#shared.set(plugin, found)
    found.#claims += 1
    return found
  }

  #claims = 0
  #loaded: Promise<LoadedTrial> | undefined
  #pool: HostedWorkers | undefined
  /** Process groups by the host's id. */
  readonly #groups = new Map<string, number>()

  private constructor() {}

  /** @throws WORKER_UNKNOWN, and what loading a plugin throws */
  async worker(name: string, spec: TrialSpec): Promise<KitWorker> {
    const loaded = await (this.#loaded ??= loadTrial(spec))
    const { found, config } = loaded
    const worker = workerOf(loaded, name)
    const pool = (this.#pool ??= this.#open(loaded))
    const registered = pool.workers.get(name)
    const executor = new ObservedExecutor(registered?.executor as Executor)
    const workers = new Map([[name, { entry: worker.entry, tools: worker.tools, executor }]])
    // The hosts outlive each run.
    return { worker, found, config, executor, hosted: { ...pool, workers, close: () => Promise.resolve() } }
  }

  /** Kills a host with all that is in it. */
  kill(host: string): void {
    const group = this.#groups.get(host)
    if (group !== undefined) process.kill(-group, 'SIGKILL')
  }

  async release(): Promise<void> {
    this.#claims -= 1
    if (this.#claims === 0) await this.#pool?.close()
  }

  #open({ found, config }: LoadedTrial): HostedWorkers {
    const pool = hostedWorkers(found, config)
    pool.onHostStarted(({ host, group }) => this.#groups.set(host, group))
    return pool
  }
}
