import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BosunError, RunConfigSchema, type Fact, type Json } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { Bosun, createContainer, embedded, layOut, plugins, type RunHandle } from '@bosun/runtime'
import { definePlugin, defineWorker, type AnyToolHandler } from '@bosun/sdk'
import { z } from 'zod'
import { differingPaths, folderDigest } from '../folder-digest.ts'
import type { ToolKitOptions } from './tool-kit-options.ts'

/** Calls of a tool, one after the other, through the gateway of a real run. */
export interface ToolCalls {
  readonly inputs: readonly Json[]
  readonly files?: Readonly<Record<string, string>> | undefined
  readonly specifier?: string | undefined
  /** Rules of the run's policy that deny. */
  readonly deny?: readonly string[]
  readonly prepare?: ToolKitOptions['prepare']
  /** Cancels the run as soon as the code of the tool is at work. */
  readonly stops?: boolean
  readonly killAfterMs?: number
}

/** What a call came to: an answer, or the code of an error. */
export interface ToolAnswer {
  readonly output?: Json
  readonly code?: string
}

/** What came of the calls. */
export interface ToolCallsEnd {
  readonly answers: readonly ToolAnswer[]
  readonly facts: readonly Fact[]
  /** How often the code of the tool was reached. */
  readonly handledCount: number
  /** Whether the code of the tool still goes on. */
  readonly isRunning: boolean
  /** Paths of the workspace that the code of the tool itself has changed, before anything was published. */
  readonly changedPaths: readonly string[]
  /** Files that were published. */
  readonly published: readonly string[]
}

/** Makes calls as a worker of a real run makes them. */
export async function runTool(handler: AnyToolHandler, call: ToolCalls): Promise<ToolCallsEnd> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'bosun-kit-')))
  try {
    const workspace = join(root, 'workspace')
    layOut(workspace, call.files ?? {})
    await call.prepare?.(workspace)
    return await callIn(root, workspace, handler, call)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

async function callIn(
  root: string,
  workspace: string,
  handler: AnyToolHandler,
  call: ToolCalls,
): Promise<ToolCallsEnd> {
  const { killAfterMs = 2_000, deny = [] } = call
  const watched = new WatchedTool(handler, workspace)
  const answers: ToolAnswer[] = []
  const facts: Fact[] = []
  {
    const container = await createContainer(
      embedded({ folder: root, workspace, stateDir: join(root, 'state'), journal: 'memory', killAfterMs }),
      plugins(definePlugin({ name: 'kit', tools: [watched.handler], workers: [callerOf(handler, call, answers)] })),
    )
    await using bosun = container.get(Bosun)
    const config = RunConfigSchema.parse({ isolation: 'inline', retry: { retriesMax: 0 }, policy: { deny } })
    const manager = fanOut({ name: 'kit', start: () => [task('call', null, { id: 'call' })] })
    const run: RunHandle = await bosun.run(manager as never, null, { config })
    run.facts$.subscribe((fact) => facts.push(fact))
    if (call.stops === true) watched.onHandled(() => void run.cancel('the kit stops it'))
    await run.outcome
    await watched.ended(killAfterMs)
  }
  const published = facts.flatMap((fact) => (fact.type === 'outputs.published' ? fact.files : []))
  const { handledCount, changedPaths, isRunning } = watched
  return {
    answers,
    facts,
    handledCount,
    changedPaths,
    isRunning,
    published: published.map(({ path }) => path),
  }
}

/** A worker that makes the calls and says what came of them. */
function callerOf({ declaration }: AnyToolHandler, call: ToolCalls, answers: ToolAnswer[]) {
  const { name: tool, access } = declaration
  const use = call.specifier === undefined ? { tool, access } : { tool, access, specifier: call.specifier }
  return defineWorker({
    name: 'caller',
    summary: 'Calls a tool.',
    handles: 'call',
    body: z.null(),
    result: z.null(),
    effects: 'none',
    tools: { it: use },
    async run(_, { tools }) {
      const make = tools.it as unknown as (input: Json) => Promise<Json>
      for (const input of call.inputs) {
        // oxlint-disable-next-line no-await-in-loop
        answers.push(await answerOf(make(input)))
      }
      return null
    },
  })
}

async function answerOf(call: Promise<Json>): Promise<ToolAnswer> {
  try {
    return { output: await call }
  } catch (error) {
    return { code: BosunError.is(error) ? error.code : `no code: ${String(error)}` }
  }
}

/** A tool whose code is watched. */
class WatchedTool {
  readonly handler: AnyToolHandler
  readonly #workspace: string
  readonly #before: ReadonlyMap<string, string>
  readonly #work = new Set<Promise<unknown>>()
  #onHandled = () => {}
  #endedCount = 0
  handledCount = 0
  changedPaths: readonly string[] = []

  constructor(handler: AnyToolHandler, workspace: string) {
    this.#workspace = workspace
    this.#before = folderDigest(workspace)
    this.handler = {
      ...handler,
      declaration: handler.declaration,
      kind: 'tool',
      handle: (input, io) => {
        this.handledCount += 1
        const work = Promise.try(() => handler.handle(input as never, io))
        this.#work.add(
          work.then(
            () => this.#settled(),
            () => this.#settled(),
          ),
        )
        this.#onHandled()
        return work
      },
    }
  }

  get isRunning(): boolean {
    return this.#endedCount < this.handledCount
  }

  onHandled(take: () => void): void {
    this.#onHandled = take
  }

  /** Waits for the tool's code, no longer than it may take. */
  async ended(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, withinMs)
    await Promise.race([Promise.all(this.#work), promise])
    clearTimeout(timer)
  }

  #settled(): void {
    this.#endedCount += 1
    if (existsSync(this.#workspace)) this.changedPaths = differingPaths(this.#before, folderDigest(this.#workspace))
  }
}
