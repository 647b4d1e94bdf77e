import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

const launcher = join(import.meta.dirname, '../bin/bosun.js')
/** Inside of the repository, so that the packages are found; Git ignores it. */
const scratch = join(import.meta.dirname, '../test-results/projects')

/** A project folder with these files. */
export function projectWith(files: Readonly<Record<string, string>>): string {
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'p-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** Starts the real command line in a folder. */
export function start(cwd: string, ...args: readonly string[]) {
  return startWith({}, cwd, ...args)
}

/** The same with more in its environment. */
export function startWith(env: Readonly<Record<string, string>>, cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment(), ...env },
  })
  const { promise, resolve } = Promise.withResolvers<number>()
  child.on('exit', (code, signal) => resolve(code ?? (signal === null ? -1 : 128)))
  const done = Promise.all([promise, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]) => ({
    code,
    stdout,
    stderr,
  }))
  return { child, done }
}

/** Whoever runs the specs may force colours; what they read is plain. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, ...rest } = process.env
  return { ...rest, NODE_OPTIONS: '', NO_COLOR: '1' }
}

/** Runs the real command line in a folder, to its end. */
export function bosunProcess(cwd: string, ...args: readonly string[]) {
  return start(cwd, ...args).done
}

/** A worker that sleeps as long as its body says, and fails where the body is negative. */
export const SLEEPERS: Readonly<Record<string, string>> = {
  'bosun.config.ts': `export default {
  plugins: ['./plugin'], planner: 'files', manager: 'fanOut',
  limits: { slotsMax: 2 }, retry: { retriesMax: 0 },
}\n`,
  'plugin/index.ts': `import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const sleeper = defineWorker({
  name: 'sleeper', summary: 'Sleeps.', handles: 'sleep', body: z.number(), result: z.number(),
  async run({ body }, { clock }) {
    await clock.sleep(Math.abs(body))
    if (body < 0) throw new Error('had a nightmare')
    return body
  },
})
export default definePlugin({ name: 'sleepers', workers: [sleeper] })\n`,
}

/** A plan of tasks that sleep so long each, in ms. */
export function sleeping(...times: readonly number[]): Readonly<Record<string, string>> {
  const tasks = times.map((body, index) => ({ id: `nap-${index}`, type: 'sleep', body }))
  return { ...SLEEPERS, 'plan.json': JSON.stringify({ tasks }) }
}
