import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunConfigSchema, type DurableFact } from '@bosun/core'
import { composeStrategy, createKernel, decide, evolve } from '@bosun/kernel'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { deadOwner } from '../journal/facts.fixture.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { openState, type State } from './open-state.ts'

const folders: string[] = []
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
})

/** A run with one slot, its first task at work, whose manager has died. */
async function orphanedRun(...ids: [string, ...string[]] | []): Promise<State> {
  const stateDir = await mkdtemp(join(tmpdir(), 'bosun-state-'))
  folders.push(stateDir)
  return openState(await orphanedIn(stateDir, ids))
}

async function orphanedIn(stateDir: string, ids: readonly string[] = []): Promise<string> {
  const kernel = createKernel(composeStrategy({ name: 'fifo' }))
  const workers = [{ name: 'w', handles: 'work', summary: 'Works.', skills: [], tools: [], effects: 'none' as const }]
  const config = RunConfigSchema.parse({})
  const facts = decide(kernel, {
    type: 'start',
    at: 1,
    run: 'r1',
    goal: null,
    manager: 'm',
    config,
    origins: {},
    workers,
  })
  decide(kernel, { type: 'joined', at: 1, slot: 'w/1', worker: 'w' }, facts)
  const tasks = (ids.length === 0 ? ['a'] : ids).map((id) => ({ id, type: 'work', body: null }))
  decide(kernel, { type: 'decided', at: 1, decisions: [{ type: 'delegate', tasks }] }, facts)
  const journal = await SqliteJournal.open({ stateDir })
  const epoch = await journal.acquire('r1', deadOwner)
  await journal.append('r1', epoch, 0, facts as DurableFact[])
  await journal.close()
  return stateDir
}

function bytesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

it('X-01 T-35: a run whose process died is cancelled at once, with every task accounted for', async () => {
  const state = await orphanedRun()
  await state.submit('r1', { kind: 'cancel', body: { reason: 'not needed' } })
  const view = await state.view('r1')
  expect(view.tally).toMatchObject({ total: 1, cancelled: 1, unresolved: 0 })
  expect((await state.runs())[0]?.state).toBe('cancelled')
  await state.close()
})

it('T-35: what is asked of a run whose process died is recorded at once, who asked with it, and nothing is assigned', async () => {
  const state = await orphanedRun('a', 'b')
  const steered = await state.submit('r1', { kind: 'steer', body: { text: 'hurry' } }, 'ann')
  expect(steered).toMatchObject({ facts: [{ type: 'steer.received', text: 'hurry', by: 'ann' }] })
  const raised = await state.submit('r1', { kind: 'raise-limit', body: { limits: { slotsMax: 9 } } }, 'ben')
  expect(raised).toMatchObject({ facts: [{ type: 'limits.changed', limits: { slotsMax: 9 }, by: 'ben' }] })
  const waived = await state.submit('r1', { kind: 'waive', body: { tasks: ['b', 'ghost'], reason: 'old' } }, 'ann')
  expect(waived).toMatchObject({ facts: [{ type: 'waiver.given', tasks: ['b'], by: 'ann', reason: 'old' }] })
  await state.submit('r1', { kind: 'cancel', body: { task: 'a', reason: 'no' } })
  expect((await state.view('r1')).tally).toMatchObject({ cancelled: 1, unresolved: 1 })
  expect((await state.view('r1')).task('b')?.status).toBe('ready')
  expect(await state.journal.commands('r1')).toEqual([])
  await state.close()
})

it('M-01: a run is paused and let go on without a process, and the second time nothing changes', async () => {
  const state = await orphanedRun()
  const paused = await state.submit('r1', { kind: 'pause', body: { reason: 'lunch' } }, 'ann')
  expect(paused.facts).toMatchObject([{ type: 'run.paused', by: 'ann', reason: 'lunch' }])
  expect((await state.submit('r1', { kind: 'pause', body: {} }, 'ann')).facts).toEqual([])
  expect((await state.submit('r1', { kind: 'resume', body: {} }, 'ann')).facts).toMatchObject([{ type: 'run.resumed' }])
  expect((await state.runs())[0]?.state).toBe('orphaned')
  await state.close()
})

it('S8: a task of a run that has ended is tried again by a successor, in a run that is reopened', async () => {
  const state = await orphanedRun('a', 'b')
  await state.submit('r1', { kind: 'cancel', body: { reason: 'oops' } }, 'ann')
  const { facts } = await state.submit('r1', { kind: 'retry', body: { tasks: ['a'], reason: 'after all' } }, 'ben')
  expect(facts).toMatchObject([
    { type: 'run.reopened', by: 'ben', reason: 'after all' },
    { type: 'task.added', task: { id: 'a~2' }, by: 'ben' },
  ])
  expect((await state.runs())[0]?.state).toBe('orphaned')
  expect((await state.view('r1')).task('a~2')?.status).toBe('ready')
  expect((await state.submit('r1', { kind: 'retry', body: { tasks: ['a~2'] } }, 'ben')).facts).toEqual([])
  await state.close()
})

it('carries out what waited for a dead owner first', async () => {
  const state = await orphanedRun()
  await state.journal.submit('r1', { kind: 'raise-limit', body: { limits: { slotsMax: 9 } }, by: 'ann' })
  await state.submit('r1', { kind: 'raise-limit', body: { limits: { slotsMax: 12 } } }, 'ben')
  expect((await state.config('r1')).limits.slotsMax).toBe(12)
  await state.close()
})

it('refuses a command for a run that is not there, or has ended', async () => {
  const state = await orphanedRun()
  await expect(state.submit('nope', { kind: 'cancel', body: {} })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
  await state.submit('r1', { kind: 'cancel', body: { reason: '' } })
  await expect(state.submit('r1', { kind: 'cancel', body: {} })).rejects.toMatchObject({ code: 'RUN_ENDED' })
  await state.close()
})

it('X-06: tells the limits of a run as they were raised last, for as many hosts as there are slots', async () => {
  const state = await orphanedRun()
  const { limits } = (await state.started('r1')).config
  expect((await state.config('r1')).limits).toEqual(limits)
  const kernel = createKernel(composeStrategy({ name: 'fifo' }))
  for await (const facts of state.facts('r1')) for (const fact of facts) evolve(kernel.state, fact)
  const { seq } = kernel.state
  const raised = decide(kernel, { type: 'raiseLimits', at: 2, limits: { slotsMax: 20 }, by: 'ann' })
  const epoch = await state.journal.acquire('r1', deadOwner)
  await state.journal.append('r1', epoch, seq, raised as DurableFact[])
  expect((await state.config('r1')).limits).toEqual({ ...limits, slotsMax: 20 })
  await state.close()
})

it('T-25: says why a task is not done from the journal alone', async () => {
  const state = await orphanedRun()
  // Until now, not until the last fact, which is of the first milliseconds of time here.
  const text = expect.stringMatching(/since \d{13} ms/)
  expect(await state.why('r1', 'a')).toMatchObject([{ kind: 'running', names: ['w/1'], text }])
  await expect(state.why('r1', 'b')).rejects.toMatchObject({ code: 'TASK_UNKNOWN' })
  await state.close()
})

describe('H10: what is asked of a run from another process', () => {
  const SECRET = 'canary-in-a-command'
  const asked = { kind: 'steer', body: { text: `use ${SECRET}` } } as const

  it.each([
    ['without what the config calls secret', '[redacted]', ['STEERING_KEY']],
    ['as it is where the config calls nothing secret', SECRET, []],
  ])('is written %s', async (_, expected, secrets) => {
    const project = await mkdtemp(join(tmpdir(), 'bosun-secrets-'))
    folders.push(project)
    const config = { plugins: [], manager: 'fanOut', secrets }
    await writeFile(join(project, 'bosun.config.json'), JSON.stringify(config))
    vi.stubEnv('STEERING_KEY', SECRET)
    onTestFinished(() => void vi.unstubAllEnvs())
    const stateDir = await orphanedIn(join(project, '.bosun'))
    const state = await openState(stateDir, project)
    const before = await state.journal.submit('r1', { ...asked, by: 'ann' })
    const { facts } = await state.submit('r1', asked)
    expect(facts).toMatchObject([{ type: 'steer.received', text: `use ${expected}` }])
    await state.close()
    expect(before).toBe(1)
    expect(bytesBelow(stateDir).includes(SECRET)).toBe(expected === SECRET)
  })

  it('is gone from the disk when it is carried out: its fact says what may be known of it', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'bosun-state-'))
    folders.push(stateDir)
    const state = await openState(await orphanedIn(stateDir))
    const id = await state.journal.submit('r1', { ...asked, by: 'ann' })
    await state.journal.settle('r1', id, 1)
    expect(await state.journal.commands('r1')).toEqual([])
    await state.close()
    expect(bytesBelow(stateDir)).not.toContain(SECRET)
  })
})
