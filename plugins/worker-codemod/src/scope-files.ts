import { BosunError } from '@bosun/sdk'
import { languageOf } from './source-language.ts'
import { SOURCE_BYTES_MAX, sourceFile, type SourceFile } from './source-file.ts'

/** Files and bytes of one scope; the program that is made of them has to fit into a host. */
const FILES_MAX = 5_000
const BYTES_MAX = 64 * 1024 * 1024
/** Files that are read at the same time. */
const READS_MAX = 16

interface ScopeTools {
  list(input: { path: string }): Promise<{
    readonly entries: readonly { readonly name: string; readonly kind: 'file' | 'folder' | 'link' | 'other' }[]
  }>
  read(input: { path: string; maxBytes: number }): Promise<{ readonly text: string }>
}

/**
 * Reads the source files of a scope: files that are named, and all below the folders that are named,
 * except folders that start with a dot, `node_modules`, and links.
 *
 * @throws TASK_BODY_INVALID when there are more than 5,000 of them, or 64 MiB
 */
export async function readScope(
  scope: readonly string[],
  tools: ScopeTools,
  signal: AbortSignal,
): Promise<readonly SourceFile[]> {
  const paths = await findPaths(scope, tools, signal)
  const sources: SourceFile[] = []
  let bytes = 0
  for (let from = 0; from < paths.length; from += READS_MAX) {
    signal.throwIfAborted()
    const some = paths.slice(from, from + READS_MAX)
    // oxlint-disable-next-line no-await-in-loop
    const read = await Promise.all(some.map((path) => tools.read({ path, maxBytes: SOURCE_BYTES_MAX })))
    for (const [index, { text }] of read.entries()) {
      bytes += text.length
      sources.push(sourceFile(some[index] as string, text))
    }
    if (bytes > BYTES_MAX) throw tooLarge(`more than ${BYTES_MAX} characters`)
  }
  return sources
}

async function findPaths(scope: readonly string[], tools: ScopeTools, signal: AbortSignal): Promise<readonly string[]> {
  const found = new Set(scope.filter((path) => languageOf(path) !== undefined))
  const pending = scope.filter((path) => languageOf(path) === undefined)
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    signal.throwIfAborted()
    // oxlint-disable-next-line no-await-in-loop
    const { entries } = await tools.list({ path: folder })
    for (const { name, kind } of entries) {
      const path = folder === '.' ? name : `${folder}/${name}`
      if (kind === 'folder' && !name.startsWith('.') && name !== 'node_modules') pending.push(path)
      if (kind === 'file' && languageOf(name) !== undefined) found.add(path)
    }
    if (found.size > FILES_MAX) throw tooLarge(`more than ${FILES_MAX} files`)
  }
  return [...found].sort()
}

function tooLarge(received: string): BosunError {
  return new BosunError('TASK_BODY_INVALID', { at: 'scope', expected: 'fewer source files', received })
}
