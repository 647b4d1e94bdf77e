import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** What the codemod looks for in one file, and what takes its place. */
export interface ImportRewrite {
  readonly pattern: string
  readonly rewrite: string
}

/** The files that import types as if they were values. */
export function filesToRefactor(folder: string, files: string): string[] {
  const paths = globSync(files, { cwd: folder }).map((path) => path.split(sep).join('/'))
  const isToDo = (path: string) => {
    const [head = '', tail = ''] = rewriteFor(path).pattern.split('$$$NAMES')
    const text = readFileSync(join(folder, path), 'utf8')
    return new RegExp(`^${RegExp.escape(head)}[^}]*${RegExp.escape(tail)}$`, 'm').test(text)
  }
  return paths.filter(isToDo).sort()
}

/** Each file names the one that holds the types of rxjs by a path of its own. */
export function rewriteFor(path: string): ImportRewrite {
  const way = relative(dirname(path), 'src/internal/types').split(sep).join('/')
  const from = `from '${way.startsWith('.') ? way : `./${way}`}';`
  return { pattern: `import { $$$NAMES } ${from}`, rewrite: `import type { $$$NAMES } ${from}` }
}
