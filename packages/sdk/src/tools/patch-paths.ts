import { BosunError } from '@bosun/core'

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/
const BOTH = /^diff --git a\/(.+) b\/\1$/
const MOVED = /^(?:rename|copy) (?:from|to) (.+)$/

/**
 * The paths that a patch names, sorted. Rules are matched by them; whoever applies the patch has to
 * make sure that it changes no other.
 *
 * @throws TOOL_INPUT_INVALID for a patch that names none, is binary, or spells a path with quotes
 * @example
 * patchPaths('--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-1\n+2\n')  // ['x.ts']
 */
export function patchPaths(patch: string): readonly string[] {
  const found = new Set<string>()
  const lines = patch.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').replace(/\r$/, '')
    const hunk = HUNK.exec(line)
    if (hunk !== null) index = endOfHunk(lines, index, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1))
    else if (line.startsWith('GIT binary patch')) throw refused('a binary patch')
    else if (line.startsWith('--- ') || line.startsWith('+++ ')) addSide(line, found)
    else {
      const name = BOTH.exec(line)?.[1] ?? MOVED.exec(line)?.[1]
      if (name !== undefined) found.add(unquoted(name))
    }
  }
  if (found.size === 0) throw refused('no path')
  return [...found].sort()
}

// ---------------------------------------------------------------------------------------------

/** The content of a hunk may look like a header; its own counts say where it ends. */
function endOfHunk(lines: readonly string[], from: number, oldLines: number, newLines: number): number {
  let [olds, news, index] = [oldLines, newLines, from]
  while ((olds > 0 || news > 0) && index + 1 < lines.length) {
    index += 1
    const kind = lines[index]?.[0]
    if (kind !== '+' && kind !== '\\') olds -= 1
    if (kind !== '-' && kind !== '\\') news -= 1
  }
  return index
}

/** `--- a/path`, perhaps with a time behind a tab; `/dev/null` for a file that is not there. */
function addSide(line: string, found: Set<string>): void {
  const name = line.slice(4).replace(/\t.*$/, '')
  if (name === '/dev/null') return
  if (!/^[ab]\/./.test(unquoted(name))) throw refused(name)
  found.add(name.slice(2))
}

function unquoted(name: string): string {
  if (name.startsWith('"')) throw refused(name)
  return name
}

function refused(received: string): BosunError {
  return new BosunError('TOOL_INPUT_INVALID', {
    at: 'patch',
    expected: 'a text patch with paths like a/file and b/file',
    received: received.slice(0, 200),
  })
}
