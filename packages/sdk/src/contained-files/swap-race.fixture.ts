import { mkdirSync, readFileSync, realpathSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { deleteFile } from './delete-file.ts'
import { editFile } from './edit-file.ts'
import { listFolder } from './list-folder.ts'
import { moveFile } from './move-file.ts'
import { publish } from './publish.ts'
import { readFile } from './read-file.ts'
import { declared, makeSandbox, outcomeOf, plant, snapshot, type Sandbox } from './sandbox.fixture.ts'
import type { SwapperData } from './swapper.fixture.ts'
import { writeFile } from './write-file.ts'

const INSIDE = 'inside'
export const SECRET = 'CANARY'

/** What a race came to. */
export interface RaceTally {
  readonly done: number
  readonly refused: number
  readonly swaps: number
  /** What an operation let out, or what was changed outside. */
  readonly faults: readonly string[]
}

export interface RaceOptions {
  readonly operations: number
  /** On a busy machine the race ends after this, with fewer operations. @defaultValue never */
  readonly endsAfterMs?: number
  readonly tell?: (operations: number) => void
}

/** Every file operation and the publication on a folder that another thread swaps for a link outside, without rest. */
export async function raceOperations({
  operations,
  endsAfterMs = Infinity,
  tell = () => {},
}: RaceOptions): Promise<RaceTally> {
  using sandbox = makeRace()
  using roots = sandbox.openRoots()
  const before = JSON.stringify(snapshot(sandbox.outside))
  const tally = { done: 0, refused: 0 }
  const faults: string[] = []
  const count = async (operation: Promise<object>) => {
    const outcome = await operation
    if (JSON.stringify(outcome).includes(SECRET)) faults.push(`it let out ${JSON.stringify(outcome)}`)
    if ('code' in outcome) tally.refused += 1
    else tally.done += 1
  }
  const swaps = await whileSwapping(sandbox, async () => {
    const end = performance.now() + endsAfterMs
    for (let round = 0; tally.done + tally.refused < operations && performance.now() < end; round += 1) {
      // One operation at a time: each races against the swapping thread alone.
      for (const operate of operationsOf(sandbox, roots, round)) {
        // oxlint-disable-next-line no-await-in-loop
        await count(outcomeOf(operate))
      }
      tell(tally.done + tally.refused)
    }
  })
  if (JSON.stringify(snapshot(sandbox.outside)) !== before) faults.push('something outside was changed')
  return { ...tally, swaps, faults }
}

function operationsOf(sandbox: Race, roots: Roots, round: number): readonly (() => Promise<unknown>)[] {
  const files = [declared('swap/published.txt', round % 2 === 0 ? 'one' : 'other')]
  const staging = round % 2 === 0 ? sandbox.one : sandbox.other
  return [
    () => operate('read', roots),
    () => operate('list', roots),
    () => writeFile(roots, { path: `swap/new-${round % 10}.txt`, text: 'new' }),
    () => operate('edit', roots),
    () => operate('move', roots),
    () => operate('delete', roots),
    () => deleteFile(roots, { path: 'moved.txt' }),
    () => publish({ staging, workspace: sandbox.workspace, files, removed: ['swap/gone.txt'] }),
  ]
}

/** The control arm: whether a tool that checks paths and then uses them leaks in the same race, and after how many tries. */
export async function raceNaiveReads(triesMax: number): Promise<{ readonly tries: number; readonly leaks: number }> {
  using sandbox = makeRace()
  const tally = { tries: 0, leaks: 0 }
  await whileSwapping(sandbox, async () => {
    while (tally.leaks === 0 && tally.tries < triesMax) {
      tally.tries += 1
      if (naiveRead(sandbox, () => {}) === SECRET) tally.leaks += 1
    }
  })
  return tally
}

export interface Race extends Sandbox {
  /** Two staging folders, so that each publication changes the target. */
  readonly one: string
  readonly other: string
}

/** `swap` in workspace and staging, and beside it, in `hold`, a link to a folder outside. */
export function makeRace(): Race {
  const sandbox = makeSandbox()
  plant(sandbox.outside, { 'secret.txt': SECRET, 'CANARY.txt': SECRET, 'gone.txt': SECRET })
  for (const root of [sandbox.workspace, sandbox.staging]) {
    plant(root, { 'swap/inside.txt': INSIDE })
    mkdirSync(join(root, 'hold'))
    symlinkSync(sandbox.outside, join(root, 'hold/link'))
  }
  plant(sandbox.workspace, { 'swap/secret.txt': INSIDE })
  const [one, other] = ['one', 'other'].map((name) => join(sandbox.base, name)) as [string, string]
  plant(one, { 'swap/published.txt': 'one' })
  plant(other, { 'swap/published.txt': 'other' })
  return { ...sandbox, one, other }
}

type Roots = ReturnType<Sandbox['openRoots']>

export const OPERATIONS = ['read', 'list', 'write', 'edit', 'move', 'delete'] as const

export function operate(operation: (typeof OPERATIONS)[number], roots: Roots): Promise<unknown> {
  if (operation === 'read') return readFile(roots, { path: 'swap/secret.txt' })
  if (operation === 'list') return listFolder(roots, { path: 'swap' })
  if (operation === 'edit') return editFile(roots, { path: 'swap/secret.txt', oldText: 'i', newText: 'o', all: true })
  if (operation === 'move') return moveFile(roots, { from: 'swap/secret.txt', to: 'moved.txt' })
  if (operation === 'delete') return deleteFile(roots, { path: 'swap/secret.txt' })
  return writeFile(roots, { path: 'swap/new.txt', text: 'new' })
}

export function swapForLink({ workspace, staging }: Sandbox): void {
  for (const root of [workspace, staging]) {
    renameSync(join(root, 'swap'), join(root, 'hold/folder'))
    renameSync(join(root, 'hold/link'), join(root, 'swap'))
  }
}

/** Checks the real path, is interrupted, and reads by the path: what most tools do. */
export function naiveRead({ workspace }: Sandbox, interrupt: () => void): string | undefined {
  try {
    const path = join(workspace, 'swap/secret.txt')
    if (!realpathSync(path).startsWith(`${workspace}/`)) return undefined
    interrupt()
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Runs something while a thread swaps; returns how often it did. */
async function whileSwapping(sandbox: Sandbox, run: () => Promise<void>): Promise<number> {
  const state = new SharedArrayBuffer(8)
  const numbers = new Int32Array(state)
  const places = [sandbox.workspace, sandbox.staging].map((root) => ({
    swap: join(root, 'swap'),
    link: join(root, 'hold/link'),
    spare: join(root, 'hold/folder'),
  }))
  const worker = new Worker(new URL('./swapper.fixture.ts', import.meta.url), {
    workerData: { state, places } satisfies SwapperData,
  })
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  worker.once('error', reject).once('exit', () => resolve())
  try {
    while (Atomics.load(numbers, 1) === 0) await Promise.race([ended, new Promise((go) => setTimeout(go, 1))])
    await run()
  } finally {
    Atomics.store(numbers, 0, 1)
    await ended
  }
  return Atomics.load(numbers, 1)
}
