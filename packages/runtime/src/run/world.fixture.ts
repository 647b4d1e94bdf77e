import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Journal,
  RunConfigSchema,
  type AnyManager,
  type AnyWorker,
  type DurableFact,
  type Fact,
  type Planner,
  type RunConfig,
} from '@bosun/core'
import { audit } from '@bosun/invariants'
import { fanOut, task } from '@bosun/managers'
import { declareTool, definePlugin, defineTool, defineWorker } from '@bosun/sdk'
import { ContainerModule, type Container } from 'inversify'
import { filter, firstValueFrom } from 'rxjs'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RunHandle } from './run-handle.ts'
import type { RunOutcome } from './run-loop.ts'
import { Bosun } from '../wiring/bosun.ts'
import { createContainer } from '../wiring/create-container.ts'
import { embedded, type EmbeddedOptions } from '../wiring/embedded.ts'
import { plugins } from '../wiring/plugins.ts'

export interface WorldOptions extends Partial<EmbeddedOptions> {
  readonly workers?: readonly AnyWorker[]
  readonly managers?: readonly AnyManager[]
  /** Modules after those of the embedded world. */
  readonly modules?: readonly ContainerModule[]
}

/** The embedded world of one process, in a folder that is gone after the test. */
export async function world(
  options: WorldOptions = {},
): Promise<{ container: Container; bosun: Bosun; folder: string }> {
  const { workers = [echo], managers = [], modules = [], ...rest } = options
  const folder = rest.folder ?? temporaryFolder()
  const container = await createContainer(
    embedded({ folder, stateDir: join(folder, '.bosun'), journal: 'memory', killAfterMs: 20, ...rest }),
    plugins(definePlugin({ name: 'workers-of-the-test', workers, managers, tools: [writeHandler] })),
    ...modules,
  )
  const bosun = container.get(Bosun)
  onTestFinished(() => bosun.close())
  return { container, bosun, folder }
}

/** A new folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Binds one contract to a value, as a module that is loaded later. */
export function rebound<T>(contract: Parameters<Container['get']>[0], value: T): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(contract).toConstantValue(value as never)
  })
}

/** Writes a file into the staging folder of the attempt. */
export const write = declareTool({
  name: 'test.write',
  summary: 'Writes a file.',
  access: 'write',
  input: z.object({ path: z.string(), text: z.string() }),
  output: z.null(),
  paths: ({ path }) => [path],
})
const writeHandler = defineTool(write, ({ path, text }, { staging }) => {
  mkdirSync(dirname(join(staging, path)), { recursive: true })
  writeFileSync(join(staging, path), text)
  return null
})

/** Returns its body. */
export const echo = defineWorker({
  name: 'echo',
  handles: 'echo',
  summary: 'Returns what it is given.',
  body: z.json(),
  result: z.json(),
  run: ({ body }) => body,
})

/** One `echo` task per number below the goal, their results in a list. */
export const echoes = fanOut<number>({
  name: 'echoes',
  start: (count) => Array.from({ length: count }, (_, index) => task('echo', index, { id: `e${index}` })),
})

/** The configuration of a test: no waits that a test would have to sit out. */
export function config(change: Parameters<typeof RunConfigSchema.parse>[0] = {}): RunConfig {
  return RunConfigSchema.parse({ retry: { backoffMs: 0 }, ...(change as object) })
}

/** What the journal holds of a run. */
export async function stored(journal: Journal, run: string): Promise<DurableFact[]> {
  const facts: DurableFact[] = []
  for await (const batch of journal.read(run)) facts.push(...batch)
  return facts
}

/** The facts of one type. */
export function of<T extends Fact['type']>(facts: readonly Fact[], type: T): Extract<Fact, { type: T }>[] {
  return facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type)
}

/** Fails the test unless all invariants hold in a log. */
export function expectClean(facts: readonly Fact[]): void {
  const { violations } = audit(facts)
  expect(violations).toEqual([])
}

/** Waits for the first fact of a type that comes from now on. */
export function untilFact<T extends Fact['type']>(
  handle: RunHandle,
  type: T,
  matches: (fact: Extract<Fact, { type: T }>) => boolean = () => true,
): Promise<Extract<Fact, { type: T }>> {
  return firstValueFrom(
    handle.facts$.pipe(
      filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type),
      filter(matches),
    ),
  )
}

/** Waits until a run has ended, and for its facts. */
export async function ended(
  handle: RunHandle,
  journal: Journal,
): Promise<{ end: RunOutcome['end']; facts: DurableFact[] }> {
  const { end } = await handle.outcome
  return { end, facts: await stored(journal, handle.run) }
}

/** One pass of the event loop: what was handed over before has been taken in. */
export function pass(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A door that a worker of the test waits at. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { open: resolve, opened: promise }
}

/** A planner that answers with a list of tasks. */
export function plannerOf(tasks: readonly object[]): Planner {
  return { name: 'fixed', plan: () => ({ tasks: tasks as never }) }
}
