import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunEnd, type DurableFact } from '@bosun/core'
import { audit } from '@bosun/invariants'
import { openState } from '@bosun/runtime'
import { bosun, BosunProcess, type PrintedFact } from './bosun-process.ts'

const PLUGIN = join(import.meta.dirname, 'fault-plugin.ts')
/** A chain, so that there are many small writes instead of a few large ones. */
const TASKS = 24
/** What hangs is no stop: it is killed, and counts as a fault. */
export const HANGS_AFTER_S = 120

/** A project whose run is a chain of tasks, every other one with a file that is published. */
export class DiskProject implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<DiskProject> {
    const folder = await mkdtemp(join(tmpdir(), 'bosun-disk-'))
    const config = {
      plugins: [{ use: PLUGIN, trusted: true }],
      // Everything that is written is written by one process, which is the one that is looked at.
      isolation: 'inline',
      manager: 'fanOut',
      planner: 'files',
      retry: { retriesMax: 2, backoffMs: 1 },
    }
    const tasks = Array.from({ length: TASKS }, (_, n) => ({
      id: `t${n}`,
      type: 'add',
      body: n,
      ...(n === 0 ? {} : { dependsOn: [`t${n - 1}`] }),
      ...(n % 2 === 0 ? {} : { outputs: [`out/t${n}.txt`] }),
    }))
    await writeFile(join(folder, 'bosun.config.json'), JSON.stringify(config))
    await writeFile(join(folder, 'plan.json'), JSON.stringify({ tasks }))
    return new DiskProject(folder)
  }

  run(stateDir: string, under: readonly string[]): BosunProcess {
    return new BosunProcess(['run', this.folder, '--json', '--state', stateDir], under)
  }

  /** The files that are published. */
  async published(): Promise<Readonly<Record<string, string>>> {
    const folder = join(this.folder, 'out')
    const names = await readdir(folder).catch(() => [])
    const texts = await Promise.all(names.toSorted().map((name) => readFile(join(folder, name), 'utf8')))
    return Object.fromEntries(names.toSorted().map((name, at) => [name, texts[at] ?? '']))
  }

  /** For the next round. */
  unpublish(): Promise<void> {
    return rm(join(this.folder, 'out'), { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** What came of a run whose disk failed, and of going on with it on one that works. */
export interface DiskRound {
  /** How the run whose disk failed ended. `completed`: it got over it. */
  readonly stop: 'completed' | 'stopped' | 'nothing began'
  readonly acknowledged: number
  readonly faults: readonly string[]
}

/** What a run of the project comes to where no disk fails. */
export interface Whole {
  readonly result: unknown
  readonly published: Readonly<Record<string, string>>
}

/**
 * Judges a run whose disk failed: that its process said so by a code, that all it had acknowledged is
 * there, and that the run goes on to the same end once the disk works again.
 *
 * @param stateDir what the failed disk holds
 */
export async function judgeDiskRound(
  project: DiskProject,
  process: BosunProcess,
  stateDir: string,
  whole: Whole,
): Promise<DiskRound> {
  const { code, signal } = await process.ended
  const faults: string[] = []
  const stored = await storedRun(stateDir).catch((error: unknown) => {
    faults.push(`the folder cannot be opened again: ${String(error)}`)
  })
  faults.push(...unkept(process.facts, stored?.facts ?? []))
  const end = stored?.facts.findLast((fact) => isRunEnd(fact))
  if (!isTypedStop(code, process.errors, stored?.facts ?? [])) {
    faults.push(`it ended with ${code ?? signal}, and said ${process.errors.slice(-400) || 'nothing'}`)
  }
  const said = await goOn(project, stateDir, stored, end?.type)
  if (said !== undefined) faults.push(said)
  faults.push(...(await unlike(project, stateDir, whole)))
  const acknowledged = process.facts.filter(({ seq }) => seq > 0).length
  return { stop: code === 0 ? 'completed' : acknowledged === 0 ? 'nothing began' : 'stopped', acknowledged, faults }
}

/** Runs the project on a disk that works. */
export async function wholeRun(project: DiskProject, stateDir: string): Promise<Whole> {
  const run = await bosun('run', project.folder, '--json', '--state', stateDir)
  const end = run.facts.at(-1)
  if (run.code !== 0 || end === undefined) throw new Error(`The run ended with ${run.code}: ${run.errors}`)
  return { result: end['result'], published: await project.published() }
}

// ---------------------------------------------------------------------------------------------

/** Completed all the same; or an error with a code, or a task that failed because of the files it is to write. */
function isTypedStop(code: number | null, errors: string, facts: readonly DurableFact[]): boolean {
  if (code === 0) return true
  const said = /"code":"([A-Z_]+)"/.exec(errors)?.[1]
  const isUnwritten = facts.some((fact) => fact.type === 'task.failed' && OF_FILES.has(fact.error.code))
  return code === 1 && (isUnwritten || (said !== undefined && said !== 'INTERNAL'))
}

const OF_FILES: ReadonlySet<string> = new Set(['FILE_FAILED', 'OUTPUT_CONFLICT'])

/** Goes on with the run as its journal is; says what went wrong. */
async function goOn(
  project: DiskProject,
  stateDir: string,
  stored: StoredRun | void,
  end: DurableFact['type'] | undefined,
): Promise<string | undefined> {
  if (end === 'run.completed') return undefined
  const args = [project.folder, '--json', '--state', stateDir]
  // Where nothing of the run was stored there is nothing to go on with.
  if (stored === undefined || stored.facts.length === 0) return failedTo('run', ...args)
  // What could not be published is tried again by a person, as the error says.
  const retried = end === undefined ? undefined : await failedTo('retry', stored.run, '--json', '--state', stateDir)
  return retried ?? failedTo('resume', stored.run, ...args)
}

async function failedTo(...args: readonly string[]): Promise<string | undefined> {
  const { code, errors } = await bosun(...args)
  return code === 0 ? undefined : `${args[0]} ended with ${code}: ${errors.slice(-400)}`
}

interface StoredRun {
  readonly run: string
  readonly facts: readonly DurableFact[]
}

/** The run that was begun last, as its journal has it. */
async function storedRun(stateDir: string): Promise<StoredRun | undefined> {
  const state = await openState(stateDir)
  try {
    const runs = await state.runs()
    const last = runs.toSorted((a, b) => a.startedAt - b.startedAt).at(-1)
    if (last === undefined) return undefined
    const facts: DurableFact[] = []
    for await (const batch of state.facts(last.run)) facts.push(...batch)
    return { run: last.run, facts }
  } finally {
    await state.close()
  }
}

/** What was acknowledged and is not there. */
function unkept(printed: readonly PrintedFact[], stored: readonly DurableFact[]): string[] {
  return printed
    .filter(({ seq }) => seq > 0)
    .filter((fact) => JSON.stringify(stored[fact.seq - 1]) !== JSON.stringify(fact))
    .map(({ seq, type }) => `fact ${seq} (${type}) was acknowledged and is not in the journal`)
}

/** What is otherwise in the end than without a fault. */
async function unlike(project: DiskProject, stateDir: string, whole: Whole): Promise<string[]> {
  const end = await storedRun(stateDir)
  const facts = end?.facts ?? []
  const last = facts.findLast((fact) => isRunEnd(fact))
  const faults = audit(facts).violations.map(({ invariant, sentence }) => `${invariant} ${sentence}`)
  if (last?.type !== 'run.completed') return [...faults, `the run ended as ${JSON.stringify(last)?.slice(0, 400)}`]
  if (withoutSuccessors(last.result) !== withoutSuccessors(whole.result))
    faults.push(`its result is ${JSON.stringify(last)}`)
  if (JSON.stringify(await project.published()) !== JSON.stringify(whole.published)) faults.push('its files differ')
  return faults
}

/** A task that a person has tried again goes by its own name and a number. */
function withoutSuccessors(result: unknown): string {
  return JSON.stringify(result).replaceAll(/~\d+"/g, '"')
}
