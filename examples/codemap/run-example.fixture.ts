import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const example = import.meta.dirname
const launcher = join(example, '../../apps/cli/bin/bosun.js')
/** Inside of the repository, so that packages are found; Git ignores it. */
const scratch = join(example, 'test-results/projects')
const PARTS = ['bosun.config.ts', 'package.json', 'script.json', 'subtrees.ts', 'survey.ts']

/** A fact as `--json` prints it. */
export type PrintedFact = Readonly<Record<string, unknown>> & { readonly type: string; readonly task?: string }

export interface ExampleOptions {
  /** Who sums up; none as default. */
  readonly summary?: string
  /** Changes a file of the example before it runs, by its name. */
  readonly change?: Readonly<Record<string, (text: string) => string>>
}

/** Runs the example on the sources of rxjs, in a folder of its own, to its end. */
export async function runExample({ summary, change = {} }: ExampleOptions = {}) {
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'p-'))
  for (const name of PARTS) cpSync(join(example, name), join(folder, name))
  for (const [name, changed] of Object.entries(change)) {
    writeFileSync(join(folder, name), changed(readFileSync(join(folder, name), 'utf8')))
  }
  const { FORCE_COLOR: _forced, SUMMARY: _summary, ...inherited } = process.env
  const goal = join(example, '../../node_modules/rxjs/src')
  const child = spawn(process.execPath, [launcher, 'run', folder, '--json', '--goal', goal], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', ...(summary === undefined ? {} : { SUMMARY: summary }) },
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '')
  const facts = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PrintedFact)
  const [json, page] = [read('out/codemap.json'), read('out/codemap.html')]
  rmSync(folder, { recursive: true, force: true })
  return { code, stderr, json, page, all: (type: string) => facts.filter((fact) => fact.type === type) }
}
