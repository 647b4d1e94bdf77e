import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bosun, FakeTerminal } from './cli.fixture.ts'
import { bosunProcess, projectWith } from './process.fixture.ts'

const STRATEGY = `import { composeStrategy } from 'bosun'
export default composeStrategy({ name: 'mine' })
export const check = { scope: { tasksMax: 3 } }
`

/** A strategy that is right, held to what no strategy can promise. */
const heldTo = (
  id: string,
  scope = '{ tasksMax: 3 }',
) => `import { composeStrategy, defineInvariant, finding } from 'bosun'
export default composeStrategy({ name: 'mine' })
const nothingIsLost = defineInvariant({
  id: '${id}', title: 'nothing is lost', sentence: 'No task is ever lost.', clauses: { lost: 'A task was lost.' },
  watches: ['task.lost'], initial: () => ({}), onFact: (_state, fact) => finding('lost', fact.task + ' was lost', fact.seq),
})
export const check = { scope: ${scope}, ownInvariants: [nothingIsLost] }
`

const ordered = (key: string, before = '') => `import { composeStrategy } from 'bosun'
${before}
export default composeStrategy({ name: 'mine', order: { name: 'mine', key: ${key} } })
`

const folder = projectWith({
  'right.ts': STRATEGY,
  'safety.ts': heldTo('MY1'),
  'stale.ts': heldTo('MY1', '{ tasksMax: 4 }'),
  'liveness.ts': heldTo('L99'),
  'ambient.ts': ordered('() => Date.now()'),
  'moody.ts': ordered('() => (asked += 1) % 7', 'let asked = 0'),
  'idle.ts': `import { fanOut, task } from 'bosun'
export default fanOut({ name: 'idle', start: () => [task('nobody_does_this', null, { id: 'a' })] })
`,
  'syntax.ts': 'const a = 1\nexport default {\n',
  'none.ts': 'export const a = 1\n',
  'half.ts': 'export default { order: {} }\n',
  'options.ts': `${STRATEGY.split('\n').slice(0, 2).join('\n')}\nexport const check = 4\n`,
  'import.ts': "import x from './nowhere.ts'\nexport default x\n",
  'load.ts': "throw new Error('not today')\n",
  'folder/x': '',
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const check = (...args: readonly string[]) => bosun(['check', ...args], {}, new FakeTerminal({ cwd: folder }))
const small = ['--schedules', '600', '--threads', '1']

describe('bosun check', { timeout: 60_000 }, () => {
  it('X-01: ends with 0 and an account of what was tried when nothing breaks', async () => {
    const { code, stdout, stderr } = await check('right.ts', ...small)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ strategy mine: pass\n {2}tried +600 schedules in /)
    expect(stdout).toMatch(/seed 1 · 30 run twice/)
    expect(stdout).toContain('goals')
  })

  it('ends with 1, a timeline, a command and a test when an invariant breaks, and the command shows it again', async () => {
    const { code, stdout } = await check('safety.ts', '--schedules', '4000', '--threads', '1')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ strategy mine: fail\n/)
    expect(stdout).toContain('\n✗ MY1 nothing is lost: t0 was lost\n')
    expect(stdout).toContain("import subject, { check } from './safety.ts'\n")
    const replay = /bosun check safety\.ts --replay (b1:[\w-]+)/.exec(stdout)?.[1] ?? ''
    const again = await check('safety.ts', '--replay', replay, '--html', 'out/page.html')
    expect(again.code).toBe(1)
    expect(again.stdout).toContain('\n✗ MY1 nothing is lost: t0 was lost\n')
    expect(again.stderr).toBe('bosun: out/page.html is written\n')
    expect(readFileSync(join(folder, 'out/page.html'), 'utf8')).toMatch(/^<!doctype html>/)
    const data = await check('safety.ts', '--replay', replay, '--json')
    expect(JSON.parse(data.stdout)).toMatchObject({
      end: { violation: { invariant: 'MY1' } },
      events: expect.any(Array),
    })
    const stale = await check('stale.ts', '--replay', replay)
    expect(stale).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringContaining('does not fit what is checked'),
    })
    const damaged = await check('safety.ts', '--replay', `${replay.slice(0, -1)}`)
    expect(damaged).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringContaining('A replay string is damaged'),
    })
  })

  it('saves what it found, and tries that first the next time', async () => {
    const args = ['--corpus', 'found', '--threads', '1']
    await check('safety.ts', '--schedules', '4000', ...args)
    expect(readdirSync(join(folder, 'found'))).toEqual([expect.stringMatching(/^my1-lost-\w+\.json$/)])
    const { code, stdout } = await check('safety.ts', '--schedules', '1', ...args)
    expect(code).toBe(1)
    expect(stdout).toMatch(/ {2}corpus +my1-lost-\w+\.json · breaks MY1 lost\n/)
  })

  it.each([
    ['2 when only what must come about is violated', 'liveness.ts', 2, 'L99 lost'],
    ['3 when the code asks the machine for the time, naming the line', 'ambient.ts', 3, 'ambient.ts:3:'],
    ['4 when the same choices lead to two schedules', 'moody.ts', 4, 'the same choices led to two schedules'],
    ['5 when nothing was done that could be judged', 'idle.ts', 5, 'No task ever succeeded'],
  ])('X-01: ends with %s', async (_name, module, expected, part) => {
    const { code, stdout } = await check(module, '--schedules', '4000', '--threads', '1')
    expect({ code, stdout }).toEqual({ code: expected, stdout: expect.stringContaining(part) as string })
  })

  it('prints data and nothing else with --json', async () => {
    const { code, stdout, stderr } = await check('right.ts', ...small, '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', exitCode: 0, schedules: 600, failures: [] })
  })

  it('measures a strategy with --certificate, as text, data and a page', async () => {
    const text = await check('right.ts', '--certificate', '--schedules', '20', '--html', 'certificate.html')
    expect(text).toMatchObject({ code: 0, stdout: expect.stringMatching(/^certificate of mine \(fifo\/first-fit\)/) })
    expect(existsSync(join(folder, 'certificate.html'))).toBe(true)
    const data = await check('right.ts', '--certificate', '--schedules', '20', '--json')
    expect(JSON.parse(data.stdout)).toMatchObject({ version: 1, strategy: 'mine' })
  })

  it('shows where it stands on a terminal, and takes that away again', async () => {
    const terminal = new FakeTerminal({ cwd: folder, isTerminal: true })
    const { code, stdout } = await bosun(['check', 'right.ts', ...small], {}, terminal)
    expect(code).toBe(0)
    expect(stdout.startsWith('\u001B[?25l\u001B[0Jchecking right.ts\n')).toBe(true)
    expect(stdout).toContain('\u001B[?25h\u001B[32m✓ strategy mine: pass')
    expect(terminal.isListening).toBe(false)
  })

  it('says so when a page cannot be written', async () => {
    writeFileSync(join(folder, 'in-the-way'), '')
    const { code, stderr } = await check('right.ts', '--certificate', '--schedules', '5', '--html', 'in-the-way/x.html')
    expect(code).toBe(64)
    expect(stderr).toMatch(
      /^bosun: in-the-way\/x\.html: The page cannot be written \(received [^\n]+\)\. Correct the path\.\n$/,
    )
  })
})

describe('H26: what cannot be checked is one message and 64', { timeout: 60_000 }, () => {
  it.each([
    ['nothing', [], "missing required argument 'module'"],
    ['a module that is not there', ['nowhere.ts'], 'nowhere.ts: There is no such module'],
    ['a folder', ['folder'], 'received a folder'],
    ['a module that is no code', ['syntax.ts'], 'syntax.ts:2: The module could not be loaded'],
    ['a module without a default export', ['none.ts'], 'none.ts: The module holds nothing that can be checked'],
    ['a module with half a strategy', ['half.ts'], 'received an object with order'],
    ['options that are none', ['options.ts'], 'expected an object as `check`'],
    ['an import that is not there', ['import.ts'], "Cannot find module '"],
    ['a module that throws', ['load.ts'], 'load.ts:1:7: The module could not be loaded (received not today)'],
    ['no number of seconds', ['right.ts', '--seconds', '0'], 'Expected a number from 0.1 to 1000000'],
    ['seconds and schedules', ['right.ts', '--seconds', '1', '--schedules', '1'], 'cannot be used with'],
    ['a lane that there is not', ['right.ts', '--lane', 'fast'], 'Allowed choices are pure, async, sealed'],
    ['a lane that does not fit', ['right.ts', '--lane', 'async'], 'received code for the pure one'],
    ['a corpus that is no folder', ['right.ts', '--corpus', 'none.ts'], 'expected the folder of a corpus'],
    ['a replay string of nothing', ['right.ts', '--replay', 'x'], 'A replay string is damaged'],
    ['a certificate of a manager', ['idle.ts', '--certificate'], 'expected a strategy, received a manager'],
  ])('%s', async (_name, args, part) => {
    const { code, stdout, stderr } = await check(...args)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toMatch(/^bosun: [^\n]+\n$/)
    expect(stderr).toContain(part)
  })
})

describe('the real command line', () => {
  it('checks a module in a process of its own', { timeout: 60_000 }, async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true })
    const { code, stdout, stderr } = await bosunProcess(join(folder, 'sub'), 'check', '../right.ts', ...small)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('✓ strategy mine: pass')
  })
})
