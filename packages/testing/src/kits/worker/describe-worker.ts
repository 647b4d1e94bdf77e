// oxlint-disable vitest/valid-title, vitest/expect-expect -- it declares the tests of others
import type { AnyWorker, WorkerEntry } from '@bosun/core'
import { afterAll, describe, it } from 'vitest'
import { checkWorker } from '../../check.ts'
import type { KitPromise } from '../kit-promise.ts'
import { KitHosts } from './kit-hosts.ts'
import { promisesOfExample, promisesOfWorker, type WorkerUnderProof } from './worker-promises.ts'
import { hostsKey, WorkerBench, type ObservedRun } from './worker-bench.ts'
import type { WorkerKitOptions } from './worker-kit-options.ts'

/** Hosts start in it. What has a limit of its own measures that. */
const TIMEOUT_MS = 60_000
const SCHEDULES = 25

/**
 * Declares the tests of a worker, a whole test file: its examples are run in real hosts and without,
 * stopped at several moments, repeated, and lost with their host; then come some schedules of the
 * harness. One test for each promise.
 *
 * The host needs to find the worker as a project would: by default in the package around the spec, or
 * in the module beside it.
 *
 * @example
 * import { describeWorker } from 'bosun/testing'
 * import { pageWriter } from './page-writer.ts'
 *
 * describeWorker(pageWriter)
 * @example
 * describeWorker(commandRunner(options), {
 *   plugin: { use: '@bosun/worker-command', options },
 *   plugins: ['@bosun/tools-command'],
 *   abortWithinMs: 3_000,
 * })
 */
export function describeWorker(worker: AnyWorker, options: WorkerKitOptions = {}): void {
  const { entry, examples } = worker
  if (examples.length === 0) declareWithoutExample(entry)
  else declareExamples(worker, options)
  const { check = {} } = options
  // In the simulated world no model answers to real code.
  if (check !== false && entry.model === undefined) checkWorker(worker, { schedules: SCHEDULES, ...check })
}

// ---------------------------------------------------------------------------------------------

function declareWithoutExample({ name, model }: WorkerEntry): void {
  it(`${name} has an example`, () => {
    throw new Error(
      `${name} has no example, so nothing of it can be shown. Write one into its definition: ` +
        `examples: [{ body: …${model === undefined ? '' : ", model: ['what the model answers']"} }].`,
    )
  })
}

function declareExamples(worker: AnyWorker, options: WorkerKitOptions): void {
  const { entry, examples } = worker
  describe(`${entry.name} keeps the promises of a worker`, () => {
    let bench: Promise<WorkerBench> | undefined
    const hosts = KitHosts.claim(hostsKey(worker, options))
    const open = (specFile: string) => (bench ??= WorkerBench.open(worker, options, hosts, specFile))
    afterAll(() => hosts.release())
    for (const [index, { name }] of examples.entries()) {
      const title = name === undefined ? `example ${index + 1}` : `example ${index + 1}, ${name}`
      const promises = [...promisesOfExample(entry), ...(index === 0 ? promisesOfWorker(entry) : [])]
      describe(title, () => {
        declareExample(promises, { worker, index, options }, open)
      })
    }
  })
}

function declareExample(
  promises: readonly KitPromise<WorkerUnderProof>[],
  about: Pick<WorkerUnderProof, 'worker' | 'index' | 'options'>,
  open: (specFile: string) => Promise<WorkerBench>,
): void {
  let undisturbed: Promise<ObservedRun> | undefined
  for (const { title, prove } of promises) {
    it(
      title,
      async ({ task }) => {
        const bench = await open(task.file.filepath)
        await prove({ ...about, bench, undisturbed: () => (undisturbed ??= bench.run(about.index)) })
      },
      TIMEOUT_MS,
    )
  }
}
