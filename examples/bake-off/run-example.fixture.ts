import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'

const example = import.meta.dirname
const launcher = join(example, '../../apps/cli/bin/bosun.js')
/** Inside of the repository, so that packages are found; Git ignores it. */
const scratch = join(example, 'test-results/projects')
const NOT_COPIED = /^(?:out|\.bosun|dist|node_modules|test-results|tsconfig.*|.*\.(?:spec|fixture)\.ts)$/

const isCopied = (path: string) => !NOT_COPIED.test(basename(path))

/** A fact as `--json` prints it. */
export type PrintedFact = Readonly<Record<string, unknown>> & { readonly type: string; readonly task?: string }

/** Runs the example as a fresh clone has it, in a folder of its own, to its end. */
export async function runExample() {
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'p-'))
  for (const name of readdirSync(example).filter(isCopied)) {
    cpSync(join(example, name), join(folder, name), { recursive: true, filter: isCopied })
  }
  const { FORCE_COLOR: _forced, ...inherited } = process.env
  const child = spawn(process.execPath, [launcher, 'run', folder, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1' },
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return {
    code,
    stderr,
    facts: lines.map((line) => JSON.parse(line) as PrintedFact),
    read: (path: string) => readFileSync(join(folder, path), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
