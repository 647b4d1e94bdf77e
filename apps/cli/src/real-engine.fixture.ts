import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FakeTerminal } from './cli.fixture.ts'
import { loadEngine } from './load-engine.ts'
import { runProgram } from './program.ts'

/** Runs a command line in this process, against the real engine. */
export async function bosunIn(cwd: string, ...args: readonly string[]) {
  const terminal = new FakeTerminal({ cwd })
  const code = await runProgram(args, terminal, loadEngine, '0.0.0')
  return { code, stdout: terminal.stdout, stderr: terminal.stderr }
}

/** Runs that a folder keeps in its `.bosun`. */
export function runsIn(folder: string): readonly string[] {
  const runs = join(folder, '.bosun/runs')
  return existsSync(runs) ? readdirSync(runs) : []
}
