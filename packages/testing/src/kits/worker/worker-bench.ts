import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AnyWorker, Json, Task } from '@bosun/core'
import { BosunError } from '@bosun/core'
import { hostedWorkers, layOut, type HostedWorkers, type HostRecord } from '@bosun/runtime'
import { differingPaths, folderDigest } from './folder-digest.ts'
import { locatedUse } from './located-use.ts'
import type { Disturbance, ObservedAttempt } from './observed-attempt.ts'
import { ObservedExecutor } from './observed-executor.ts'
import { pluginOfSpec } from './plugin-of-spec.ts'
import { runInline, type InlineEnd } from './run-inline.ts'
import { runTrial, type TrialRun } from './run-trial.ts'
import { loadTrial, type LoadedTrial, type TrialExample, type TrialSpec } from './trial-spec.ts'
import type { WorkerKitOptions } from './worker-kit-options.ts'

const FILE_TOOLS = '@bosun/tools-files'

/** One run of an example in hosts, with all that was seen of it. */
export interface ObservedRun extends TrialRun {
  /** The attempts of the worker, in order. */
  readonly attempts: readonly ObservedAttempt[]
  /** Paths of the workspace that are otherwise than before. */
  readonly changedPaths: readonly string[]
}

/** What a disturbance can do. */
export interface BenchHands {
  /** Cancels the run. */
  cancel(): void
  /** Kills the host of an attempt with all that is in it. */
  kill(attempt: ObservedAttempt): void
}

/** A worker with a host of its own, in which its examples are run again and again. */
export class WorkerBench {
  readonly #spec: TrialSpec
  readonly #options: WorkerKitOptions
  readonly #trial: LoadedTrial
  readonly #pool: HostedWorkers
  readonly #hosted: HostedWorkers
  readonly #executor: ObservedExecutor
  readonly #hosts = new Map<string, HostRecord>()

  private constructor(spec: TrialSpec, options: WorkerKitOptions, trial: LoadedTrial) {
    this.#spec = spec
    this.#options = options
    this.#trial = trial
    this.#pool = hostedWorkers({ workers: [trial.worker] }, trial.config)
    this.#pool.onHostStarted((host) => this.#hosts.set(host.host, host))
    const { entry } = trial.worker
    const [registered] = this.#pool.workers.values()
    if (registered === undefined) throw new BosunError('WORKER_UNKNOWN', { at: entry.name })
    this.#executor = new ObservedExecutor(registered.executor)
    this.#hosted = {
      ...this.#pool,
      workers: new Map([[entry.name, { ...registered, executor: this.#executor }]]),
      // The hosts outlive each run.
      close: () => Promise.resolve(),
    }
  }

  /** @param specFile absolute path of the spec that asks */
  static async open(worker: AnyWorker, options: WorkerKitOptions, specFile: string): Promise<WorkerBench> {
    const subject = options.plugin ?? pluginOfSpec(specFile)
    if (subject === undefined) {
      throw new BosunError('PLUGIN_NOT_FOUND', {
        at: specFile,
        expected: 'a plugin around the spec, or a module beside it',
        fix: "Name what brings the worker: describeWorker(worker, { plugin: './workers.ts' }).",
      })
    }
    const usesFiles = worker.entry.tools.some((rule: string) => rule.startsWith('files.'))
    const spec: TrialSpec = {
      worker: worker.entry.name,
      subject: locatedUse(subject, dirname(specFile)),
      tools: (options.plugins ?? (usesFiles ? [FILE_TOOLS] : [])).map((use) => locatedUse(use, dirname(specFile))),
      isolation: 'process',
      killAfterMs: options.abortWithinMs ?? 2_000,
    }
    return new WorkerBench(spec, options, await loadTrial(spec))
  }

  example(index: number): TrialExample {
    const example = this.#trial.worker.examples[index]
    if (example !== undefined) return example
    throw new BosunError('WORKER_UNKNOWN', { at: `example ${index + 1} of ${this.#spec.worker}` })
  }

  /** Runs an example in a host, disturbed if so wished. Attempts that go on are waited for. */
  async run(index: number, disturb?: (hands: BenchHands) => Disturbance): Promise<ObservedRun> {
    return this.#inFolders(index, async ({ root, workspace }) => {
      const before = folderDigest(workspace)
      let cancel = () => {}
      const kill = (attempt: ObservedAttempt) => this.#kill(attempt.host)
      this.#executor.observe(disturb?.({ cancel: () => cancel(), kill }))
      const world = { ...this.#trial, root, workspace, hosted: this.#hosted }
      const run = await runTrial(world, this.example(index), (handle) => {
        cancel = () => void handle.cancel('the kit stops it')
      })
      const { attempts } = this.#executor
      await Promise.all(attempts.map(({ ended }) => ended))
      return { ...run, attempts, changedPaths: differingPaths(before, folderDigest(workspace)) }
    })
  }

  /** Runs an example without a host, in a process that ends by itself when nothing is left open. */
  runInline(index: number): Promise<InlineEnd> {
    return this.#inFolders(index, ({ root, workspace }) =>
      runInline({
        spec: { ...this.#spec, isolation: 'inline' },
        example: this.example(index),
        root,
        workspace,
        drainWithinMs: this.#options.drainWithinMs ?? 1_000,
      }),
    )
  }

  /** What a host of the worker says of bodies, before anything is assigned. */
  async errorsOf(bodies: readonly Json[]): Promise<readonly (string | undefined)[]> {
    const type = this.#trial.worker.entry.handles
    const tasks: Task[] = bodies.map((body, index) => ({ id: `bad-${index}`, type, body }))
    return (await this.#pool.door.prepare(tasks)).map(({ error }) => error?.code)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  // Private

  #kill(host: string): void {
    const record = this.#hosts.get(host)
    if (record !== undefined) process.kill(-record.group, 'SIGKILL')
  }

  async #inFolders<T>(
    index: number,
    work: (folders: { readonly root: string; readonly workspace: string }) => Promise<T>,
  ): Promise<T> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'bosun-kit-')))
    try {
      const workspace = join(root, 'workspace')
      const example = this.example(index)
      layOut(workspace, example.files ?? {})
      await this.#options.prepare?.(workspace, example as never)
      return await work({ root, workspace })
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  }
}
