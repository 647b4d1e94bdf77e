import { SqliteJournal } from '@bosun/runtime'
import { corpusPath } from '@bosun/corpora'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bosunIn, runsIn } from './real-engine.fixture.ts'

type Content = string | Uint8Array

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-bad-input-')))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function folderWith(files: Readonly<Record<string, Content>>): string {
  const folder = mkdtempSync(join(scratch, 'p-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const config = (more: object) => JSON.stringify({ plugins: [], manager: 'fanOut', ...more })
/** Nobody works, which is enough for what is refused before. */
const IDLE = config({ planner: 'files' })
/** Works in this process: fast, and the same doors. */
const PAGES = config({
  plugins: [{ use: '@bosun/worker-pages', trusted: true }],
  isolation: 'inline',
  planner: 'files',
})
const TWO_PAGES = '- { id: mars, type: generate_page, body: Mars }\n- { id: moon, type: generate_page, body: Moon }'

/** What a terminal would obey, or hide: never in the output, whatever the input. */
// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/

/**
 * Runs a command that has to refuse: one message, nothing on stdout, no stack trace, no run, and no
 * file that was not there.
 */
async function refusal(folder: string, ...args: readonly string[]) {
  const files = () => readdirSync(folder, { recursive: true }).filter((name) => !String(name).startsWith('.bosun'))
  const before = files()
  const runs = runsIn(folder)
  const { code, stdout, stderr } = await bosunIn(folder, ...args)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^bosun: [^\n]+\n$/)
  expect(stderr).not.toMatch(OBEYED)
  expect(stderr).not.toMatch(/\n {4}at |node:internal|Report it/)
  expect(runsIn(folder)).toEqual(runs)
  expect(files()).toEqual(before)
  return { code, message: stderr.slice('bosun: '.length, -1) }
}

const json = corpusPath('json-parsing')
const texts =
  json === undefined
    ? []
    : readdirSync(join(json, 'test_parsing')).map(
        (name) => [name, readFileSync(join(json, 'test_parsing', name))] as const,
      )

describe.skipIf(json === undefined)('H14: the JSON corpus at every door', { timeout: 120_000 }, () => {
  it.each(['plan.json', 'plan.yaml'])('is refused as %s, with the place in the file', async (name) => {
    for (const [, text] of texts) {
      const { code, message } = await refusal(folderWith({ 'bosun.config.json': IDLE, [name]: text }), 'run')
      expect([code, message]).toEqual([3, expect.stringMatching(new RegExp(`^${name}:?`)) as string])
    }
  })

  it('is refused as bosun.config.json', async () => {
    for (const [, text] of texts) {
      const { code, message } = await refusal(folderWith({ 'bosun.config.json': text }), 'run')
      expect([code, message]).toEqual([2, expect.stringMatching(/^bosun\.config\.json/) as string])
    }
  })

  it('is refused as the goal where it looks like JSON and is none', async () => {
    const folder = folderWith({ 'bosun.config.json': config({ goal: { kind: 'folder', mount: 'in' } }) })
    const free = folderWith({ 'bosun.config.json': config({}) })
    for (const [name, bytes] of texts) {
      const text = bytes.toString('utf8')
      if (text.includes('\0') && !/^\s*[{["]/.test(text)) continue
      // Without a planner a goal that is accepted gets no further, and starts no run here.
      const { code, message } = await refusal(free, 'plan', '--goal', text)
      const isJsonLike = /^\s*[{["]/.test(text)
      const allowed = name.startsWith('y_') ? [3] : name.startsWith('n_') && isJsonLike ? [2] : [2, 3]
      expect([name, allowed]).toEqual([name, expect.arrayContaining([code]) as number[]])
      expect(code === 2 ? message : '--goal').toMatch(/^--goal/)
      expect((await refusal(folder, 'run', '--goal', text.replaceAll('\0', '?').slice(0, 300))).code).toBe(2)
    }
  })

  it('is refused line by line as an export', async () => {
    for (const [, text] of texts) {
      const folder = folderWith({ 'x.ndjson': Buffer.concat([text, Buffer.from('\n')]) })
      const { code, message } = await refusal(folder, 'audit', 'x.ndjson')
      expect([code, message]).toEqual([2, expect.stringContaining(`${join(folder, 'x.ndjson')}:1`) as string])
    }
  })
})

const BROKEN: readonly (readonly [string, string, string])[] = [
  ['a repeated id', '- { id: a, type: build_index }\n- { id: a, type: build_index }', 'plan.yaml:2:'],
  ['an unknown dependency', '- { id: a, type: build_index, depends_on: [marz] }', 'marz'],
  ['a task that depends on itself', '- { id: a, type: build_index, depends_on: [a] }', 'plan.yaml:1:'],
  [
    'a circle of two',
    '- { id: a, type: build_index, depends_on: [b] }\n- { id: b, type: build_index, depends_on: [a] }',
    ' → ',
  ],
  [
    'a circle far down',
    `- { id: t0, type: build_index, depends_on: [t99] }\n${Array.from({ length: 99 }, (_, index) => `- { id: t${index + 1}, type: build_index, depends_on: [t${index}] }`).join('\n')}`,
    'plan.yaml:',
  ],
  ['a type that nobody handles', '- { id: a, type: generate_pag }', 'generate_pag'],
  ['a skill that nobody has', '- { id: a, type: build_index, skills: [cobol] }', 'cobol'],
  [
    'two writers of one file',
    '- { id: a, type: build_index, outputs: [x] }\n- { id: b, type: build_index, outputs: [x] }',
    'x',
  ],
  ['no task', '[]', 'plan.yaml:1:1'],
  ['an id that cannot be', '- { id: a/../b, type: build_index }', 'plan.yaml:1:'],
  ['an unknown key', '- { id: a, type: build_index, retries: 3 }', 'retries'],
  ['a limit that is no number', '- { id: a, type: build_index, limits: { retriesMax: many } }', 'plan.yaml:1:'],
]

describe('broken graphs', () => {
  it.each(BROKEN)('T-23, M-27: a run of %s ends with 3 before there is a run', async (_, plan, part) => {
    const { code, message } = await refusal(folderWith({ 'bosun.config.json': PAGES, 'plan.yaml': plan }), 'run')
    expect([code, message]).toEqual([3, expect.stringContaining(part) as string])
    expect(message).toMatch(/^plan\.yaml:\d+:\d+/)
  })
})

describe('what only the plugin knows', () => {
  const hosted = config({ plugins: ['@bosun/worker-pages'], planner: 'files' })

  it.each([
    [
      'a body that its worker refuses',
      '- { id: a, type: generate_page, body: { title: 3 } }',
      'plan.yaml:1:9 a: The body of a task does not fit what its worker accepts (expected a body of page-writer, received title: ',
    ],
    [
      'an output that leaves the workspace',
      '- { id: a, type: build_index, outputs: [../x] }',
      'plan.yaml:1:40 outputs of a: A path was refused',
    ],
  ])('a run of %s ends with 3 before there is a run', { timeout: 30_000 }, async (_, plan, part) => {
    const { code, message } = await refusal(folderWith({ 'bosun.config.json': hosted, 'plan.yaml': plan }), 'run')
    expect([code, message]).toEqual([3, expect.stringContaining(part) as string])
  })
})

describe('places', () => {
  const large = Buffer.alloc(5 * 1024 * 1024, '#')
  const binary = Buffer.from([0, 255, 254, 3, 200])

  it.each([
    ['a missing folder', {}, ['run', 'nowhere'], 'nowhere'],
    ['a file as folder', { x: '' }, ['run', 'x'], 'expected a folder, received a file'],
    ['an empty name', {}, ['run', ''], 'Expected a path.'],
    ['a folder without a project', {}, ['run'], 'bosun init'],
    ['two configs', { 'bosun.config.json': IDLE, 'bosun.config.ts': '' }, ['run'], 'Keep one of them.'],
    ['a folder as config', { 'bosun.config.json/x': '' }, ['run'], 'bosun.config.json: A file cannot be read'],
    ['a folder as typed config', { 'bosun.config.ts/x': '' }, ['run'], 'bosun.config.ts: A file cannot be read'],
    ['a binary config', { 'bosun.config.json': binary }, ['run'], 'not UTF-8'],
    ['a huge config', { 'bosun.config.json': large }, ['run'], 'at most 1048576 bytes'],
    ['no plan', { 'bosun.config.json': IDLE }, ['run'], 'Write a plan.yaml there'],
    [
      'two plans',
      { 'bosun.config.json': IDLE, 'plan.json': '[]', 'plan.yml': '[]' },
      ['run'],
      'plan.yml and plan.json',
    ],
    ['a folder as plan', { 'bosun.config.json': IDLE, 'plan.yaml/x': '' }, ['run'], 'plan.yaml: A file cannot be read'],
    ['a plan that is not there', { 'bosun.config.json': IDLE }, ['run', '--plan', 'x.yaml'], 'x.yaml'],
    ['an empty name of a plan', { 'bosun.config.json': IDLE }, ['run', '--plan', ''], 'Expected a path.'],
    ['a binary plan', { 'bosun.config.json': IDLE, 'plan.yaml': binary }, ['run'], 'not UTF-8'],
    ['a huge plan', { 'bosun.config.json': IDLE, 'plan.yaml': large }, ['run'], 'at most 4194304 bytes'],
    [
      'a tool that is not there in a policy',
      { 'bosun.config.json': config({ policy: { deny: ['filez.read'] } }) },
      ['run'],
      'policy.deny: filez.read',
    ],
    ['state in the workspace', { 'bosun.config.json': IDLE }, ['run', '--state', 'runs'], '--state: '],
    ['the workspace as state', { 'bosun.config.json': IDLE }, ['run', '--state', '.'], 'or below its .bosun'],
    [
      'such a state of the config',
      { 'bosun.config.json': config({ stateDir: 's' }) },
      ['run'],
      'bosun.config.json stateDir',
    ],
    ['a file as state', { x: '' }, ['runs', '--state', 'x'], 'x: '],
    [
      'a strategy that nobody has',
      { 'bosun.config.json': PAGES, 'plan.yaml': TWO_PAGES },
      ['run', '--strategy', 'x'],
      '--strategy: ',
    ],
    [
      'such a strategy of the config',
      { 'bosun.config.json': config({ strategy: 'x' }) },
      ['run'],
      'bosun.config.json strategy: ',
    ],
    ['an isolation that is none', { 'bosun.config.json': IDLE }, ['run', '--isolation', 'x'], '--isolation: '],
    ['a folder as export', { 'x/y': '' }, ['audit', 'x'], 'received a folder'],
    ['an export that is not there', {}, ['audit', 'x.ndjson'], 'received nothing of this name'],
    ['a device as export', {}, ['audit', '/dev/null'], 'received something else'],
    ['an empty export', { x: '' }, ['audit', 'x'], 'an empty file'],
  ] as const)('%s is named, with the fix', async (_, files, args, part) => {
    const { code, message } = await refusal(folderWith(files), ...args)
    expect([2, 3]).toContain(code)
    expect(message).toContain(part)
    expect(message).toMatch(/\.$|\?$/)
  })

  it.each([
    ['bosun.config.json', []],
    ['bosun.config.ts', []],
    ['plan.yaml', ['bosun.config.json']],
  ] as const)('a link to nothing as %s is named', async (name, others) => {
    const folder = folderWith(Object.fromEntries(others.map((other) => [other, IDLE])))
    symlinkSync('/nowhere/at/all', join(folder, name))
    expect(await refusal(folder, 'run')).toEqual({ code: 2, message: expect.stringContaining(`${name}: `) as string })
  })
})

describe('flags', () => {
  const numeric = ['--concurrency', '-n', '--retries', '--tasks-max', '--seed', '--timeout', '--wall-time']

  it.each(numeric)('%s takes a number that makes sense, and nothing else', async (flag) => {
    const folder = folderWith({ 'bosun.config.json': PAGES, 'plan.yaml': TWO_PAGES })
    for (const value of [
      '',
      ' ',
      '-1',
      '1.5',
      '1e3',
      '0x10',
      'NaN',
      'Infinity',
      '٣',
      '9'.repeat(30),
      'many',
      '\u001B[31m1',
    ]) {
      const { code, message } = await refusal(folder, 'run', flag, value)
      expect([flag, value, code]).toEqual([flag, value, 2])
      expect(message).toContain('Expected a')
      expect(message).toContain(flag.startsWith('--') ? flag : '--concurrency')
    }
    expect((await refusal(folder, 'run', flag)).message).toContain('argument missing')
  })
})

const exported = (text: Content) => folderWith({ 'run.ndjson': text })
const whole = (lines: readonly string[]) => `${lines.join('\n')}\n`
const edited = (lines: readonly string[], index: number, line: string) => whole(lines.toSpliced(index, 1, line))

describe('journals', () => {
  let project: string
  let run: string
  let lines: readonly string[]

  beforeAll(async () => {
    project = folderWith({ 'bosun.config.json': PAGES, 'plan.yaml': TWO_PAGES })
    await bosunIn(project, 'run')
    run = runsIn(project)[0]?.replace('.sqlite', '') ?? ''
    await using journal = await SqliteJournal.open({ stateDir: join(project, '.bosun') })
    lines = await Array.fromAsync(journal.exportRun(run), (line) => line.trimEnd())
    await journal.close()
  })

  it('an export is judged, also without its last line end', async () => {
    for (const text of [`${lines.join('\n')}\n`, lines.join('\n')]) {
      const { code, stdout, stderr } = await bosunIn(exported(text), 'audit', 'run.ndjson')
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain(`nothing violated: run.ndjson, ${lines.length} facts`)
    }
  })

  it('a torn last line is left out, and said', async () => {
    const text = lines.join('\n').slice(0, -30)
    const { code, stdout, stderr } = await bosunIn(exported(text), 'audit', 'run.ndjson')
    expect(code).toBe(0)
    expect(stderr).toMatch(
      new RegExp(`^bosun: the last line is torn and was left out: .*run\\.ndjson:${lines.length} breaks off`),
    )
    expect(stdout).toContain(`${lines.length - 1} facts`)
    expect(stdout).toContain('the run has not ended')
  })

  it('damage in the middle is refused with its line', async () => {
    for (const [text, part] of [
      [whole(lines.toSpliced(3, 1)), 'run.ndjson:4: '],
      [whole(lines.toSpliced(4, 0, lines[4] ?? '')), 'run.ndjson:6: '],
      [edited(lines, 3, 'garbage'), 'run.ndjson:4:1: '],
      [edited(lines, 3, (lines[3] ?? '').slice(0, -5)), 'run.ndjson:4:'],
      [edited(lines, 3, (lines[3] ?? '').replace(/"at":\d/, '"at":9')), 'run.ndjson:4: '],
      [edited(lines, 3, ''), 'run.ndjson:4:1: '],
      [edited(lines, 0, (lines[0] ?? '').replace('"version":1', '"version":2')), 'another version of Bosun'],
      [edited(lines, 0, '{"fact":{},"hash":""}'), 'run.ndjson:1'],
      [whole(lines.slice(1)), 'run.ndjson:1: '],
      [(lines[0] ?? '').slice(0, 40), 'run.ndjson:1:'],
    ] as const) {
      const { code, message } = await refusal(exported(text), 'audit', 'run.ndjson')
      expect([code, message]).toEqual([2, expect.stringContaining(part) as string])
    }
  })

  it('a database is no export, and it is said', async () => {
    const file = readFileSync(join(project, '.bosun/runs', `${run}.sqlite`))
    expect(await refusal(exported(file), 'audit', 'run.ndjson')).toEqual({
      code: 2,
      message: expect.stringContaining('received a database). Name the run that it holds') as string,
    })
  })

  it.each([
    ['cut off', (path: string) => truncateSync(path, 5000)],
    ['garbage', (path: string) => writeFileSync(path, 'garbage '.repeat(1000))],
  ])('a run whose file is %s is listed as damaged, and refused by all that would read it', async (_, damage) => {
    const folder = folderWith({ 'bosun.config.json': PAGES, 'plan.yaml': TWO_PAGES })
    cpSync(join(project, '.bosun'), join(folder, '.bosun'), { recursive: true })
    damage(join(folder, '.bosun/runs', `${run}.sqlite`))
    const list = await bosunIn(folder, 'runs')
    expect(list.code).toBe(0)
    expect(list.stdout).toMatch(new RegExp(`^${run} +damaged$`, 'm'))
    for (const args of [
      ['show'],
      ['tree'],
      ['log'],
      ['why', run, 'mars'],
      ['result'],
      ['audit'],
      ['cancel', run],
      ['resume', run],
    ]) {
      const { code, message } = await refusal(folder, ...args)
      expect([args[0], code, message]).toEqual([
        args[0],
        2,
        expect.stringMatching(`^${run}: The journal is damaged`) as string,
      ])
    }
    expect((await bosunIn(folder, 'run')).code).toBe(0)
  })
})

const naughty = corpusPath('naughty-strings')

describe.skipIf(naughty === undefined)('H22: naughty strings', { timeout: 120_000 }, () => {
  const strings =
    naughty === undefined ? [] : (JSON.parse(readFileSync(join(naughty, 'blns.json'), 'utf8')) as string[])

  it('as ids, types, keys, files and goals are refused in one line that a terminal shows as it is', async () => {
    const folder = folderWith({ 'bosun.config.json': IDLE })
    const none = folderWith({ 'bosun.config.json': config({}) })
    for (const text of strings) {
      for (const task of [
        { id: text, type: 'x' },
        { id: 'a', type: text },
        { id: 'a', type: 'x', [text]: 1 },
        { id: 'a', type: 'x', dependsOn: [text] },
      ]) {
        writeFileSync(join(folder, 'plan.json'), JSON.stringify([task]))
        expect((await refusal(folder, 'run')).code).toBe(3)
      }
      expect([2, 3]).toContain((await refusal(none, 'plan', `--goal=${text}`)).code)
      // What looks like an option is one.
      if (text.startsWith('-')) continue
      // One of them is the path of a file that is there, and no plan.
      expect([2, 3]).toContain((await refusal(none, 'run', '--plan', text)).code)
      expect((await refusal(none, 'show', text)).code).toBe(2)
    }
  })

  it('as purposes and bodies come back equal from the journal, and no reader prints what a terminal obeys', async () => {
    const legal = strings.filter((text) => text !== '' && text.length <= 2000)
    const tasks = legal.map((text, index) => ({
      id: `t${index}`,
      type: 'generate_page',
      body: { title: `Page ${index}`, notes: [text] },
      purpose: text,
    }))
    const folder = folderWith({ 'bosun.config.json': PAGES, 'plan.json': JSON.stringify({ title: legal[0], tasks }) })
    const run = await bosunIn(folder, 'run', '--goal', `"${'\\u001b[31m\\u202e'}"`)
    expect(run.code).toBe(0)
    const added = await bosunIn(folder, 'log', '--type', 'task.added', '--json')
    const stored = added.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { task: { id: string; body: unknown; purpose: string } }).task)
    expect(stored.map(({ id, body, purpose }) => ({ id, body, purpose }))).toEqual(
      tasks.map(({ id, body, purpose }) => ({ id, body, purpose })),
    )
    for (const args of [['plan'], ['show'], ['tree'], ['log'], ['result'], ['why', 'last', 't7'], ['log', '--json']]) {
      const { code, stdout, stderr } = await bosunIn(folder, ...args)
      expect([args[0], code, stderr]).toEqual([args[0], 0, ''])
      expect(stdout).not.toMatch(OBEYED)
    }
    expect(run.stdout).not.toMatch(OBEYED)
  })
})
