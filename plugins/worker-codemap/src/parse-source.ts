import { parse, type ParserOptions } from '@babel/parser'
import { isDeclarationFile } from './source-names.ts'

/** The syntax tree of one file. */
export type SyntaxTree = ReturnType<typeof parse>

/** One statement of a syntax tree. */
export type Statement = SyntaxTree['program']['body'][number]

/** What a file that does not parse is reported with. */
export interface SyntaxFault {
  readonly message: string
  /** Counts from 1; 0 where the fault has no place in the file. */
  readonly line: number
}

type Plugins = NonNullable<ParserOptions['plugins']>

/** Where Flow announces itself: in the first comment of a file. */
const FLOW_PRAGMA = /^[^\n]{0,200}@(?:no)?flow\b/m
const PRAGMA_CHARACTERS_MAX = 2_000

/**
 * Parses a file with the grammar its name asks for.
 *
 * Only a file without a syntax tree is a fault: redeclared names, misplaced `await` and the like
 * leave the tree whole, and a map needs no more. The parser descends recursively, so nesting beyond
 * the stack is a fault too and never takes the caller down.
 *
 * @example parseSource("a.ts", "export const a = 1").tree?.program.body.length // 1
 */
export function parseSource(
  path: string,
  text: string,
): { readonly tree: SyntaxTree } | { readonly fault: SyntaxFault } {
  try {
    // A byte order mark would hide a `#!` line from the parser.
    return { tree: parse(text.startsWith('\uFEFF') ? text.slice(1) : text, options(path, text)) }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

// ---------------------------------------------------------------------------------------------

function options(path: string, text: string): ParserOptions {
  return {
    // One mode for every ending: what only scripts or only modules may do is a recovered error.
    sourceType: 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowReturnOutsideFunction: true,
    plugins: plugins(path, text),
  }
}

function plugins(path: string, text: string): Plugins {
  const common: Plugins = ['decorators', 'decoratorAutoAccessors', 'deferredImportEvaluation', 'sourcePhaseImports']
  if (isDeclarationFile(path)) return [...common, ['typescript', { dts: true }]]
  if (/\.[cm]?ts$/.test(path)) return [...common, 'typescript']
  if (path.endsWith('.tsx')) return [...common, 'typescript', 'jsx']
  // Flow changes what `f<T>(x)` means, so only a file that says it is Flow is read as Flow.
  const flow = FLOW_PRAGMA.test(text.slice(0, PRAGMA_CHARACTERS_MAX))
  return flow ? [...common, 'jsx', ['flow', { all: true }]] : [...common, 'jsx']
}

function faultOf(error: unknown): SyntaxFault {
  if (error instanceof RangeError) return { message: 'nested too deeply to parse', line: 0 }
  if (!(error instanceof Error)) return { message: String(error), line: 0 }
  const { loc } = error as Error & { readonly loc?: { readonly line: number } }
  // The parser appends "(line:column)", which the record says already.
  return { message: error.message.replace(/\s*\(\d+:\d+\)$/, ''), line: loc?.line ?? 0 }
}
