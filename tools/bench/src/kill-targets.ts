import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DurableFact, Json } from '@bosun/core'
import { bosun, ROOT } from './bosun-process.ts'

/** A project whose run is killed and taken up again. */
export interface KillTarget {
  readonly name: string
  readonly folder: string
  /** Where its result is a file: the file, which all its runs write. */
  readonly file?: string
}

/** What a run of a target comes to where nobody kills it. */
export interface Reference {
  readonly value: string
  readonly facts: number
}

const MANAGERS = join(import.meta.dirname, 'variants-plugin.ts')
const WORKERS = join(import.meta.dirname, 'variant-workers-plugin.ts')
const EXAMPLE = join(ROOT, 'examples/codemap')

/** Goals by the name of the manager: enough for some tens of tasks each. */
const GOALS: Readonly<Record<string, Json>> = {
  'fan-out': 24,
  streaming: 24,
  dynamic: 1,
  'work-queue': 24,
  'map-reduce': 1,
  pipeline: [2, 4],
  'plan-execute-review': 'ab',
}

/** The code map of the examples. */
export const CODE_MAP: KillTarget = { name: 'codemap', folder: EXAMPLE, file: join(EXAMPLE, 'out/codemap.json') }

/** Everything that can be killed, by name. */
export const KILL_TARGETS: readonly string[] = [...Object.keys(GOALS), CODE_MAP.name]

/** A project for each built-in manager, in folders below one that is empty. */
export async function variantTargets(folder: string): Promise<readonly KillTarget[]> {
  const targets = Object.keys(GOALS).map((name) => ({ name, folder: join(folder, name) }))
  await Promise.all(
    targets.map(async (target) => {
      const config = {
        plugins: [{ use: MANAGERS, trusted: true }, WORKERS],
        manager: target.name,
        goal: GOALS[target.name],
        limits: { slotsMax: 4 },
      }
      await mkdir(target.folder)
      await writeFile(join(target.folder, 'bosun.config.json'), JSON.stringify(config))
    }),
  )
  return targets
}

/** Runs a target to its end. */
export async function referenceOf(target: KillTarget, stateDir: string): Promise<Reference> {
  const run = await bosun('run', target.folder, '--json', '--state', stateDir)
  if (run.code !== 0) throw new Error(`The run of ${target.name} without a kill ended with ${run.code}: ${run.errors}`)
  return { value: await valueOf(target, run.facts as unknown as readonly DurableFact[]), facts: run.facts.length }
}

/** What a run has come to; empty if it is not completed. */
export async function valueOf({ file }: KillTarget, facts: readonly DurableFact[]): Promise<string> {
  const end = facts.find(({ type }) => type === 'run.completed')
  if (end?.type !== 'run.completed') return ''
  return file === undefined ? JSON.stringify(end.result) : readFile(file, 'utf8')
}
