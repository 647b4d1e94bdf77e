import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FakeTerminal } from './cli.fixture.ts'
import { loadEngine } from './load-engine.ts'
import { runProgram } from './program.ts'
import { bosunIn } from './real-engine.fixture.ts'

/** The worker of the first page of the guide. */
const PAGE_WRITER = `
import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'

export const pageWriter = defineWorker({
  name: 'page-writer',
  summary: 'Writes the HTML page of one planet.',
  handles: 'generate_page',
  body: z.object({ planet: z.string().regex(/^[a-z]+$/) }),
  result: z.object({ path: z.string() }),
  tools: { write: files.write('site/**') },
  model: 'fast',
  outputs: ({ planet }) => ['site/' + planet + '.html'],
  examples: [
    { body: { planet: 'mars' }, model: ['<h1>Mars</h1>'], result: { path: 'site/mars.html' } },
    { name: 'a wrong one', body: { planet: 'venus' }, model: ['<h1>Venus</h1>', 'more'], result: { path: 'elsewhere' } },
  ],
  async run({ body }, { model, tools }) {
    const path = 'site/' + body.planet + '.html'
    const text = await model.generate({ prompt: 'An HTML page about ' + body.planet + '.' })
    await tools.write({ path, text })
    return { path }
  },
})
`

/** Sums up what it depends on and a file; without a model. */
const COUNTER = `
import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
const about = { summary: 'Counts.', body: z.strictObject({ file: z.string() }), result: z.json() }
const counter = defineWorker({
  ...about, name: 'counter', handles: 'count', tools: { read: files.read('data/**') },
  examples: [{
    body: { file: 'data/words.txt' }, files: { 'data/words.txt': 'one two' }, inputs: { first: 3, counter: { n: 4 } },
    result: { words: 2, inputs: { first: 3, counter: { n: 4 } } },
  }],
  async run({ body }, { tools, inputs }) {
    const { text } = await tools.read({ path: body.file })
    return { words: text.split(' ').length, inputs }
  },
})
const silent = defineWorker({ ...about, name: 'silent', handles: 'hush', run: () => { throw new Error('no words') } })
export default definePlugin({ name: 'counting', workers: [counter, silent] })
`

/** A folder of a user's own, outside of this repository, with nothing installed. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-user-')))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** Somebody who interrupts as soon as there is something to interrupt. */
class EagerTerminal extends FakeTerminal {
  override get out() {
    const sink = super.out
    const write = (text: string) => {
      const written = sink.write(text)
      if (text.includes('waiting')) this.interrupt()
      return written
    }
    return { ...sink, write }
  }
}

describe('bosun try', () => {
  it('tries a worker of a module: task, calls, files, result, and nothing is left behind', async () => {
    const folder = folderWith({ 'page-writer.ts': PAGE_WRITER })
    // A folder for temporary files that nobody else uses.
    const temporary = folderWith({})
    vi.stubEnv('TMPDIR', temporary)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { code, stdout, stderr } = await bosunIn(folder, 'try', 'page-writer.ts')
    expect(stderr).toBe('')
    expect(stdout.replaceAll(/\d+(\.\d+)? m?s\b/g, 'TIME')).toMatchInlineSnapshot(`
      "page-writer · example 1 of 2
        task   generate_page {"planet":"mars"}
        model  fast, as the example has it answer
        model  scripted:fast 10 + 10 tokens, TIME
        tool   write (files.write) TIME
        file   site/mars.html 13 bytes
               │ <h1>Mars</h1>
        result {"path":"site/mars.html"}
      ✓ as it should be TIME
      "
    `)
    expect(code).toBe(0)
    expect(readdirSync(folder)).toEqual(['page-writer.ts'])
    expect(readdirSync(temporary)).toEqual([])
  })

  it('ends with 1 when the result is not the one of the example, and tells what the script has left', async () => {
    const folder = folderWith({ 'page-writer.ts': PAGE_WRITER })
    const { code, stdout, stderr } = await bosunIn(folder, 'try', './page-writer.ts', '--example', '2')
    expect(code).toBe(1)
    expect(stdout).toContain('{"path":"elsewhere"}, as the example says')
    expect(stderr).toContain('1 more answers than the worker asked for')
  })

  it('takes another body, and says why it does not fit', async () => {
    const folder = folderWith({ 'page-writer.ts': PAGE_WRITER })
    const other = await bosunIn(folder, 'try', './page-writer.ts', '--body', '{"planet":"venus"}')
    expect(other).toMatchObject({ code: 0, stdout: expect.stringContaining('{"path":"site/venus.html"}') })
    const wrong = await bosunIn(folder, 'try', './page-writer.ts', '--body', '{"planet":"X 1"}')
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('TASK_BODY_INVALID') })
  })

  it('tells it as data with --json', async () => {
    const folder = folderWith({ 'page-writer.ts': PAGE_WRITER })
    const { code, stdout } = await bosunIn(folder, 'try', './page-writer.ts', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      worker: { name: 'page-writer' },
      example: { number: 1, count: 2 },
      task: { type: 'generate_page', body: { planet: 'mars' } },
      calls: [
        { type: 'model.called', inputTokens: 10, outputTokens: 10 },
        { type: 'tool.called', tool: 'files.write', name: 'write' },
      ],
      result: { path: 'site/mars.html' },
      files: [{ path: 'site/mars.html', bytes: 13, head: '<h1>Mars</h1>' }],
    })
  })

  it('gives an example its files and the results that it depends on', async () => {
    const folder = folderWith({ 'counting.ts': COUNTER })
    expect(await bosunIn(folder, 'try', './counting.ts', '--worker', 'counter')).toMatchObject({ code: 0, stderr: '' })
    expect(await bosunIn(folder, 'try', './counting.ts', '--worker', 'counter', '--inline')).toMatchObject({ code: 0 })
  })

  it('tries a worker of the project by its name, under the policy of the project', async () => {
    const config = { plugins: ['./counting.ts'], manager: 'fanOut', policy: { deny: ['files.read'] } }
    const files = { 'counting.ts': COUNTER, 'bosun.config.json': JSON.stringify(config) }
    const folder = folderWith(files)
    const { code, stdout } = await bosunIn(folder, 'try', 'counter')
    expect(code).toBe(1)
    expect(stdout).toContain('TOOL_DENIED')
    expect(stdout).toContain('denied read by files.read')
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort())
    const unknown = await bosunIn(folder, 'try', 'kounter')
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('one of counter, silent') })
  })

  it('shows how an example is written where there is none', async () => {
    const folder = folderWith({ 'counting.ts': COUNTER })
    const { code, stderr } = await bosunIn(folder, 'try', './counting.ts', '--worker', 'silent')
    expect(code).toBe(2)
    expect(stderr).toContain("examples: [{ body: { file: '…' } }]")
    expect(stderr).toContain('--body')
  })

  it('asks which worker is meant where there are several', async () => {
    const folder = folderWith({ 'counting.ts': COUNTER })
    const { code, stderr } = await bosunIn(folder, 'try', './counting.ts')
    expect(code).toBe(2)
    expect(stderr).toContain('counter, silent')
    expect(stderr).toContain('--worker counter')
  })

  it('says what a worker threw', async () => {
    const folder = folderWith({ 'counting.ts': COUNTER })
    const { code, stdout } = await bosunIn(
      folder,
      'try',
      './counting.ts',
      '--worker',
      'silent',
      '--body',
      '{"file":"a"}',
    )
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ WORKER_THREW: .*no words/)
  })

  it('says where the language refused what a worker does, and because of what', async () => {
    const slips = COUNTER.replace(
      "throw new Error('no words')",
      "throw new TypeError('slipped', { cause: new Error('on ice') })",
    )
    const args = ['try', './counting.ts', '--worker', 'silent', '--body', '{"file":"a"}']
    const { code, stdout } = await bosunIn(folderWith({ 'counting.ts': slips }), ...args)
    expect(code).toBe(1)
    expect(stdout).toContain('received slipped: on ice, at counting.ts:16:')
  })

  it.each([
    ['a syntax error', 'const a = 1\nexport default { a: }\n', 'broken.ts:2: '],
    ['what it throws', "\nthrow new Error('boom')\n", 'broken.ts:2:7: '],
  ])('names the line of a plugin that cannot be loaded for %s', async (_, text, place) => {
    const { code, stderr } = await bosunIn(folderWith({ 'broken.ts': text }), 'try', './broken.ts')
    expect(code).toBe(1)
    expect(stderr).toContain(`${place}The code of a plugin cannot be loaded`)
  })

  it('shows what a worker prints, and with --json keeps it off the data', async () => {
    const prints = COUNTER.replace(
      "throw new Error('no words')",
      "console.log('first\\nsecond'); process.stderr.write('half'); return 1",
    )
    const folder = folderWith({ 'counting.ts': prints })
    const args = ['try', './counting.ts', '--worker', 'silent', '--body', '{"file":"a"}']
    const { code, stdout } = await bosunIn(folder, ...args)
    expect(code).toBe(0)
    expect(stdout.match(/^ +prints .*$/gm)?.sort()).toEqual(['  prints first', '  prints half', '  prints second'])
    const json = await bosunIn(folder, ...args, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, result: 1 })
    expect(json.stderr.split('\n').sort()).toEqual(['', 'first', 'half', 'second'])
  })

  it('names the plugin when no worker goes by its name', async () => {
    const folder = folderWith({
      'plugins/counting.ts': COUNTER,
      'bosun.config.ts': "export default { plugins: ['./plugins/counting.ts'], manager: 'fanOut' }",
    })
    const { code, stderr } = await bosunIn(folder, 'try', 'counting')
    expect(code).toBe(2)
    expect(stderr).toContain('Name one, or the plugin: ./plugins/counting.ts.')
  })

  it('ends with 130 when it is interrupted, with the worker told to stop', async () => {
    const waits = COUNTER.replace(
      "run: () => { throw new Error('no words') }",
      "run: (_, { progress, signal }) => new Promise((_, fail) => { signal.onabort = () => fail(signal.reason); progress('waiting') })",
    )
    const terminal = new EagerTerminal({ cwd: folderWith({ 'counting.ts': waits }) })
    const args = ['try', './counting.ts', '--worker', 'silent', '--body', '{"file":"a"}']
    expect(await runProgram(args, terminal, loadEngine, '0.0.0')).toBe(130)
    expect(terminal.stdout).toContain('waiting')
  })

  it('tries a worker of what comes with Bosun by the name of its package', async () => {
    const folder = folderWith({})
    const { code, stdout } = await bosunIn(folder, 'try', '@bosun/worker-pages', '--worker', 'page-writer')
    expect(stdout).toContain('site/mars.html')
    expect(code).toBe(0)
  })

  it.each([
    [['./nothing.ts'], 2, 'PLUGIN_NOT_FOUND|cannot be found'],
    [['./page-writer.ts', '--example', '9'], 2, 'at most 2'],
    [['./page-writer.ts', '--body', '{planet}'], 2, '--body'],
    [['./page-writer.ts', '--model', 'nobody:x'], 2, 'nobody'],
    [['no-such-package'], 2, 'no such package'],
  ])('refuses %j with %i and the reason', async (args, exit, reason) => {
    const folder = folderWith({ 'page-writer.ts': PAGE_WRITER })
    const { code, stderr } = await bosunIn(folder, 'try', ...args)
    expect(code).toBe(exit)
    expect(stderr).toMatch(new RegExp(reason))
  })

  it('refuses an example whose files would lie outside of its workspace', async () => {
    const outside = PAGE_WRITER.replace(
      "model: ['<h1>Mars</h1>']",
      "files: { '../../out.txt': 'x' }, model: ['<h1>Mars</h1>']",
    )
    const folder = folderWith({ 'page-writer.ts': outside })
    const { code, stderr } = await bosunIn(folder, 'try', './page-writer.ts')
    expect(code).not.toBe(0)
    expect(stderr).toContain('../../out.txt')
    expect(readFileSync(join(folder, 'page-writer.ts'), 'utf8')).toBe(outside)
  })
})
