import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bosunProcess, projectWith, sleeping, start, startWith } from './process.fixture.ts'

const SITE = {
  'bosun.config.ts': `export default { plugins: ['@bosun/worker-pages'], planner: 'files', manager: 'fanOut' }\n`,
  'plan.yaml': readFileSync(join(import.meta.dirname, '../../../examples/planet-site/plan.yaml'), 'utf8'),
}

const folders: string[] = []
const project = (files: Readonly<Record<string, string>>) => {
  const folder = projectWith(files)
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Waits until a run of the folder is working on something. */
async function untilAssigned(folder: string, { child, done }: ReturnType<typeof start>): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended at once: ${JSON.stringify(await done)}`)
    const { stdout } = await bosunProcess(folder, 'log', 'last', '--type', 'attempt.started', '--json')
    if (stdout !== '') return
    if (Date.now() > until) throw new Error('nothing was assigned')
  }
}

describe('a run that completes', () => {
  it('T-30: makes both pages and the index, ends with 0, and every reader agrees', { timeout: 60_000 }, async () => {
    const folder = project(SITE)
    const run = await bosunProcess(folder, 'run')
    expect(run.stderr).toBe('')
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('3 succeeded + 0 failed + 0 lost + 0 cancelled + 0 skipped = 3 tasks')
    const index = readFileSync(join(folder, 'site/index.html'), 'utf8')
    expect([...index.matchAll(/<li><a href="([^"]+)"/g)].map(([, to]) => to)).toEqual(['mars.html', 'moon.html'])
    for (const args of [['runs'], ['show'], ['tree'], ['log'], ['why', 'last', 'build-index'], ['audit']]) {
      const { code, stdout, stderr } = await bosunProcess(folder, ...args)
      expect([args[0], code, stderr]).toEqual([args[0], 0, ''])
      expect(stdout).not.toBe('')
    }
    expect(JSON.parse((await bosunProcess(folder, 'result')).stdout)).toBeTruthy()
  })

  it('runs what init wrote, in a folder outside of everything', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bosun-init-'))
    folders.push(folder)
    expect(await bosunProcess(folder, 'init', 'my project')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Next: bosun plan 'my project', then bosun run 'my project'\n") as string,
      stderr: '',
    })
    const run = await bosunProcess(folder, 'run', 'my project')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(join(folder, 'my project/notes'))).toEqual(['conclusion.md', 'mars.md', 'moon.md'])
  })

  it('prints facts and nothing else with --json', { timeout: 30_000 }, async () => {
    const { code, stdout, stderr } = await bosunProcess(project(SITE), 'run', '--json')
    expect(code).toBe(0)
    expect(stderr).toBe('')
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types[0]).toBe('run.started')
    expect(types.at(-1)).toBe('run.completed')
  })
})

describe('X-01: exit codes', () => {
  it('M-54: 1 when a task fails, naming task, worker and reason', { timeout: 30_000 }, async () => {
    const { code, stdout } = await bosunProcess(project(sleeping(1, -1)), 'run')
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ nap-1 failed \(sleeper\/\d, 1 attempt\): .*had a nightmare/)
  })

  it(
    'M-51, M-54: 1 when hosts die until the retries are spent, naming task, worker and reason',
    { timeout: 60_000 },
    async () => {
      const sleepers = sleeping(1, -1)
      const dying = sleepers['plugin/index.ts']?.replace("throw new Error('had a nightmare')", 'process.exit(7)') ?? ''
      const config = sleepers['bosun.config.ts']?.replace('retriesMax: 0', 'retriesMax: 1, backoffMs: 0') ?? ''
      const folder = project({ ...sleepers, 'plugin/index.ts': dying, 'bosun.config.ts': config })
      const { code, stdout } = await bosunProcess(folder, 'run')
      expect(code).toBe(1)
      expect(stdout).toMatch(/✗ nap-1 lost \(sleeper\/\d, 2 attempts\): .*HOST_DIED/)
      const show = await bosunProcess(folder, 'show')
      expect(show.stdout).toMatch(/nap-1 +sleep +lost +2 \(2 lost\)/)
    },
  )

  it('2 for bad usage and config', { timeout: 30_000 }, async () => {
    for (const [files, args] of [
      [{}, ['run']],
      [{ 'bosun.config.ts': 'export default { plugin: [] }' }, ['run']],
      [{ 'bosun.config.ts': 'export default { plugins: [], manager: }' }, ['run']],
      [{ ...SITE, 'bosun.config.ts': SITE['bosun.config.ts'].replace('worker-pages', 'no-such') }, ['run']],
      [SITE, ['run', 'nowhere']],
      [SITE, ['show', 'r-9']],
    ] as const) {
      const { code, stdout, stderr } = await bosunProcess(project(files), ...args)
      expect(stderr).toMatch(/^bosun: [^\n]+\n$/)
      expect([code, stdout]).toEqual([2, ''])
    }
  })

  it('3 when the plan is rejected, before and by the run', { timeout: 30_000 }, async () => {
    const folder = project({ ...SITE, 'plan.yaml': SITE['plan.yaml'].replace('moon-page]', 'moon-pages]') })
    const plan = await bosunProcess(folder, 'plan')
    expect(plan.code).toBe(3)
    expect(plan.stderr).toMatch(/^bosun: plan\.yaml:12:\d+ [^\n]*generate-moon-pages[^\n]*\n$/)
    const run = await bosunProcess(folder, 'run')
    expect(run.code).toBe(3)
    expect(`${run.stdout}${run.stderr}`).toContain('plan.yaml:12:')
    expect(existsSync(join(folder, 'site'))).toBe(false)
  })

  it('4 when a limit ends the run', { timeout: 30_000 }, async () => {
    const { code, stdout } = await bosunProcess(project(sleeping(20_000)), 'run', '--wall-time', '1s')
    expect(stdout).toContain('exhausted')
    expect(code).toBe(4)
  })

  it('T-35, X-08: 5 when it is interrupted, and resume goes on', { timeout: 60_000 }, async () => {
    const folder = project(sleeping(1500, 1500, 10, 10))
    const running = start(folder, 'run')
    const { child, done } = running
    await untilAssigned(folder, running)
    child.kill('SIGINT')
    const paused = await done
    expect(paused.stdout).toContain('Next: bosun resume')
    expect(paused.code).toBe(5)
    const resumed = await bosunProcess(folder, 'resume', 'last')
    expect(resumed.stdout).toContain('4 succeeded + 0 failed + 0 lost + 0 cancelled + 0 skipped = 4 tasks')
    expect(resumed.code).toBe(0)
  })

  it('X-02: 130 when another process cancels it', { timeout: 60_000 }, async () => {
    const folder = project(sleeping(60_000, 60_000))
    const running = start(folder, 'run')
    await untilAssigned(folder, running)
    const cancel = await bosunProcess(folder, 'cancel', 'last', '--reason', 'enough')
    expect(cancel).toMatchObject({ code: 0, stderr: '' })
    const { code, stdout } = await running.done
    expect(stdout).toContain('enough')
    expect(code).toBe(130)
  })

  it('130 when it is interrupted twice', { timeout: 60_000 }, async () => {
    const folder = project(sleeping(60_000))
    const running = start(folder, 'run')
    const { child, done } = running
    await untilAssigned(folder, running)
    child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.kill('SIGINT')
    expect((await done).code).toBe(130)
  })
})

it('answers --help without loading schemas, kernel or engine', { timeout: 20_000 }, async () => {
  const watch = `import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) { process._rawDebug(url); return next(url, context) } })`
  const options = `--import=data:text/javascript,${encodeURIComponent(watch)}`
  const { code, stdout, stderr } = await startWith({ NODE_OPTIONS: options }, project({}), '--help').done
  expect(code).toBe(0)
  expect(stdout).toContain('Start:')
  expect(stderr).toContain('/apps/cli/src/commands/run.ts')
  expect(stderr.split('\n').filter((url) => /\/packages\/|\/zod\/|\/rxjs\/|\/inversify\//.test(url))).toEqual([])
})
