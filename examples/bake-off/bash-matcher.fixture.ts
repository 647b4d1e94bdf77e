import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { MakeMatcher } from './judge/matcher.ts'

/** What Bash itself says: whether a pattern names a file, in a folder that holds that file alone. */
export const bashMatcher: MakeMatcher = (pattern) => (path) => {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-bash-'))
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), '')
    return expand(pattern, folder).includes(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The version of Bash, or nothing where there is none that knows all of the options. */
export function bashVersion(): string | undefined {
  try {
    return run('printf %s "$BASH_VERSION"', tmpdir())
  } catch {
    return undefined
  }
}

// ---------------------------------------------------------------------------------------------

/** A pattern stands in the script as a person would type it: words end at a blank that has no backslash. */
function expand(pattern: string, cwd: string): string[] {
  const typed = pattern.replaceAll(' ', String.raw`\ `)
  return run(`for name in ${typed}; do printf '%s\\0' "$name"; done`, cwd).split('\0')
}

function run(script: string, cwd: string): string {
  const options = ['extglob', 'globstar', 'nullglob'].flatMap((name) => ['-O', name])
  const env = { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] ?? '' }
  return execFileSync('bash', ['--norc', ...options, '-c', script], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  })
}
