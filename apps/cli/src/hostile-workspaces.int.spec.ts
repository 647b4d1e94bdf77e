import type { Fact, FactOf } from '@bosun/core'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ground, HOSTILE_WORKSPACES } from './hostile-workspaces.fixture.ts'
import { bosunProcess } from './process.fixture.ts'
import { bosunIn } from './real-engine.fixture.ts'

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-workspaces-')))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Looks at whatever there is, writes down what it saw, and asks its model. */
const LOOKER = `
import { definePlugin, defineWorker, files, git } from '@bosun/sdk'
import { z } from 'zod'
const tools = { read: files.read('**'), list: files.list('**'), search: files.search('**'), write: files.write('seen.txt') }
async function look({ list, read, search, write }, folder = '.') {
  const { entries } = await list({ path: folder })
  const seen = []
  for (const { name, kind } of entries) {
    const path = folder === '.' ? name : folder + '/' + name
    seen.push(path)
    if (kind === 'folder') seen.push(...await look({ list, read }, path))
    else await read({ path }).catch(() => {})
  }
  if (search === undefined) return seen
  await search({ path: '.', pattern: 'evil' }).catch(() => {})
  await write({ path: 'seen.txt', text: seen.join('\\n') })
  return seen
}
const about = { summary: 'Looks around.', body: z.null(), result: z.array(z.string()) }
const looker = defineWorker({
  ...about, name: 'looker', handles: 'look', model: 'fast', outputs: () => ['seen.txt'], tools,
  async run(_, { tools, model }) {
    const seen = await look(tools)
    return [await model.generate({ prompt: 'What next?' }), ...seen]
  },
})
const historian = defineWorker({
  ...about, name: 'historian', handles: 'look_back', outputs: () => ['seen.txt'],
  tools: { ...tools, status: git.status(), diff: git.diff(), log: git.log(), show: git.show() },
  async run(_, { tools }) {
    const seen = await look(tools)
    await tools.status({})
    await tools.diff({})
    const { commits } = await tools.log({})
    await tools.show({ commit: commits[0].hash ?? commits[0].commit, path: 'a.txt' })
    return seen
  },
})
export default definePlugin({ name: 'lookers', workers: [TYPE === 'look' ? looker : historian] })
`

/** A project whose workspace is a folder beside it. */
function projectFor(name: string, type: 'look' | 'look_back', more: object): string {
  const folder = join(scratch, name, 'project')
  const files = {
    'bosun.config.json': JSON.stringify({
      plugins: [
        { use: './lookers.js', trusted: true },
        ...(type === 'look' ? [] : [{ use: '@bosun/tools-git', trusted: true }]),
      ],
      manager: 'fanOut',
      planner: 'files',
      workspace: '../workspace',
      models: { fast: 'play:small' },
      providers: { play: { kind: 'scripted', file: 'answers.json' } },
      retry: { retriesMax: 0 },
      ...more,
    }),
    'lookers.js': LOOKER.replace('TYPE', `'${type}'`),
    'answers.json': JSON.stringify({ small: ['of the project'] }),
    'plan.json': JSON.stringify({ tasks: [{ id: 'look', type }] }),
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const factsIn = (text: string) =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Fact] : []))

/** All that a run took its settings from, but for its id and its place. */
function settingsOf(facts: readonly Fact[]): object {
  const started = facts.find((fact): fact is FactOf<'run.started'> => fact.type === 'run.started')
  const { config, origins, workers, goal, manager } = started ?? {}
  const tasks = facts.flatMap((fact) => (fact.type === 'task.added' ? [fact.task] : []))
  const models = facts.flatMap((fact) => (fact.type === 'model.called' ? [fact.model] : []))
  return { config, origins, workers, goal, manager, tasks, models }
}

const named = (name: string) => HOSTILE_WORKSPACES.findIndex((one) => one.name === name)
const ground = (name: string, index: number) =>
  new Ground(join(scratch, `${index}`, 'workspace'), join(scratch, `${index}`, 'ran'), name.replaceAll(' ', '-'))

describe(`H12: ${HOSTILE_WORKSPACES.length} workspaces that want to be run or obeyed`, { timeout: 60_000 }, () => {
  let usual: object
  beforeAll(async () => {
    mkdirSync(join(scratch, 'usual/workspace'), { recursive: true })
    usual = settingsOf(
      factsIn((await bosunIn(projectFor('usual', 'look', { isolation: 'inline' }), 'run', '--json')).stdout),
    )
  }, 60_000)

  it('are at least 25, and beside them is one that is empty', () => {
    expect(usual).toMatchObject({ models: ['play:small'], tasks: [{ id: 'look' }] })
    expect(HOSTILE_WORKSPACES.length).toBeGreaterThanOrEqual(25)
  })

  it.each(HOSTILE_WORKSPACES.map((one, index) => ({ ...one, index })))(
    '$name: nothing of it runs, and no setting is taken from it',
    async ({ name, lay, index }) => {
      const at = ground(name, index)
      lay(at)
      rmSync(at.ran, { force: true })
      const project = projectFor(`${index}`, 'look', { isolation: 'inline' })
      const { code, stdout, stderr } = await bosunIn(project, 'run', '--json')
      expect([code, stderr]).toEqual([0, ''])
      expect(existsSync(at.ran)).toBe(false)
      expect(settingsOf(factsIn(stdout))).toEqual(usual)
      expect(process.env['EVIL_SETTING']).toBeUndefined()
      expect(readFileSync(join(at.folder, 'seen.txt'), 'utf8')).not.toBe('')
    },
  )

  it('all at once, from inside of the workspace, in processes, with the tools of git: nothing runs', async () => {
    const folder = join(scratch, 'all', 'workspace')
    const ran = join(scratch, 'all', 'ran')
    for (const { name, lay } of HOSTILE_WORKSPACES) {
      // Some write what others have written; each has its word where it is the only one.
      try {
        lay(new Ground(folder, ran, name.replaceAll(' ', '-')))
      } catch (error) {
        if ((error as { code: string }).code !== 'EEXIST') throw error
      }
    }
    rmSync(ran, { force: true })
    projectFor('all', 'look_back', {})
    const { code, stdout, stderr } = await bosunProcess(folder, 'run', '../project', '--json')
    expect([code, stderr]).toEqual([0, ''])
    expect(existsSync(ran)).toBe(false)
    expect(settingsOf(factsIn(stdout))).toMatchObject({
      goal: null,
      manager: 'fanOut',
      workers: [{ name: 'historian' }],
    })
  })

  it('are armed: what they hold runs where a person names it', async () => {
    const config = ground('config', named('a config in TypeScript'))
    await bosunIn(config.folder, 'run')
    expect(readFileSync(config.ran, 'utf8')).toMatch(/^a-config-in-TypeScript\n/)
    const plugin = ground('plugin', named('a plugin in a folder'))
    await import(pathToFileURL(join(plugin.folder, 'plugins/evil/index.js')).href)
    expect(readFileSync(plugin.ran, 'utf8')).toBe('a-plugin-in-a-folder\n')
    for (const name of ['settings of a repository that run programs', 'hooks of a repository']) {
      const at = ground(name, named(name))
      writeFileSync(join(at.folder, 'a.txt'), 'changed\n')
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qam', 'x'], {
        cwd: at.folder,
        stdio: 'pipe',
      })
      expect(readFileSync(at.ran, 'utf8')).toContain(name.replaceAll(' ', '-'))
    }
  })
})

it('H12, M-08: a skill that lies in the workspace is none of the project', async () => {
  const index = named('skills')
  const project = join(scratch, `${index}`, 'project')
  writeFileSync(join(project, 'plan.json'), JSON.stringify({ tasks: [{ id: 'look', type: 'look', skills: ['evil'] }] }))
  const { code, stderr } = await bosunIn(project, 'run')
  expect([code, stderr]).toEqual([3, expect.stringContaining('evil')])
})
