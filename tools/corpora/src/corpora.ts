import { existsSync } from 'node:fs'
import { join } from 'node:path'

const repositoryRoot = join(import.meta.dirname, '../../..')

/**
 * Where a corpus lies on this machine, or undefined, with a warning, when it has none.
 *
 * The folder of corpora is the environment variable BOSUN_CORPORA; without it, `../shared/corpora`
 * beside the repository. No corpus is part of the repository, so a spec that reads one skips
 * when it is absent: `it.skipIf(corpusPath("x") === undefined)("…", …)`.
 */
export function corpusPath(name: string): string | undefined {
  const folder = process.env['BOSUN_CORPORA'] ?? join(repositoryRoot, '../shared/corpora')
  const path = join(folder, name)
  if (existsSync(path)) return path
  console.warn(
    `Corpus "${name}" is not on this machine (looked at ${path}). What needs it is skipped; ` +
      `set BOSUN_CORPORA to the folder that holds it.`,
  )
  return undefined
}
