import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { BosunError } from '@bosun/core'
import { OWN_FOLDER } from './own-folder.ts'
import type { PluginLocation } from './plugin-location.ts'

/**
 * What a host may read: code, and nothing else.
 *
 * The plugin's folder, each `node_modules` that its imports and ours can resolve in, our own folder,
 * and the real folders of declared dependencies that are links to elsewhere, as workspaces have them.
 * Not the workspace, not the state folder, not the home of the user.
 *
 * @throws PLUGIN_INVALID for a path that the permission flags could misread
 */
export function readablePaths(plugin: PluginLocation): readonly string[] {
  const paths = new Set<string>()
  const isFile = statSync(plugin.folder).isFile()
  paths.add(isFile ? plugin.folder : join(plugin.folder, '*'))
  paths.add(join(OWN_FOLDER, '*'))
  for (const start of [isFile ? dirname(plugin.folder) : plugin.folder, OWN_FOLDER]) {
    for (const modules of moduleFolders(start)) paths.add(join(modules, '*'))
    addLinked(start, paths, new Set())
  }
  for (const path of paths) {
    if (path.slice(0, -1).includes('*') || path.includes('\n')) {
      throw new BosunError('PLUGIN_INVALID', { at: plugin.specifier, expected: 'a path without *', received: path })
    }
  }
  return [...paths].sort()
}

/** Every `node_modules` from a folder up to the root. */
function moduleFolders(from: string): string[] {
  const found: string[] = []
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules')
    if (existsSync(modules)) found.push(realpathSync(modules))
    if (folder === dirname(folder)) return found
  }
}

/** Adds the real folders of dependencies that do not lie in a `node_modules` themselves. */
function addLinked(folder: string, paths: Set<string>, seen: Set<string>): void {
  for (const name of dependenciesOf(folder)) {
    const link = moduleFolders(folder)
      .map((modules) => join(modules, name))
      .find((path) => existsSync(path))
    if (link === undefined) continue
    const real = realpathSync(link)
    if (seen.has(real)) continue
    seen.add(real)
    if (!real.split(sep).includes('node_modules')) paths.add(join(real, '*'))
    addLinked(real, paths, seen)
  }
}

/** The names that the nearest package.json declares; a plugin that declares nothing links nothing. */
function dependenciesOf(from: string): string[] {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      try {
        const fields = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>
        return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) => {
          const names = fields[field]
          return typeof names === 'object' && names !== null ? Object.keys(names) : []
        })
      } catch {
        return []
      }
    }
    if (folder === dirname(folder)) return []
  }
}
