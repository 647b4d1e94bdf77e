import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { BosunError, type AnyWorker, type Json, type Task } from '@bosun/core'
import { layOut, type PluginUse } from '@bosun/runtime'
import { differingPaths, folderDigest } from '../folder-digest.ts'
import type { KitHosts, KitWorker } from './kit-hosts.ts'
import { locatedUse } from './located-use.ts'
import type { Disturbance, ObservedAttempt } from './observed-attempt.ts'
import { pluginOfSpec } from './plugin-of-spec.ts'
import { runInline, type InlineEnd } from './run-inline.ts'
import { runTrial, type TrialRun } from './run-trial.ts'
import type { TrialExample, TrialSpec } from './trial-spec.ts'
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

/** A worker in hosts, in which its examples are run again and again. */
export class WorkerBench {
  readonly #spec: TrialSpec
  readonly #options: WorkerKitOptions
  readonly #hosts: KitHosts
  readonly #trial: KitWorker

  private constructor(spec: TrialSpec, options: WorkerKitOptions, hosts: KitHosts, trial: KitWorker) {
    this.#spec = spec
    this.#options = options
    this.#hosts = hosts
    this.#trial = trial
  }

  /** @param specFile absolute path of the spec that asks */
  static async open(
    worker: AnyWorker,
    options: WorkerKitOptions,
    hosts: KitHosts,
    specFile: string,
  ): Promise<WorkerBench> {
    const subject = options.plugin ?? pluginOfSpec(specFile)
    if (subject === undefined) {
      throw new BosunError('PLUGIN_NOT_FOUND', {
        at: specFile,
        expected: 'a plugin around the spec, or a module beside it',
        fix: "Name what brings the worker: describeWorker(worker, { plugin: './workers.ts' }).",
      })
    }
    const spec: TrialSpec = {
      subject: locatedUse(subject, dirname(specFile)),
      tools: toolsOf(worker, options).map((use) => locatedUse(use, dirname(specFile))),
      isolation: 'process',
      killAfterMs: options.abortWithinMs ?? 2_000,
    }
    return new WorkerBench(spec, options, hosts, await hosts.worker(worker.entry.name, spec))
  }

  example(index: number): TrialExample {
    const example = this.#trial.worker.examples[index]
    if (example !== undefined) return example
    throw new BosunError('WORKER_UNKNOWN', { at: `example ${index + 1} of ${this.#trial.worker.entry.name}` })
  }

  /** Runs an example in a host, disturbed if so wished. Attempts that go on are waited for. */
  async run(index: number, disturb?: (hands: BenchHands) => Disturbance): Promise<ObservedRun> {
    return this.#inFolders(index, async ({ root, workspace }) => {
      const { executor } = this.#trial
      const before = folderDigest(workspace)
      let cancel: (() => void) | undefined
      const kill = ({ host }: ObservedAttempt) => this.#hosts.kill(host)
      executor.observe(disturb?.({ cancel: () => cancel?.(), kill }))
      const world = { ...this.#trial, root, workspace }
      const run = await runTrial(world, this.example(index), (handle) => {
        cancel = () => void handle.cancel('the kit stops it')
      })
      const { attempts } = executor
      await Promise.all(attempts.map(({ ended }) => ended))
      return { ...run, attempts, changedPaths: differingPaths(before, folderDigest(workspace)) }
    })
  }

  /** Runs an example without a host, in a process that ends by itself when nothing is left open. */
  runInline(index: number): Promise<InlineEnd> {
    return this.#inFolders(index, ({ root, workspace }) =>
      runInline({
        spec: { ...this.#spec, isolation: 'inline' },
        worker: this.#trial.worker.entry.name,
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
    return (await this.#trial.hosted.door.prepare(tasks)).map(({ error }) => error?.code)
  }

  // Private

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

/** What workers have in common that share hosts. */
export function hostsKey(worker: AnyWorker, options: WorkerKitOptions): string {
  return JSON.stringify([options.plugin, toolsOf(worker, options), options.abortWithinMs])
}

function toolsOf(worker: AnyWorker, { plugins }: WorkerKitOptions): readonly (string | PluginUse)[] {
  const usesFiles = worker.entry.tools.some((rule: string) => rule.startsWith('files.'))
  return plugins ?? (usesFiles ? [FILE_TOOLS] : [])
}
