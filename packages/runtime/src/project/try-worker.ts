import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  type ErrorRecord,
  type Fact,
  type Json,
  type ModelRegistry,
  type ScriptedAnswer,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import { fanOut } from '@bosun/managers'
import type { Plugin } from '@bosun/sdk'
import type { OnOutput } from '../hosts/host-process.ts'
import { scriptedModels, type ScriptedModels } from '../models/scripted-models.ts'
import { checkRules, toolHandlers } from '../tools/check-rules.ts'
import { findWorker, type FoundWorker } from './find-worker.ts'
import { hostedWorkers } from './hosted-workers.ts'
import type { LocatedWorker } from './load-plugins.ts'
import { exampleOf, tasksOf, type TrialExample } from './trial-example.ts'
import { layOut, openTrial } from './trial-world.ts'

/** How much of a file is shown. */
const HEAD_BYTES_MAX = 2_000

export interface TrialOptions {
  /** Absolute; where specifiers and the project are looked for. */
  readonly folder: string
  /** Path of a module, name of a worker of the project in `folder`, or specifier of a plugin. */
  readonly worker: string
  /** Which worker of a plugin that brings several. @defaultValue the only one */
  readonly named?: string
  /** Which example, from 1. @defaultValue the first */
  readonly example?: number
  /** In place of the example's body. @defaultValue the example's */
  readonly body?: Json
  /** A model that is really asked. @defaultValue the example's script */
  readonly model?: string
  /** Permits what a rule of `policy.ask` holds. @defaultValue false: it is denied, since nobody is asked */
  readonly approve?: boolean
  /** In this process, which its code is trusted with. @defaultValue false: in a host */
  readonly inline?: boolean
  /** Trusted plugins whose tools need no mention. @defaultValue none */
  readonly builtIn?: readonly Plugin[]
  /** Aborts the trial. @defaultValue never */
  readonly signal?: AbortSignal
  /** What is about to be tried. */
  readonly onReady?: (about: TrialAbout) => void
  /** What happens, as it happens. */
  readonly onFact?: (fact: Fact) => void
  /** What the worker prints, line by line. In this process it prints by itself. */
  readonly onOutput?: (line: string) => void
}

export interface TrialAbout {
  readonly worker: WorkerEntry
  /** Absent: a body without an example. */
  readonly example?: { readonly number: number; readonly count: number; readonly name?: string }
  readonly task: Task
  /** What answers for its model. */
  readonly model?: string
}

export interface TrialFile {
  readonly path: string
  readonly bytes: number
  /** Its beginning; absent when it is no text. */
  readonly head?: string
}

export interface TrialEnd {
  /** Whether it succeeded, and gave the result that the example states. */
  readonly ok: boolean
  readonly result?: Json
  /** What the example states, when that is something else. */
  readonly expected?: Json
  readonly error?: ErrorRecord
  readonly files: readonly TrialFile[]
  readonly removed: readonly string[]
  /** Answers of the script that nobody asked for. */
  readonly unplayedCount: number
  readonly ms: number
}

/**
 * Runs one example of a worker as a run would: one task, in a host, with its tools behind the gateway
 * and its model played from the example's script. Nothing is left behind, and no key is needed.
 *
 * @throws USAGE when there is nothing to try, WORKER_UNKNOWN, and what loading a plugin throws
 * @example
 * const { ok, result } = await tryWorker({ folder: process.cwd(), worker: './page-writer.ts', builtIn })
 */
export async function tryWorker(options: TrialOptions): Promise<TrialEnd> {
  const found = await findWorker(options.worker, {
    folder: options.folder,
    builtIn: options.builtIn ?? [],
    inline: options.inline === true,
    named: options.named,
  })
  checkRules([found.worker.entry], toolHandlers(found.found.trusted.flatMap(({ tools }) => tools)), found.config.policy)
  const example = exampleOf(found.worker, options.example, options.body)
  const { script, models, modelName } = modelsOf(found, example, options.model)
  const tasks = tasksOf(found.worker.entry, example, options.body)
  options.onReady?.(aboutOf(found.worker, example, tasks.trial, modelName))
  const root = await realpath(await mkdtemp(join(tmpdir(), 'bosun-try-')))
  const startedAt = performance.now()
  try {
    const workspace = join(root, 'workspace')
    layOut(workspace, example.files ?? {})
    const facts = await carryOut(found, { root, workspace, models, tasks, options })
    const end = await endOf(facts, tasks.trial.id, workspace)
    const expected = options.body === undefined && options.model === undefined ? example.result : undefined
    const differs = end.result !== undefined && expected !== undefined && !isDeepStrictEqual(end.result, expected)
    return {
      ...end,
      ok: end.error === undefined && !differs,
      ...(differs ? { expected } : {}),
      unplayedCount: script?.unplayed().reduce((sum, { count }) => sum + count, 0) ?? 0,
      ms: Math.round(performance.now() - startedAt),
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

function modelsOf(
  { worker, models }: FoundWorker,
  example: TrialExample,
  asked: string | undefined,
): { readonly models: ModelRegistry; readonly script?: ScriptedModels; readonly modelName?: string } {
  const { model } = worker.entry
  if (asked !== undefined) {
    const real = models.resolve(asked)
    return { models: { resolve: () => real }, modelName: real.name }
  }
  const script = scriptedModels(
    model === undefined ? {} : { [model]: (example.model ?? []) as readonly ScriptedAnswer[] },
  )
  return model === undefined
    ? { models: script }
    : { models: script, script, modelName: `${model}, as the example has it answer` }
}

function aboutOf(
  { entry, examples }: LocatedWorker,
  example: TrialExample,
  trial: Task,
  model: string | undefined,
): TrialAbout {
  const { number, name } = example
  return {
    worker: entry,
    ...(number === 0 ? {} : { example: { number, count: examples.length, ...(name === undefined ? {} : { name }) } }),
    task: trial,
    ...(model === undefined ? {} : { model }),
  }
}

interface Stage {
  readonly root: string
  readonly workspace: string
  readonly models: ModelRegistry
  readonly tasks: { readonly given: readonly Task[]; readonly trial: Task }
  readonly options: TrialOptions
}

async function carryOut(
  found: FoundWorker,
  { root, workspace, models, tasks, options }: Stage,
): Promise<readonly Fact[]> {
  const { config, redactor, worker } = found
  const isInline = config.isolation === 'inline'
  const { signal, onFact, onOutput } = options
  const output = linesFor(onOutput)
  const hosted = isInline
    ? {}
    : { hosted: hostedWorkers({ workers: [worker] }, config, { redactor, onOutput: output.take }) }
  await using bosun = await openTrial({ ...found, root, workspace, models, ...hosted })
  signal?.throwIfAborted()
  const manager = fanOut({ name: 'try', start: () => [...tasks.given, tasks.trial] })
  const run = await bosun.run(manager as never, null, { config })
  const facts: Fact[] = []
  run.facts$.subscribe((fact) => {
    facts.push(fact)
    onFact?.(fact)
    if (fact.type === 'approval.requested') void run.answer(fact.approval, ...answerOf(options))
  })
  const stop = () => void run.cancel('interrupted')
  signal?.addEventListener('abort', stop, { once: true })
  await run.outcome
  signal?.removeEventListener('abort', stop)
  output.end()
  return facts
}

/** Nobody watches the journal of a trial, so a call that waits for a person is answered at once. */
function answerOf({ approve }: TrialOptions): [granted: boolean, reason: string, by: string] {
  return approve === true
    ? [true, 'asked for by --approve', 'bosun try']
    : [false, 'nobody is asked in a trial; --approve permits it', 'bosun try']
}

/** Parts what is printed at its line ends; what is left over at the end is a line as well. */
function linesFor(onLine: ((line: string) => void) | undefined): { readonly take: OnOutput; end(): void } {
  const begun = { stdout: '', stderr: '' }
  return {
    take(_, stream, text) {
      const lines = (begun[stream] + text).split('\n')
      begun[stream] = lines.pop() ?? ''
      for (const line of lines) onLine?.(line)
    },
    end() {
      for (const line of Object.values(begun)) if (line !== '') onLine?.(line)
    },
  }
}

async function endOf(
  facts: readonly Fact[],
  trial: string,
  workspace: string,
): Promise<Pick<TrialEnd, 'result' | 'error' | 'files' | 'removed'>> {
  const own = facts.filter((fact) => 'task' in fact && fact.task === trial)
  const succeeded = own.find((fact) => fact.type === 'task.succeeded') !== undefined
  const result = own.find((fact) => fact.type === 'attempt.succeeded')?.result
  const published = own.flatMap((fact) => (fact.type === 'outputs.published' ? fact.files : []))
  const files: TrialFile[] = []
  for (const { path } of published) {
    // A few files, one after the other.
    // oxlint-disable-next-line no-await-in-loop
    const content = await readFile(join(workspace, path)).catch(() => undefined)
    if (content !== undefined) files.push({ path, bytes: content.length, ...headOf(content) })
  }
  const there = new Set(files.map(({ path }) => path))
  const removed = published.flatMap(({ path }) => (there.has(path) ? [] : [path]))
  if (succeeded && result !== undefined) return { result, files, removed }
  return { error: errorOf(facts, own), files, removed }
}

function headOf(content: Buffer): { readonly head?: string } {
  if (content.includes(0)) return {}
  // A character that the cut divides is left out.
  return { head: new TextDecoder().decode(content.subarray(0, HEAD_BYTES_MAX), { stream: true }) }
}

/** Why there is no result: what the attempt said, or why there was none. */
function errorOf(facts: readonly Fact[], own: readonly Fact[]): ErrorRecord {
  const errors = [...own, ...facts].flatMap((fact) => ('error' in fact && isRecord(fact.error) ? [fact.error] : []))
  return errors[0] ?? { code: 'WORKER_THREW', message: 'The trial was stopped.' }
}

function isRecord(error: unknown): error is ErrorRecord {
  return typeof error === 'object' && error !== null && 'code' in error
}
