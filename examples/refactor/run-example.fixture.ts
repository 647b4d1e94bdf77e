import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const example = import.meta.dirname
const launcher = join(example, '../../apps/cli/bin/bosun.js')
/** Inside of the repository, so that packages are found; Git ignores it. */
const scratch = join(example, 'test-results/projects')
const NOT_COPIED = /^(?:work|\.bosun|dist|node_modules|test-results|tsconfig.*|.*\.(?:spec|fixture)\.ts)$/

/** A fact as `--json` prints it. */
export type PrintedFact = Readonly<Record<string, unknown>> & { readonly type: string; readonly task?: string }

/** Whether this machine has a git; specs that need one say so in their title. */
export const HAS_GIT = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** The example as a fresh clone has it, in a folder of its own. */
export function copyOfExample() {
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'p-'))
  for (const name of readdirSync(example).filter((one) => !NOT_COPIED.test(one))) {
    cpSync(join(example, name), join(folder, name), { recursive: true })
  }
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: join(folder, 'work'), encoding: 'utf8', stdio: 'pipe' })
  return {
    folder,
    work: join(folder, 'work'),
    git,
    run: (options?: RunOptions) => runExample(folder, options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

interface RunOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** `bosun run` in a folder, to its end. */
async function runExample(folder: string, { args = [], env = {} }: RunOptions = {}) {
  const { FORCE_COLOR: _forced, REFACTORER: _model, ...inherited } = process.env
  const child = spawn(process.execPath, [launcher, 'run', folder, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', ...env },
  })
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [ended, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return { code: ended, stderr, facts: lines.map((line) => JSON.parse(line) as PrintedFact) }
}
