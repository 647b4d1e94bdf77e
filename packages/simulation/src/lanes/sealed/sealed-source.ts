import { stripTypeScriptTypes } from 'node:module'
import vm from 'node:vm'
import { BosunError } from '@bosun/core'

/** A module as a script that any context can run: `(imports, exports) => void`. */
export interface SealedSource {
  readonly script: vm.Script
  /** The modules it imports. */
  readonly imports: readonly string[]
}

const IMPORT = /^import\s+(?:([\w$\s{},*]+?)\s+from\s+)?(['"])([^'"\n]+)\2;?/gm
const EXPORT_LIST = /^export\s*\{([^}]*)\}(\s*from\b)?;?/gm
const EXPORT_STAR = /^export\s*\*/m
const EXPORT_NAMED = /^export\s+((?:const|let|var|class|(?:async\s+)?function\s*\*?)\s+([\w$]+))/gm
const EXPORT_DEFAULT_NAMED = /^export\s+default\s+((?:class|(?:async\s+)?function\s*\*?)\s+([\w$]+))/gm
const EXPORT_DEFAULT = /^export\s+default\s+/gm
const MODULE_LINE = /^(?:import|export)\b/gm

/**
 * Turns the text of one module into a script, line by line, so that places in errors stay true.
 *
 * Understands static imports, and exports whose statement begins a line; whatever else makes a module
 * (`export … from`, `import.meta`, a top-level `await`) is refused by name.
 *
 * @throws SEALED_UNSUPPORTED
 */
export function sealedSource(text: string, file: string): SealedSource {
  const plain = file.endsWith('.ts') ? withoutTypes(text, file) : text
  refuseHiddenLines(plain, file)
  if (EXPORT_STAR.test(plain)) throw unsupported(file, 'export * from')
  const imports: string[] = []
  const exported: string[] = []
  const body = plain
    .replace(IMPORT, (whole, clause: string | undefined, _, from: string) => {
      const at = imports.push(from) - 1
      return sameLines(whole, clause === undefined ? '' : bindingsOf(clause, `__imports[${at}]`))
    })
    .replace(EXPORT_LIST, (whole, list: string, from: string | undefined) => {
      if (from !== undefined) throw unsupported(file, 'export … from')
      exported.push(...list.split(',').flatMap((item) => exportOf(item)))
      return sameLines(whole, '')
    })
    .replace(EXPORT_DEFAULT_NAMED, (_, declaration: string, name: string) => {
      exported.push(`default: ${name}`)
      return declaration
    })
    .replace(EXPORT_DEFAULT, () => {
      exported.push('default: __default')
      return 'const __default = '
    })
    .replace(EXPORT_NAMED, (_, declaration: string, name: string) => {
      exported.push(name)
      return declaration
    })
  const head = `(function (__imports, __exports) { 'use strict'; `
  const code = `${head}${body}\n;Object.assign(__exports, { ${exported.join(', ')} }) })`
  return { script: compiled(code, file, head.length), imports }
}

// Private

/** The platform warns, once, that it may change this function; nobody who checks a worker can act on it. */
function withoutTypes(text: string, file: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(text)
  } catch (error) {
    throw unsupported(file, error instanceof Error ? error.message : String(error))
  } finally {
    process.emitWarning = emitWarning
  }
}

function compiled(code: string, file: string, headLength: number): vm.Script {
  try {
    return new vm.Script(code, { filename: file, columnOffset: -headLength })
  } catch (error) {
    throw unsupported(file, error instanceof Error ? error.message : String(error))
  }
}

/** A line within a template text that looks like one of the module would be changed; better to refuse it. */
function refuseHiddenLines(text: string, file: string): void {
  for (const { index } of text.matchAll(MODULE_LINE)) {
    const before = text.slice(0, index)
    if (before.split('`').length % 2 === 0) {
      throw unsupported(`${file}:${before.split('\n').length}`, 'a text with a line that begins with import or export')
    }
  }
}

/** `a, { b, c as d }` as constants taken from a module. */
function bindingsOf(clause: string, from: string): string {
  const space = /\*\s*as\s+([\w$]+)/.exec(clause)?.[1]
  const list = /\{([^}]*)\}/.exec(clause)?.[1]
  const fallback = /^\s*([\w$]+)/.exec(clause)?.[1]
  return [
    space === undefined ? '' : `const ${space} = ${from};`,
    list === undefined ? '' : `const {${list.replaceAll(/\sas\s/g, ': ').replaceAll('\n', ' ')}} = ${from};`,
    fallback === undefined ? '' : `const ${fallback} = ${from}.default;`,
  ].join(' ')
}

function exportOf(item: string): string[] {
  const [local, name = local] = item.trim().split(/\s+as\s+/)
  return local === undefined || local === '' ? [] : [`${name}: ${local}`]
}

/** `instead`, followed by as many line ends as `whole` has. */
function sameLines(whole: string, instead: string): string {
  return instead + '\n'.repeat(whole.split('\n').length - 1)
}

function unsupported(at: string, received: string): BosunError {
  return new BosunError('SEALED_UNSUPPORTED', { at, received })
}
