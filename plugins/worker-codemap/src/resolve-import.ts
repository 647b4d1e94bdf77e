/** Where a module specifier leads. */
export type ImportTarget =
  | { readonly kind: 'module'; readonly path: string }
  | { readonly kind: 'external'; readonly name: string }
  /** Relative, and no scanned module: an asset, a generated file, or a mistake. */
  | { readonly kind: 'unresolved' }

/** In this order, where a specifier leaves its ending out. */
const ENDINGS = ['.ts', '.tsx', '.d.ts', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'].concat(['.d.mts', '.d.cts'])

/** What a specifier may mean that is written for the compiled file. */
const COMPILED: ReadonlyMap<string, readonly string[]> = new Map([
  ['.js', ['.ts', '.tsx', '.d.ts', '.jsx']],
  ['.jsx', ['.tsx', '.d.ts']],
  ['.mjs', ['.mts', '.d.mts']],
  ['.cjs', ['.cts', '.d.cts']],
])

/**
 * Finds the module that a specifier means, by the rules shared by Node, TypeScript and bundlers:
 * the very file, then the source it would be compiled from (`.js` for `.ts`), then a missing ending,
 * then `index` of a folder.
 *
 * A specifier that is not relative is external, by the name of its package; aliases of a
 * `tsconfig.json` or of `imports` are not followed.
 *
 * @param importer path of the importing module
 * @param specifier as it stands in the text
 * @param paths of all scanned modules
 * @example resolveImport("a/b.ts", "../c.js", new Set(["c.ts"])) // { kind: "module", path: "c.ts" }
 */
export function resolveImport(importer: string, specifier: string, paths: ReadonlySet<string>): ImportTarget {
  // Bundlers append how to load a file: "./shader.js?raw".
  const plain = specifier.replace(/\?.*$/s, '')
  if (!/^\.\.?(?:\/|$)/.test(plain)) return { kind: 'external', name: packageOf(specifier) }
  const target = joined(importer, plain)
  const path = target && candidates(target).find((candidate) => paths.has(candidate))
  return path === undefined ? { kind: 'unresolved' } : { kind: 'module', path }
}

// ---------------------------------------------------------------------------------------------

interface Target {
  readonly path: string
  /** `./`, `..` and the like name a folder, never a file. */
  readonly folderOnly: boolean
}

/** Undefined where the specifier leaves the root. */
function joined(importer: string, specifier: string): Target | undefined {
  const segments = importer.split('/').slice(0, -1)
  for (const segment of specifier.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) return undefined
  }
  return { path: segments.join('/'), folderOnly: /(?:^|\/)\.{0,2}$/.test(specifier) }
}

function candidates({ path, folderOnly }: Target): string[] {
  const index = path === '' ? 'index' : `${path}/index`
  const indexes = ENDINGS.map((ending) => index + ending)
  if (folderOnly) return indexes
  const ending = /\.[cm]?jsx?$/.exec(path)?.[0] ?? ''
  const stem = path.slice(0, path.length - ending.length)
  const compiled = (COMPILED.get(ending) ?? []).map((source) => stem + source)
  return [path, ...compiled, ...ENDINGS.map((missing) => path + missing), ...indexes]
}

/** Of `@scope/name/part` the name `@scope/name`; of `node:fs/promises` the name `node:fs`. */
function packageOf(specifier: string): string {
  if (/^(?:#|\/|[a-z]+:\/\/)/i.test(specifier)) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
