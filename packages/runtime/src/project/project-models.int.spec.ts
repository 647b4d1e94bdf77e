import { readdirSync } from 'node:fs'
import type { Fact, Planner } from '@bosun/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pluginManifest, projectFolder } from '../hosts/plugin-folder.fixture.ts'
import { of } from '../run/world.fixture.ts'
import { openProject } from './open-project.ts'

const ASKER = `
import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const asker = defineWorker({
  name: 'asker', summary: 'Asks.', handles: 'ask', body: z.null(), result: z.string(), model: 'fast',
  run: (_, { model }) => model.generate({ prompt: 'Who are you?' }),
})
export default definePlugin({ name: 'asker', workers: [asker] })
`

/** Names its one task as a model says. */
const planner: Planner = {
  name: 'asking',
  plan: async ({ model }) => ({
    tasks: [{ id: await model('deep').generate({ prompt: 'a name' }), type: 'ask', body: null }],
  }),
}

const config = {
  plugins: ['./plugins/asker'],
  manager: 'fanOut',
  models: { fast: 'play:small', deep: 'play:large' },
  providers: { play: { kind: 'scripted', file: 'answers.json' } },
}

function projectOf(more: object = {}): string {
  return projectFolder({
    'plugins/asker/package.json': pluginManifest({ apiVersion: 1 }),
    'plugins/asker/index.js': ASKER,
    'answers.json': JSON.stringify({ small: ['the small one'], large: ['named'] }),
    'bosun.config.json': JSON.stringify({ ...config, ...more }),
  })
}

it('M-06: the models of a config answer planner and workers, each call under its full name', async () => {
  await using project = await openProject(projectOf(), { planner })
  const run = await project.start({ goal: undefined })
  const facts: Fact[] = []
  run.facts$.subscribe((fact) => facts.push(fact))
  await run.outcome
  expect(of(facts, 'planner.called')).toMatchObject([{ model: 'play:large' }])
  expect(of(facts, 'model.called')).toMatchObject([{ task: 'named', model: 'play:small' }])
  expect(of(facts, 'attempt.succeeded')).toMatchObject([{ result: 'the small one' }])
})

it('a preview asks the planner, which may ask its model, and leaves no run behind', async () => {
  const folder = projectOf()
  await using project = await openProject(folder, { planner })
  expect((await project.planPreview(undefined)).tasks).toMatchObject([{ id: 'named', type: 'ask' }])
  expect(readdirSync(folder)).not.toContain('.bosun')
})

it('H10: a secret too short to be kept out of anything is refused by the name of its variable', async () => {
  process.env['TINY_SECRET'] = 'tiny'
  onTestFinished(() => {
    delete process.env['TINY_SECRET']
  })
  const refused = openProject(projectOf({ secrets: ['TINY_SECRET'] }))
  await expect(refused).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('TINY_SECRET'),
  })
  await expect(openProject(projectOf({ secrets: ['NOT_SET_ANYWHERE'] }))).resolves.toBeDefined()
})

describe('M-06: the model of a worker that cannot be had is found before anything starts', () => {
  const missing = 'BOSUN_SPEC_KEY_OF_NOBODY'
  const remote = { kind: 'openai', keyFrom: missing }
  const scripted = { kind: 'scripted', file: 'answers.json' }
  it.each([
    ['an alias that nobody states', {}, {}, 'MODEL_UNKNOWN', 'received "fast"'],
    ['an alias of an unknown provider', { fast: 'nobody:m' }, {}, 'MODEL_UNKNOWN', 'an alias of "nobody:m"'],
    ['no key', { fast: 'own:m' }, { own: remote }, 'MODEL_KEY_MISSING', `the environment variable ${missing}`],
    ['no such script', { fast: 'play:other' }, { play: scripted }, 'MODEL_UNKNOWN', 'one of small, large'],
    [
      'no file of scripts',
      { fast: 'play:small' },
      { play: { kind: 'scripted', file: 'none.json' } },
      'FILE_UNREADABLE',
      'none.json',
    ],
    [
      'no provider to be recorded',
      { fast: 'tape:m' },
      { tape: { kind: 'recorded', folder: 'tapes', records: 'nobody' } },
      'MODEL_UNKNOWN',
      'received "nobody"',
    ],
    [
      'no key to record with',
      { fast: 'tape:m' },
      { own: remote, tape: { kind: 'recorded', folder: 'tapes', records: 'own', mode: 'record' } },
      'MODEL_KEY_MISSING',
      missing,
    ],
  ])('%s', async (_, models, providers, code, part) => {
    const folder = projectOf({ models, providers })
    const refused = openProject(folder, { planner })
    await expect(refused).rejects.toMatchObject({
      code,
      at: expect.stringMatching(/^worker asker, model "fast"/),
      message: expect.stringContaining(part),
    })
    expect(readdirSync(folder)).not.toContain('.bosun')
  })

  it('is no fault of a recording that is played again, which needs no key', async () => {
    const tape = { kind: 'recorded', folder: 'tapes', records: 'own' }
    const more = { models: { fast: 'tape:m' }, providers: { own: remote, tape } }
    await using project = await openProject(projectOf(more), { planner })
    expect(project.planner).toBe('asking')
  })
})
