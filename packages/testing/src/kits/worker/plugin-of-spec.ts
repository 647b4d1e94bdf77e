import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

/**
 * The plugin that a spec is about: the package around it, if its manifest says that it is one, else the
 * module beside it, `page-writer.ts` of `page-writer.kit.spec.ts`.
 */
export function pluginOfSpec(spec: string): string | undefined {
  const home = packageAround(dirname(spec))
  if (home !== undefined) return home
  const [name = ''] = basename(spec).split('.')
  const file = join(dirname(spec), `${name}${extname(spec)}`)
  return existsSync(file) ? file : undefined
}

function packageAround(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      const fields = JSON.parse(readFileSync(manifest, 'utf8')) as Readonly<Record<string, unknown>>
      return fields['bosun'] === undefined ? undefined : folder
    }
    if (folder === dirname(folder)) return undefined
  }
}
