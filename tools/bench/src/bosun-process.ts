import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/bosun.js', import.meta.url))

/** A fact as the command line prints it. */
export type PrintedFact = { readonly seq: number; readonly type: string } & Readonly<Record<string, unknown>>

/** The command line as a real process, with the facts it has printed so far. */
export class BosunProcess {
  readonly facts: PrintedFact[] = []
  readonly child: ChildProcess
  /** What it printed for people. */
  text = ''
  /** Everything else it said. */
  errors = ''
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  readonly #watchers = new Set<(fact: PrintedFact) => void>()

  /** @param under a command that starts it, such as a tracer with its flags */
  constructor(args: readonly string[], under: readonly string[] = []) {
    const [program = '', ...rest] = [...under, process.execPath, '--conditions=@bosun/source', LAUNCHER, ...args]
    this.child = spawn(program, rest, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment(),
    })
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()))
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })
    lines.on('line', (line) => this.#take(line))
    const closed = new Promise<void>((resolve) => lines.once('close', resolve))
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => void closed.then(() => resolve({ code, signal })))
    })
  }

  /** Calls back with each fact that is printed from now on. */
  onFact(watch: (fact: PrintedFact) => void): void {
    this.#watchers.add(watch)
  }

  /** A line that the kill has cut is no acknowledgement, so it does not count. */
  #take(line: string): void {
    let fact: PrintedFact
    try {
      fact = JSON.parse(line) as PrintedFact
    } catch {
      this.text += `${line}\n`
      return
    }
    this.facts.push(fact)
    for (const watch of this.#watchers) watch(fact)
  }
}

/** Runs a command to its end. */
export async function bosun(...args: readonly string[]): Promise<BosunEnd> {
  const child = new BosunProcess(args)
  const { code } = await child.ended
  return { code, facts: child.facts, text: child.text, errors: child.errors }
}

/** What a command has said when it is over. */
export interface BosunEnd {
  readonly code: number | null
  readonly facts: readonly PrintedFact[]
  readonly text: string
  readonly errors: string
}

/** Whoever runs this may force colours; what is read here is plain. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, ...rest } = process.env
  return { ...rest, NO_COLOR: '1' }
}
