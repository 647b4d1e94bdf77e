import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Type-checked with the compiler of today; the sources are of an older one. */
const TSCONFIG = {
  compilerOptions: {
    noEmit: true,
    strict: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    module: 'esnext',
    moduleResolution: 'bundler',
  },
  files: ['src/index.ts', 'src/ajax/index.ts', 'src/fetch/index.ts', 'src/operators/index.ts', 'src/testing/index.ts'],
}

/** A file that somebody forgot in the middle of a merge. Nothing imports it, and no codemod can read it. */
const UNMERGED = `import { Observable } from '../Observable';
import { ObservableInput } from '../types';
<<<<<<< HEAD
export function firstOf<T>(...sources: ObservableInput<T>[]): Observable<T> {
=======
export function fastest<T>(...sources: ObservableInput<T>[]): Observable<T> {
>>>>>>> better-names
  return race(sources);
}
`

/**
 * Makes the folder that is worked on: the sources of the installed rxjs as a git repository with one
 * commit. One that is there already is left as it is, with what earlier runs have changed.
 */
export function makeWorkspace(folder: string): void {
  if (existsSync(folder)) return
  const making = `${folder}.${process.pid}`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making)
  const rxjs = dirname(fileURLToPath(import.meta.resolve('rxjs/package.json')))
  cpSync(join(rxjs, 'src'), join(making, 'src'), { recursive: true, filter: isChecked })
  cpSync(join(rxjs, 'LICENSE.txt'), join(making, 'LICENSE.txt'))
  writeFileSync(join(making, 'src/internal/observable/unmerged.ts'), UNMERGED)
  writeFileSync(join(making, 'tsconfig.json'), `${JSON.stringify(TSCONFIG, undefined, 2)}\n`)
  writeFileSync(join(making, '.gitignore'), '.bosun/\n')
  git(making, 'init', '--quiet', '--initial-branch=main')
  git(making, 'add', '--all')
  git(making, 'commit', '--quiet', '--message=rxjs as it was published')
  try {
    renameSync(making, folder)
  } catch (error) {
    // Another process was faster, and its folder is as good.
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/** Web sockets are left out: TypeScript 7 knows their messages better than rxjs 7.8 does. */
function isChecked(path: string): boolean {
  return !/tsconfig|Rx\.global|WebSocketSubject|webSocket/.test(path)
}

function git(cwd: string, ...args: readonly string[]): void {
  // Whatever a person has configured: this repository is the same everywhere.
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  execFileSync('git', ['-c', 'user.name=bosun', '-c', 'user.email=bosun@localhost', ...args], { cwd, env })
}
