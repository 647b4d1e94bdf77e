import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BosunError, parseJson } from '@bosun/core'
import { z } from 'zod'
import type { PluginLocation } from './plugin-location.ts'

/** Version of the plugin API that this runtime runs. */
const API_VERSION = 1

/** What is read of a manifest before any code of the plugin runs. */
const Manifest = z.object({
  exports: z.unknown().optional(),
  main: z.string().optional(),
  bosun: z.object({ apiVersion: z.number().optional(), entry: z.string().optional() }).optional(),
})

/** Conditions under which an entry is taken from `exports`, best first. */
const CONDITIONS = ['@bosun/source', 'node', 'import', 'default'] as const
const ENTRIES = ['index.ts', 'index.js', 'index.mjs', 'src/index.ts'] as const

/**
 * Finds the code of a plugin: `./plugins/site` is a folder or file beside the config, anything else an
 * installed package. Reads its manifest and runs nothing.
 *
 * @param baseDir folder of the config, absolute
 * @throws PLUGIN_NOT_FOUND, PLUGIN_INVALID, PLUGIN_API_VERSION
 */
export function locatePlugin(specifier: string, baseDir: string): PluginLocation {
  const path =
    /^\.{1,2}(\/|$)/.test(specifier) || isAbsolute(specifier)
      ? resolve(baseDir, specifier)
      : packageFolder(specifier, baseDir)
  if (path === undefined || !existsSync(path)) {
    throw new BosunError('PLUGIN_NOT_FOUND', {
      at: specifier,
      expected: `a folder, file or package seen from ${baseDir}`,
    })
  }
  const real = realpathSync(path)
  if (statSync(real).isFile()) return { specifier, entry: real, folder: real }
  const entry = entryOf(specifier, real)
  return { specifier, entry: realpathSync(entry), folder: real }
}

// ---------------------------------------------------------------------------------------------

function packageFolder(specifier: string, baseDir: string): string | undefined {
  try {
    const manifest = findPackageJSON(specifier, pathToFileURL(join(baseDir, 'bosun.config.ts')))
    if (manifest !== undefined) return dirname(manifest)
  } catch {
    // Not found under `import` rules; the older resolution has the last word.
  }
  try {
    return dirname(createRequire(join(baseDir, 'bosun.config.ts')).resolve(`${specifier}/package.json`))
  } catch {
    return undefined
  }
}

function entryOf(specifier: string, folder: string): string {
  const file = join(folder, 'package.json')
  const manifest = existsSync(file) ? Manifest.safeParse(parseJson(readFileSync(file), file)) : undefined
  if (manifest?.success === false)
    throw new BosunError('PLUGIN_INVALID', { at: file, received: z.prettifyError(manifest.error) })
  const { bosun, exports, main } = manifest?.data ?? {}
  if (bosun?.apiVersion !== undefined && bosun.apiVersion !== API_VERSION) {
    throw new BosunError('PLUGIN_API_VERSION', {
      at: specifier,
      expected: `${API_VERSION}`,
      received: `${bosun.apiVersion}`,
    })
  }
  const named = bosun?.entry ?? fromExports(exports) ?? main
  const candidates = named === undefined ? ENTRIES : [named]
  const found = candidates.map((candidate) => join(folder, candidate)).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new BosunError('PLUGIN_INVALID', {
    at: specifier,
    expected: `an entry (${candidates.join(', ')}) in ${folder}`,
  })
}

/** The entry of `.`; the source condition counts only where this process runs from sources. */
function fromExports(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return undefined
  const here = '.' in exports ? Reflect.get(exports, '.') : exports
  if (typeof here === 'string') return here
  for (const condition of CONDITIONS) {
    if (condition === '@bosun/source' && !RUNS_FROM_SOURCES) continue
    const value: unknown = typeof here === 'object' && here !== null ? Reflect.get(here, condition) : undefined
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value !== null) return fromExports(value)
  }
  return undefined
}

const RUNS_FROM_SOURCES = import.meta.url.endsWith('.ts')
