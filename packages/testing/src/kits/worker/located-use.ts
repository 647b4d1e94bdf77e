import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { PluginUse } from '@bosun/runtime'

/**
 * A plugin by its absolute path, as seen from a folder; what is not installed there keeps its name.
 *
 * The project of a kit lies elsewhere, for a plugin around a project may read less of itself.
 */
export function locatedUse(use: string | PluginUse, folder: string): PluginUse {
  const named = typeof use === 'string' ? { use } : use
  const isPath = isAbsolute(named.use) || /^\.{1,2}(?:\/|$)/.test(named.use)
  const path = isPath ? resolve(folder, named.use) : installed(named.use, folder)
  return path === undefined ? named : { ...named, use: path }
}

function installed(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name)
    if (existsSync(path)) return path
    if (folder === dirname(folder)) return undefined
  }
}
