import { importedFiles } from '@bosun/sdk'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONFIG_FILES, type LoadedConfig } from '../config/load-config.ts'
import { CodePaths } from '../tools/code-paths.ts'
import type { LoadedPlugins } from './load-plugins.ts'

/**
 * What of a workspace is code or config of its project: the config under each of its names, what it
 * and the trusted plugins import, the folders of all plugins, and what decides where imports lead: in the
 * folder of each of these, and in those above it.
 *
 * @param workspace absolute, without links
 * @param skills folders whose texts instruct workers
 */
export function projectCode(
  workspace: string,
  { folder }: LoadedConfig,
  { locations }: LoadedPlugins,
  skills: readonly string[] = [],
): CodePaths {
  const configs = CONFIG_FILES.map((name) => join(folder, name))
  const plugins = locations.flatMap((location) => [location.folder, location.entry])
  const imported = Array.from(importedFiles(), (url) => fileURLToPath(url))
  const code = [...configs, ...plugins, ...imported, ...skills].map((path) => relative(workspace, path).split(sep))
  const own = code.filter(([first]) => first !== '' && first !== '..').map((segments) => segments.join('/'))
  return new CodePaths([...own, ...foldersAbove(own).flatMap((above) => DECIDERS.map((name) => above + name))])
}

/** What Node looks at, from the folder of an import upwards. */
const DECIDERS = ['package.json', 'node_modules']

/** Each folder above some paths, once, with the slash at its end; nothing for the workspace itself. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const path of paths) {
    // What lies in a node_modules is covered by it.
    const own = path.replace(/(^|\/)node_modules\/.*/, '$1')
    for (let above = dirname(own); ; above = dirname(above)) {
      found.add(above === '.' ? '' : `${above}/`)
      if (above === '.') break
    }
  }
  return [...found]
}
