import { API_VERSION, NODE_RANGE, VERSIONS } from './versions.ts'
import type { Files } from './template.ts'

type Package = keyof typeof VERSIONS

const TSCONFIG = {
  compilerOptions: {
    target: 'es2025',
    lib: ['es2025', 'esnext.disposable'],
    module: 'nodenext',
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    // Sources run unbuilt: types are stripped, so there are no decorators, enums or the like.
    erasableSyntaxOnly: true,
    rewriteRelativeImportExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  exclude: ['dist', 'node_modules'],
}

const BUILD = {
  extends: './tsconfig.json',
  compilerOptions: { noEmit: false, declaration: true, rootDir: 'src', outDir: 'dist' },
  include: ['src'],
  exclude: ['src/**/*.spec.ts'],
}

/** What makes a folder of sources in `src` a package that can be published as a plugin. */
export function pluginPackageFiles(name: string, summary: string, imports: readonly Package[]): Files {
  return {
    'package.json': json({
      name,
      version: '0.1.0',
      description: summary,
      type: 'module',
      exports: './dist/index.js',
      files: ['dist'],
      scripts: {
        build: 'tsc -p tsconfig.build.json',
        prepack: 'npm run build',
        start: 'bosun run',
        test: 'vitest run',
        typecheck: 'tsc',
      },
      peerDependencies: ranges([...imports, 'zod']),
      devDependencies: ranges(DEVELOPMENT.filter((dependency) => !imports.includes(dependency))),
      engines: { node: NODE_RANGE },
      bosun: { apiVersion: API_VERSION, kind: 'plugin', entry: './dist/index.js' },
    }),
    'tsconfig.json': json(TSCONFIG),
    'tsconfig.build.json': json(BUILD),
  }
}

/** What makes a folder a private package that runs Bosun. */
export function projectPackageFiles(name: string): Files {
  return {
    'package.json': json({
      name,
      version: '0.1.0',
      private: true,
      type: 'module',
      scripts: { start: 'bosun run', test: 'vitest run', typecheck: 'tsc' },
      dependencies: ranges(['@bosun/cli', '@bosun/sdk', 'bosun', 'zod']),
      devDependencies: ranges(['typescript', 'vitest']),
      engines: { node: NODE_RANGE },
    }),
    'tsconfig.json': json(TSCONFIG),
  }
}

// ---------------------------------------------------------------------------------------------

const DEVELOPMENT: readonly Package[] = ['@bosun/cli', 'bosun', 'typescript', 'vitest']

function ranges(packages: readonly Package[]): Record<string, string> {
  return Object.fromEntries([...new Set(packages)].sort().map((name) => [name, `^${VERSIONS[name]}`]))
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
