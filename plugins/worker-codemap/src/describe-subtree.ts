import { compareText } from './compare-text.ts'
import type { MapInputs } from './map-inputs.ts'
import type { SourceModule } from './source-module.ts'

/** Most bytes of a description: what one question costs is known before it is asked. */
export const descriptionBytesMax = 8_000

const EXPORTS_MAX = 8
const TEXT_MAX = 200

/**
 * What a model is told of a folder: its modules with what they export, and what was said of the folders below
 * that have a summary of their own. The same scans give the same text; what does not fit is counted.
 */
export function describeSubtree(folder: string, { scans, summaries }: MapInputs): string {
  const modules = scans.flatMap((scan) => scan.modules).toSorted((a, b) => compareText(a.path, b.path))
  const parts = summaries.toSorted((a, b) => compareText(a.folder, b.folder))
  const lines = [
    // What is below says more in a line than a module does.
    ...parts.map((part) => `folder ${shortened(part.folder)}: ${part.summary.replaceAll(/\s+/g, ' ')}`),
    ...modules.map(describeModule),
  ]
  const head = `The folder ${folder === '.' ? 'at the root of the code base' : shortened(folder)}:`
  return [head, ...fitting(lines, descriptionBytesMax - Buffer.byteLength(head) - 40)].join('\n')
}

// ---------------------------------------------------------------------------------------------

function describeModule({ path, lines, exports }: SourceModule): string {
  const names = exports.slice(0, EXPORTS_MAX).map(({ name }) => shortened(name))
  const more = exports.length > EXPORTS_MAX ? ` and ${exports.length - EXPORTS_MAX} more` : ''
  return `${shortened(path)} (${lines} lines)${names.length > 0 ? ` exports ${names.join(', ')}${more}` : ''}`
}

function fitting(lines: readonly string[], bytesMax: number): string[] {
  const kept: string[] = []
  let bytes = 0
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > bytesMax) return [...kept, `and ${lines.length - kept.length} more`]
    kept.push(line)
  }
  return kept
}

function shortened(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`
}
