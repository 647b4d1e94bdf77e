import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Edit, Mutant } from './mutant.fixture.ts'

const ROOT = new URL('../../../../', import.meta.url)

/**
 * A source file with the edits of a mutant made.
 *
 * @throws when what an edit looks for does not stand there exactly once: the source has moved on, and
 * the mutant has to follow
 */
export function mutated(mutant: Mutant, file: string, source: string): string {
  return mutant.edits
    .filter((edit) => edit.file === file)
    .reduce((text, edit) => replaced(mutant.name, text, edit), source)
}

/** All files that a mutant changes, changed. */
export function mutatedSources(mutant: Mutant): ReadonlyMap<string, string> {
  const files = new Set(mutant.edits.map(({ file }) => file))
  return new Map(Array.from(files, (file) => [file, mutated(mutant, file, readFileSync(new URL(file, ROOT), 'utf8'))]))
}

/** The path of a module from the root of the repository. */
export function fileOf(url: string): string {
  return fileURLToPath(url).slice(fileURLToPath(ROOT).length)
}

function replaced(name: string, source: string, { file, find, replace }: Edit): string {
  const found = source.split(find).length - 1
  if (found === 1) return source.replace(find, () => replace)
  throw new Error(`mutant ${name}: ${file} holds the text to replace ${found} times instead of once:\n${find}`)
}
