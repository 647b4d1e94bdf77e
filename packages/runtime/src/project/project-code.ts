import { importedFiles } from '@bosun/sdk'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONFIG_FILES, type LoadedConfig } from '../config/load-config.ts'
import { CodePaths } from '../tools/code-paths.ts'
import type { LoadedPlugins } from './load-plugins.ts'

/**
 * What of a workspace is code or config of its project: the config under each of its names, what it
 * and the trusted plugins import, the folders of all plugins, and what decides where imports lead.
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
  const own = [...CONFIG_FILES, 'package.json', 'node_modules'].map((name) => join(folder, name))
  const plugins = locations.flatMap((location) => [location.folder, location.entry])
  const imported = Array.from(importedFiles(), (url) => fileURLToPath(url))
  const below = [...own, ...plugins, ...imported, ...skills].map((path) => relative(workspace, path).split(sep))
  return new CodePaths(below.filter(([first]) => first !== '' && first !== '..').map((segments) => segments.join('/')))
}
