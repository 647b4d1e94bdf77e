/**
 * From a specifier of the config to the code of a plugin, without running any of it.
 *
 * A path is a folder with a package.json, or a file; anything else is the name of an installed
 * package, looked for as Node looks for it, and if it is one of ours (`@bosun/…`) then also beside this
 * package, so that a project needs no installation to use what comes with Bosun. What the manifest says is read and checked first: a
 * plugin for another version is refused before its code could do anything.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { BosunError, parseJson } from '@bosun/core'
import { checkApiVersion, shapeFault } from '@bosun/sdk'
import { z } from 'zod'
import { RUNS_FROM_SOURCES } from './host-flags.ts'
import { OWN_FOLDER } from './own-folder.ts'
import type { PluginLocation } from './plugin-location.ts'

const CONDITIONS = new Set([...(RUNS_FROM_SOURCES ? ['@bosun/source'] : []), 'node', 'import', 'default'])
const ENTRY_NAMES = ['index.ts', 'index.js', 'index.mjs', 'src/index.ts', 'dist/index.js']

/** The `bosun` field of a plugin's package.json. */
const ManifestSchema = z.strictObject({
  apiVersion: z.int(),
  kind: z.string().max(100).optional(),
  entry: z.string().min(1).optional(),
  /** Whether its workers load native addons; only hosts of a trusted plugin may. */
  addons: z.boolean().optional(),
})
type Manifest = z.infer<typeof ManifestSchema>

/**
 * Finds a plugin.
 *
 * @param baseDir absolute; where relative paths and package names are looked for from
 * @param isTrusted by the config
 * @throws PLUGIN_NOT_FOUND, PLUGIN_INVALID, PLUGIN_API_VERSION; PLUGIN_UNTRUSTED when it asks for native addons
 */
export function locatePlugin(specifier: string, baseDir: string, isTrusted = false): PluginLocation {
  const found = isPath(specifier)
    ? resolve(baseDir, specifier)
    : (findPackage(specifier, baseDir) ??
      (specifier.startsWith('@bosun/') ? findPackage(specifier, OWN_FOLDER) : undefined))
  if (found === undefined || !existsSync(found)) {
    throw new BosunError('PLUGIN_NOT_FOUND', { at: specifier, received: found ?? `no such package above ${baseDir}` })
  }
  const real = realpathSync(found)
  if (!statSync(real).isDirectory()) return { specifier, entry: checkedEntry(specifier, real), folder: real }
  const { manifest, entry } = contentOf(specifier, real)
  const location = { specifier, entry, folder: ownFolder(real, entry, baseDir) }
  if (manifest?.addons !== true) return location
  if (isTrusted) return { ...location, addons: true }
  throw new BosunError('PLUGIN_UNTRUSTED', {
    at: specifier,
    summary: 'Its native addons would pass by the permission model of its hosts',
    fix: `Write { use: '${specifier}', trusted: true } if you trust it.`,
  })
}

// Private

function isPath(specifier: string): boolean {
  return specifier === '.' || specifier.startsWith('./') || specifier.startsWith('../') || isAbsolute(specifier)
}

function findPackage(name: string, baseDir: string): string | undefined {
  if (!/^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/.test(name)) {
    throw new BosunError('PLUGIN_NOT_FOUND', { at: name, expected: './a/path or the name of a package' })
  }
  for (let folder = baseDir; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) return undefined
  }
}

function contentOf(specifier: string, folder: string): { manifest: Manifest | undefined; entry: string } {
  const path = join(folder, 'package.json')
  const fields = existsSync(path) ? readManifest(specifier, path) : {}
  const manifest =
    fields['bosun'] === undefined ? undefined : checkManifest(`${specifier}/package.json: bosun`, fields['bosun'])
  const named =
    manifest?.entry ?? exportOf(fields['exports']) ?? (typeof fields['main'] === 'string' ? fields['main'] : undefined)
  const candidates = named === undefined ? ENTRY_NAMES : [named]
  const entry = candidates
    .map((name) => resolve(folder, name))
    .find((path) => existsSync(path) && statSync(path).isFile())
  if (entry === undefined) {
    throw new BosunError('PLUGIN_NOT_FOUND', {
      at: specifier,
      expected: `an entry in ${folder}`,
      received: `no ${candidates.join(', ')}`,
    })
  }
  const real = realpathSync(entry)
  if (!isInside(folder, real)) {
    throw new BosunError('PLUGIN_INVALID', { at: specifier, expected: `an entry inside ${folder}`, received: real })
  }
  return { manifest, entry: checkedEntry(specifier, real) }
}

function readManifest(specifier: string, path: string): Readonly<Record<string, unknown>> {
  const fields = parseJson(readFileSync(path), `${specifier}/package.json`)
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields as Record<string, unknown>
  throw new BosunError('PLUGIN_INVALID', { at: `${specifier}/package.json`, expected: 'an object' })
}

function checkManifest(at: string, field: unknown): Manifest {
  // The version first: what another version adds must not be called wrong.
  const version = (field as { apiVersion?: unknown } | null)?.apiVersion
  if (version !== undefined) checkApiVersion(version, `${at}.apiVersion`)
  const parsed = ManifestSchema.safeParse(field)
  if (parsed.success) return parsed.data
  throw new BosunError('PLUGIN_INVALID', { at, received: shapeFault(parsed.error) })
}

/** The main export under the conditions we run with, as far as plugins need it: no patterns, no sub-paths. */
function exportOf(field: unknown): string | undefined {
  if (typeof field === 'string') return field
  if (Array.isArray(field)) return field.map(exportOf).find((found) => found !== undefined)
  if (typeof field !== 'object' || field === null) return undefined
  if ('.' in field) return exportOf((field as Record<string, unknown>)['.'])
  for (const [condition, target] of Object.entries(field)) {
    const found = CONDITIONS.has(condition) ? exportOf(target) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function checkedEntry(specifier: string, entry: string): string {
  if (!/\.(?:[cm]?js|[cm]?ts)$/.test(entry)) {
    throw new BosunError('PLUGIN_INVALID', { at: specifier, expected: 'a module (.js, .mjs, .ts)', received: entry })
  }
  if (entry.endsWith('ts') && entry.split(sep).includes('node_modules')) {
    throw new BosunError('PLUGIN_INVALID', {
      at: specifier,
      expected: 'JavaScript, as installed packages have to ship',
      received: entry,
    })
  }
  return entry
}

/**
 * What the plugin may read of itself. A plugin that is the project, or lies around it, would read
 * the workspace and the state folder by that; it gets the folder of its entry instead, and if that
 * is no less, the entry alone.
 */
function ownFolder(folder: string, entry: string, baseDir: string): string {
  const base = existsSync(baseDir) ? realpathSync(baseDir) : baseDir
  return [folder, dirname(entry)].find((candidate) => !isInside(candidate, base)) ?? entry
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way))
}
