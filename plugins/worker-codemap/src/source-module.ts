import { type ModuleExport, moduleExports } from './module-exports.ts'
import { type ModuleImport, moduleImports } from './module-imports.ts'
import { parseSource, type SyntaxFault } from './parse-source.ts'
import type { SyntaxNode } from './syntax-node.ts'

/** What the map knows of one source file. */
export interface SourceModule {
  /** From the root of the scan, with forward slashes. */
  readonly path: string
  /** Of the text in UTF-8. */
  readonly bytes: number
  readonly lines: number
  readonly exports: readonly ModuleExport[]
  readonly imports: readonly ModuleImport[]
  /** Present where the file did not parse; exports and imports are then empty. */
  readonly error?: SyntaxFault
}

/** Larger files are recorded, not parsed: one generated bundle must not hold up a scan. */
export const parsedBytesMax: number = 4 * 1024 * 1024

/**
 * Reads one source file: size, exports and imports.
 *
 * Use it once per file of a folder. Never throws: a file that does not parse is a record with
 * `error`, so that it is counted and shown.
 *
 * @param path from the root of the scan, with forward slashes; its ending chooses the grammar
 * @param text the content
 * @example
 * analyseModule("of.ts", 'import { from } from "./from.ts";\nexport function of() {}\n');
 * // { path: "of.ts", bytes: 58, lines: 2, exports: [{ name: "of", kind: "function" }],
 * //   imports: [{ from: "./from.ts", kind: "import", names: ["from"] }] }
 */
export function analyseModule(path: string, text: string): SourceModule {
  const size = { path, bytes: Buffer.byteLength(text), lines: countLines(text) }
  if (size.bytes > parsedBytesMax) {
    const message = `not parsed: ${size.bytes} bytes, the limit is ${parsedBytesMax}`
    return { ...size, exports: [], imports: [], error: { message, line: 0 } }
  }
  const parsed = parseSource(path, text)
  if ('fault' in parsed) return { ...size, exports: [], imports: [], error: parsed.fault }
  // The walk reads nodes as plain data, which the parser's own types do not allow by index.
  const program = parsed.tree.program as unknown as SyntaxNode
  return { ...size, exports: moduleExports(program), imports: moduleImports(program) }
}

// ---------------------------------------------------------------------------------------------

/** A last line counts whether or not it ends with a line feed; an empty text has none. */
function countLines(text: string): number {
  if (text.length === 0) return 0
  let count = text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
