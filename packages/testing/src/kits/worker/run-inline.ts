import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { TrialExample, TrialOutput, TrialSpec } from './trial-spec.ts'

/** What a process is told that runs an example. */
export interface InlineTrial {
  readonly spec: TrialSpec
  readonly worker: string
  readonly example: TrialExample
  readonly root: string
  readonly workspace: string
  readonly drainWithinMs: number
}

/** What became of it. */
export interface InlineEnd {
  readonly output?: TrialOutput
  /** Errors that nobody handled. */
  readonly unhandled: readonly string[]
  /** What held the process open, by kind: `Timeout`, `TCPSocketWrap`. */
  readonly open: readonly string[]
}

const RUNS_FROM_SOURCES = import.meta.url.endsWith('.ts')
const PROGRAM = fileURLToPath(new URL(RUNS_FROM_SOURCES ? './inline-child.ts' : './inline-child.js', import.meta.url))

/** Runs an example in a process of its own. */
export async function runInline(trial: InlineTrial): Promise<InlineEnd> {
  const flags = RUNS_FROM_SOURCES ? ['--conditions=@bosun/source', '--disable-warning=ExperimentalWarning'] : []
  const child = spawn(process.execPath, [...flags, PROGRAM, JSON.stringify(trial)], {
    cwd: trial.root,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [end, words] = await Promise.all([text(child.stdio[3] as Readable), text(child.stderr as Readable)])
  if (end !== '') return JSON.parse(end) as InlineEnd
  return { unhandled: [`its process ended without a word: ${words}`], open: [] }
}
