import type { ConfigSource } from './template.ts'

/** A project whose tasks stand in `plan.yaml`. */
export const FILE_PLAN: ConfigSource = {
  planner: [`'files'`, 'reads plan.yaml'],
  manager: `'fanOut'`,
}

/** The text of a `bosun.config.ts`. */
export function configSource(config: ConfigSource): string {
  const lines = Object.entries(config).map(([key, entry]) => {
    const [value, comment] = typeof entry === 'string' ? [entry] : entry
    return `  ${key}: ${value},${comment === undefined ? '' : ` // ${comment}`}\n`
  })
  return `import { defineConfig } from 'bosun'\n\nexport default defineConfig({\n${lines.join('')}})\n`
}

/** How a config lists a plugin. */
export function listingSource(specifier: string, isTrusted: boolean): string {
  return isTrusted ? `{ use: '${specifier}', trusted: true }` : `'${specifier}'`
}

/** A line of an existing config at which its list of plugins opens; the whole line before it is white space. */
const LIST_OPENS = /^([ \t]*)plugins:[ \t]*\[(?=([ \t]*\]|[ \t]*\r?\n)?)/gm

/**
 * The text of a config with one more plugin, listed first; `undefined` where it is not plain where the list
 * is. Read the result as a config before you trust it.
 */
export function withPlugin(config: string, listing: string): string | undefined {
  const [found, ...others] = config.matchAll(LIST_OPENS)
  if (found === undefined || others.length > 0) return undefined
  const [opening, indent = '', rest] = found
  const at = found.index + opening.length
  const added = rest === undefined ? `${listing}, ` : rest.trim() === ']' ? listing : `\n${indent}  ${listing},`
  return config.slice(0, at) + added + config.slice(at)
}
