import { mkdirSync, readFileSync, realpathSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { deleteFile } from './delete-file.ts'
import { editFile } from './edit-file.ts'
import { listFolder } from './list-folder.ts'
import { moveFile } from './move-file.ts'
import { publish } from './publish.ts'
import { readFile } from './read-file.ts'
import { declared, makeSandbox, outcomeOf, plant, snapshot, type Sandbox } from './sandbox.fixture.ts'
import type { SwapperData } from './swapper.fixture.ts'
import { writeFile } from './write-file.ts'

const ROUNDS = 500
/** On a busy machine the race ends after this, with fewer rounds; it says how many. */
const RACE_MILLISECONDS_MAX = 3_000
const CONTROL_TRIES = 20_000
const INSIDE = 'inside'
const SECRET = 'CANARY'

describe('a folder that is swapped for a link outside', () => {
  it('is never followed, at whatever step of a walk the swap falls (H3)', { timeout: 60_000 }, async () => {
    const codes = new Set<string>()
    for (const operation of OPERATIONS)
      for (let at = 0; at < 16; at += 1) {
        using sandbox = makeRace()
        let step = 0
        using roots = sandbox.openRoots({
          onWalk: () => {
            if (step++ === at) swapForLink(sandbox)
          },
        })
        const before = snapshot(sandbox.outside)
        const outcome = await outcomeOf(() => operate(operation, roots))
        expect(JSON.stringify(outcome), `${operation}, swapped at step ${at}`).not.toContain(SECRET)
        codes.add('code' in outcome ? outcome.code : 'done')
        expect(snapshot(sandbox.outside)).toEqual(before)
      }
    expect([...codes].sort()).toEqual(['FILE_IS_LINK', 'done'])
  })

  it('is followed by a tool that checks a path and then uses it (H3, control)', () => {
    using sandbox = makeRace()
    const leaked = naiveRead(sandbox, () => swapForLink(sandbox))
    expect(leaked).toBe(SECRET)
  })

  it('lets no operation out while another thread swaps without rest (H3)', { timeout: 60_000 }, async () => {
    using sandbox = makeRace()
    using roots = sandbox.openRoots()
    const before = snapshot(sandbox.outside)
    const tally = { done: 0, refused: 0 }
    const count = (outcome: object) => {
      expect(JSON.stringify(outcome)).not.toContain(SECRET)
      if ('code' in outcome) tally.refused += 1
      else tally.done += 1
    }
    const swaps = await whileSwapping(sandbox, async () => {
      const end = performance.now() + RACE_MILLISECONDS_MAX
      for (let round = 0; round < ROUNDS && performance.now() < end; round += 1) {
        count(await outcomeOf(() => readFile(roots, { path: 'swap/secret.txt' })))
        count(await outcomeOf(() => listFolder(roots, { path: 'swap' })))
        count(await outcomeOf(() => writeFile(roots, { path: `swap/new-${round % 10}.txt`, text: 'new' })))
        for (const operation of ['edit', 'move', 'delete'] as const)
          count(await outcomeOf(() => operate(operation, roots)))
        count(await outcomeOf(() => deleteFile(roots, { path: 'moved.txt' })))
        const files = [declared('swap/published.txt', round % 2 === 0 ? 'one' : 'other')]
        const staging = round % 2 === 0 ? sandbox.one : sandbox.other
        const removed = ['swap/gone.txt']
        count(await outcomeOf(() => publish({ staging, workspace: sandbox.workspace, files, removed })))
      }
    })
    expect(snapshot(sandbox.outside)).toEqual(before)
    console.info(`H3: ${JSON.stringify({ ...tally, swaps })}`)
    if (tally.done === 0 || tally.refused === 0)
      console.warn(`H3 is inconclusive: operations and swaps did not meet (${JSON.stringify({ ...tally, swaps })}).`)
  })

  it(
    'leaks from the same race through a tool that checks and uses paths (H3, control)',
    { timeout: 60_000 },
    async () => {
      using sandbox = makeRace()
      let leaks = 0
      let tries = 0
      await whileSwapping(sandbox, async () => {
        while (leaks === 0 && tries < CONTROL_TRIES) {
          tries += 1
          if (naiveRead(sandbox, () => {}) === SECRET) leaks += 1
        }
      })
      console.info(`H3, control: ${leaks} leak after ${tries} tries`)
      expect(tries).toBeGreaterThan(0)
      if (leaks === 0) console.warn(`H3 is inconclusive: the control arm did not leak in ${tries} tries.`)
    },
  )
})

interface Race extends Sandbox {
  /** Two staging folders, so that each publication changes the target. */
  readonly one: string
  readonly other: string
}

/** `swap` in workspace and staging, and beside it, in `hold`, a link to a folder outside. */
function makeRace(): Race {
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

const OPERATIONS = ['read', 'list', 'write', 'edit', 'move', 'delete'] as const

function operate(operation: (typeof OPERATIONS)[number], roots: ReturnType<Sandbox['openRoots']>): Promise<unknown> {
  if (operation === 'read') return readFile(roots, { path: 'swap/secret.txt' })
  if (operation === 'list') return listFolder(roots, { path: 'swap' })
  if (operation === 'edit') return editFile(roots, { path: 'swap/secret.txt', oldText: 'i', newText: 'o', all: true })
  if (operation === 'move') return moveFile(roots, { from: 'swap/secret.txt', to: 'moved.txt' })
  if (operation === 'delete') return deleteFile(roots, { path: 'swap/secret.txt' })
  return writeFile(roots, { path: 'swap/new.txt', text: 'new' })
}

function swapForLink({ workspace, staging }: Sandbox): void {
  for (const root of [workspace, staging]) {
    renameSync(join(root, 'swap'), join(root, 'hold/folder'))
    renameSync(join(root, 'hold/link'), join(root, 'swap'))
  }
}

/** Checks the real path, is interrupted, and reads by the path: what most tools do. */
function naiveRead({ workspace }: Sandbox, interrupt: () => void): string | undefined {
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
