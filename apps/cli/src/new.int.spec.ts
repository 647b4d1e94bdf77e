import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KINDS } from '@bosun/templates'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bosunProcess } from './process.fixture.ts'
import { bosunIn } from './real-engine.fixture.ts'

let folder: string

/** Outside of everything: nothing is installed here or above. */
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-new-')))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const text = (path: string) => readFileSync(join(folder, path), 'utf8')

describe('bosun new, in a project', { timeout: 60_000 }, () => {
  beforeEach(() => bosunIn(folder, 'init'))

  it('writes a worker that is listed, tried, checked and run at once', async () => {
    const { code, stdout, stderr } = await bosunProcess(folder, 'new', 'worker', 'page-writer', '--type', 'write_page')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(
      'wrote plugins/page-writer/page-writer.ts\nwrote plugins/page-writer/page-writer.spec.ts\n' +
        'wrote plugins/page-writer/index.ts\nchanged bosun.config.ts\n' +
        'Next: bosun try page-writer, then give it a task\n',
    )
    expect(text('bosun.config.ts')).toContain(`plugins: ['./plugins/page-writer', './plugins/notes.ts']`)
    appendFileSync(join(folder, 'plan.yaml'), '\n  - id: mars-page\n    type: write_page\n    body: { topic: mars }\n')
    for (const args of [
      ['try', 'page-writer'],
      ['check', 'plugins/page-writer/page-writer.ts', '--schedules', '50', '--threads', '1'],
      ['run'],
    ]) {
      // Each needs what the ones before have left.
      // oxlint-disable-next-line no-await-in-loop
      const done = await bosunProcess(folder, ...args)
      expect({ args, code: done.code, stdout: done.stdout }).toMatchObject({ args, code: 0 })
    }
    expect(text('out/mars.md')).toBe('# mars\n')
  })

  it('lists what runs in the process of the run as trusted, and says how it is used', async () => {
    const { stdout } = await bosunIn(folder, 'new', 'strategy', 'urgent-first')
    expect(text('bosun.config.ts')).toContain(`{ use: './plugins/urgent-first', trusted: true }`)
    expect(stdout).toContain(`To use it, bosun.config.ts has to say strategy: 'urgent-first'\n`)
    expect((await bosunProcess(folder, 'plan')).code).toBe(0)
  })

  it('changes nothing that is there: not a folder of that name, and not a config that it cannot read', async () => {
    await bosunIn(folder, 'new', 'worker', 'greeter')
    const before = text('bosun.config.ts')
    const again = await bosunIn(folder, 'new', 'tool', 'greeter', '--json')
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'NAME_TAKEN' } })
    expect(text('bosun.config.ts')).toBe(before)

    const odd = `const plugins = ['./plugins/notes.ts']\nexport default { plugins, planner: 'files', manager: 'fanOut' }\n`
    writeFileSync(join(folder, 'bosun.config.ts'), odd)
    const { code, stdout } = await bosunIn(folder, 'new', 'worker', 'writer')
    expect(code).toBe(0)
    expect(stdout).toContain(`List it in bosun.config.ts: plugins: ['./plugins/writer', …]\n`)
    expect(text('bosun.config.ts')).toBe(odd)
  })

  it('puts a config back that does not list the plugin after all', async () => {
    // The one list that looks like it belongs to something else.
    const odd = `export const other = {\n  plugins: [],\n}\nconst plugins: string[] = ['./plugins/notes.ts']
export default { plugins, planner: 'files', manager: 'fanOut' }\n`
    writeFileSync(join(folder, 'bosun.config.ts'), odd)
    const { stdout } = await bosunIn(folder, 'new', 'worker', 'writer')
    expect(stdout).toContain('List it in bosun.config.ts')
    expect(text('bosun.config.ts')).toBe(odd)
  })
})

describe('bosun new, in an empty folder', { timeout: 120_000 }, () => {
  it.each(KINDS)('writes a %s that runs as it is', async (kind) => {
    expect((await bosunIn(folder, 'new', kind, 'my-thing')).code).toBe(0)
    const { code, stdout } = await bosunProcess(join(folder, 'my-thing'), 'run')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/✓ completed/) as string })
  })

  it('writes a worker that asks a model, and runs with what a file answers', async () => {
    expect((await bosunIn(folder, 'new', 'worker', 'describer', '--model', 'fast')).code).toBe(0)
    const home = join(folder, 'describer')
    expect((await bosunProcess(home, 'try', 'describer')).stdout).toContain('Mars is red.')
    expect((await bosunProcess(home, 'run')).code).toBe(0)
    expect(text('describer/out/venus.md')).toContain('There is more to say of it.')
  })

  it.each([
    [['worker', '../up'], 'NAME_INVALID'],
    [['worker', 'Greeter'], 'NAME_INVALID'],
    [['worker', 'zod'], 'NAME_INVALID'],
    [['robot', 'greeter'], 'USAGE'],
    [['strategy', 'mine', '--model', 'fast'], 'USAGE'],
    [['worker', 'greeter', '--type', `a', run`], 'USAGE'],
  ])('refuses %j by name and writes nothing', async (args, code) => {
    const { stderr, ...ended } = await bosunIn(folder, 'new', ...args, '--json')
    expect(ended).toEqual({ code: 2, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ error: { code } })
    expect(readdirSync(folder)).toEqual([])
    expect(existsSync(join(folder, '../up'))).toBe(false)
  })
})
