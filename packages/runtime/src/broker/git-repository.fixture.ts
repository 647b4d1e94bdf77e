import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Whether this machine has a git; specs that need one say so in their title. */
export const HAS_GIT = (() => {
  try {
    execFileSync('git', ['--version'])
    return true
  } catch {
    return false
  }
})()

/** A real repository in a temporary folder, with its files committed. */
export function gitRepository(files: Readonly<Record<string, string>>) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-git-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, 'workspace')
  mkdirSync(folder)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  const write = (more: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  git('init', '-q', '-b', 'main')
  write(files)
  git('add', '-A')
  git('commit', '-q', '--allow-empty', '-m', 'first')
  return {
    root,
    folder,
    stateDir: join(folder, '.bosun'),
    git,
    write,
    /** All that a person could miss: where they are, what they have staged, how it is set up. */
    own: () =>
      [
        git('rev-parse', 'HEAD'),
        git('symbolic-ref', 'HEAD'),
        git('for-each-ref'),
        git('worktree', 'list'),
        git('diff', '--cached', '--raw'),
        git('config', '--local', '--list'),
      ].join('\n'),
  }
}
