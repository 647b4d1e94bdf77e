import { join } from 'node:path'
import process from 'node:process'
import type { Fact, Planner, Task } from '@bosun/core'
import { expect, it, onTestFinished } from 'vitest'
import { pluginManifest, projectFolder } from '../hosts/plugin-folder.fixture.ts'
import type { RunHandle } from '../run/run-handle.ts'
import { expectClean, of, untilFact } from '../run/world.fixture.ts'
import { openProject } from './open-project.ts'
import { openState } from './open-state.ts'

/** Works on an entity as long as its body says, in ms. */
const CLAIMER = `
import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const claimer = defineWorker({
  name: 'claimer', summary: 'Works on an account.', handles: 'claim', body: z.number(), result: z.number(),
  run: async ({ body }, { clock }) => { await clock.sleep(body); return body },
})
export default definePlugin({ name: 'claims', workers: [claimer] })
`
const FOREVER_MS = 600_000
const LEASE_MS = 2_000
const CONFIG = {
  plugins: ['./plugins/claims'],
  manager: 'fanOut',
  limits: { slotsMax: 3 },
  retry: { retriesMax: 0 },
}

const uses = [{ resource: 'account:ann', mode: 'write' as const }]
const claim = (id: string, body: number, more: Partial<Task> = {}): Task => ({ id, type: 'claim', body, ...more })
/** Two want one account, of which the first never ends by itself; a third wants nothing of it. */
const tasks = [claim('first', FOREVER_MS, { uses }), claim('second', 1, { uses }), claim('beside', 1)]
const planner: Planner = { name: 'fixed', plan: () => ({ tasks }) }

/** A run with hosts of its own, up to the point where the first holds the account. */
async function claimed(leaseMs = 30_000) {
  const folder = projectFolder({
    'bosun.config.json': JSON.stringify({ ...CONFIG, lease: { leaseMs, heartbeatMs: 200 } }),
    'plugins/claims/package.json': pluginManifest({ apiVersion: 1 }),
    'plugins/claims/index.js': CLAIMER,
  })
  const project = await openProject(folder, { planner })
  onTestFinished(() => project.close())
  const run = await project.start({ goal: 'x' })
  const seen: Fact[] = []
  run.facts$.subscribe((fact) => seen.push(fact))
  const started = await untilFact(run, 'attempt.started', ({ task }) => task === 'first')
  await untilFact(run, 'task.succeeded', ({ task }) => task === 'beside')
  const host = of(seen, 'host.started').find((one) => one.host === started.host)
  const signal = (name: NodeJS.Signals) => process.kill(-(host?.group ?? Number.NaN), name)
  const state = await openState(join(folder, '.bosun'))
  onTestFinished(() => state.close())
  return { run, seen, signal, state }
}

async function storedFacts({ run }: RunHandle, state: Awaited<ReturnType<typeof openState>>): Promise<Fact[]> {
  const facts: Fact[] = []
  for await (const batch of state.facts(run)) facts.push(...batch)
  return facts
}

const settings = { timeout: 60_000 }

it(
  'M-35: of two tasks that claim one entity one wins, and kill -9 of its holder gives it to the other',
  settings,
  async () => {
    const { run, signal, state } = await claimed()
    expect(run.why('second')).toMatchObject([{ kind: 'resource', names: ['account:ann'] }])
    signal('SIGKILL')
    expect((await run.outcome).end).toMatchObject({ type: 'run.failed', missing: ['first'] })
    const facts = await storedFacts(run, state)
    const [lost] = of(facts, 'attempt.lost')
    expect(lost).toMatchObject({ task: 'first', started: true, evidence: { clock: 'host' } })
    const second = of(facts, 'task.assigned').find(({ task }) => task === 'second')
    expect(second?.seq).toBeGreaterThan(lost?.seq ?? Infinity)
    expect(run.view.task('second')).toMatchObject({ status: 'succeeded', result: 1 })
    expectClean(facts)
  },
)

it(
  'M-35: a holder that is silent keeps its entity until its lease has run out, and not a moment less',
  settings,
  async () => {
    const { run, signal, state } = await claimed(LEASE_MS)
    signal('SIGSTOP')
    expect((await run.outcome).end).toMatchObject({ type: 'run.failed', missing: ['first'] })
    const facts = await storedFacts(run, state)
    const [lost] = of(facts, 'attempt.lost')
    expect(lost).toMatchObject({ task: 'first', evidence: { clock: 'beat' } })
    expect(lost?.evidence.deadline).toBeGreaterThanOrEqual((lost?.evidence.lastBeat ?? Infinity) + LEASE_MS)
    const second = of(facts, 'task.assigned').find(({ task }) => task === 'second')
    expect(second?.at).toBeGreaterThanOrEqual(lost?.evidence.deadline ?? Infinity)
    expectClean(facts)
  },
)

it(
  'M-64: what each task is at is read from outside, and the crash of one worker leaves manager and siblings',
  settings,
  async () => {
    const { run, seen, signal, state } = await claimed()
    await untilFact(run, 'attempt.beat', ({ task }) => task === 'first')
    // Another reader sees the queue, and why something waits in it.
    const view = await state.view(run.run)
    expect(Array.from(view.tasks(), ({ spec, status }) => [spec.id, status])).toEqual([
      ['first', 'assigned'],
      ['second', 'ready'],
      ['beside', 'succeeded'],
    ])
    expect(await state.why(run.run, 'second')).toMatchObject([{ kind: 'resource' }])
    signal('SIGKILL')
    await run.outcome
    const facts = await storedFacts(run, state)
    const phasesOf = (id: string) =>
      facts.flatMap((fact) => {
        const of = fact.type === 'task.added' ? fact.task.id : 'task' in fact ? fact.task : undefined
        return of === id ? [fact.type] : []
      })
    expect(phasesOf('first')).toEqual(['task.added', 'task.assigned', 'attempt.started', 'attempt.lost', 'task.lost'])
    for (const id of ['second', 'beside']) {
      expect(phasesOf(id)).toEqual([
        'task.added',
        'task.assigned',
        'attempt.started',
        'attempt.succeeded',
        'task.succeeded',
      ])
    }
    // The manager has heard of all three; what it was told and what it decided folds to the same run again.
    expect(seen.filter(({ type }) => type === 'manager.recovered')).toEqual([])
    expect(of(facts, 'run.failed')).toMatchObject([{ tally: { total: 3, succeeded: 2, lost: 1 } }])
    const replayed = await state.view(run.run)
    expect(replayed.tally).toEqual(run.view.tally)
    expectClean(facts)
  },
)
