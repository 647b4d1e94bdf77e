/**
 * Which package may import which: the one place that says so.
 *
 * `rows` is the architecture read from the bottom up. A package may import every package in a
 * lower row and, inside its own row, every package to its right. What is not in a row (plugins,
 * examples, tools) follows a rule of its own below. A check enforces this table and
 * docs/layers.md is drawn from it, so the two cannot disagree.
 */

/** One package of the layered core. */
export interface LayeredPackage {
  readonly name: string
  readonly folder: string
  readonly purpose: string
}

/** The rule for a folder full of packages that are not layered among themselves. */
export interface FolderRule {
  /** Folder under which every package follows this rule, such as "plugins". */
  readonly folder: string
  /** What sources and specs may import: a package name or an exact specifier. */
  readonly mayImport: readonly string[]
  /** What specs may import besides. */
  readonly specsMayImport: readonly string[]
  readonly purpose: string
}

export const rows: readonly (readonly LayeredPackage[])[] = [
  [
    {
      name: '@bosun/core',
      folder: 'packages/core',
      purpose: 'contracts, schemas, tokens, facts, error registry',
    },
  ],
  [
    {
      name: '@bosun/kernel',
      folder: 'packages/kernel',
      purpose: 'the deterministic scheduler: decide, evolve, strategies',
    },
  ],
  [
    {
      name: '@bosun/sdk',
      folder: 'packages/sdk',
      purpose: 'the door of plugin authors: define functions, tool declarations, schemas',
    },
  ],
  [
    {
      name: '@bosun/managers',
      folder: 'packages/managers',
      purpose: 'manager variants, stream operators',
    },
    { name: '@bosun/invariants', folder: 'packages/invariants', purpose: 'reducers over facts' },
  ],
  [
    {
      name: '@bosun/runtime',
      folder: 'packages/runtime',
      purpose: 'drives kernel and managers in the real world',
    },
    {
      name: '@bosun/simulation',
      folder: 'packages/simulation',
      purpose: 'drives kernel and managers in a simulated world',
    },
  ],
  [
    { name: 'bosun', folder: 'packages/bosun', purpose: 'the door of people who compose' },
    {
      name: '@bosun/testing',
      folder: 'packages/testing',
      purpose: 'the door of specs, re-exported as bosun/testing',
    },
  ],
  [
    {
      name: '@bosun/templates',
      folder: 'packages/templates',
      purpose: 'the files of new workers, tools, planners, managers, strategies, plugins and projects',
    },
  ],
  [
    { name: 'create-bosun', folder: 'apps/create-bosun', purpose: 'npm create bosun' },
    { name: '@bosun/cli', folder: 'apps/cli', purpose: 'the command line' },
    { name: '@bosun/harness', folder: 'apps/harness', purpose: 'simulation campaigns' },
    { name: '@bosun/studio', folder: 'apps/studio', purpose: 'watching runs in a browser' },
  ],
]

/** Packages under these folders are composition roots: besides their layer they name plugins. */
export const foldersThatNamePlugins: readonly string[] = ['apps', 'examples', 'tools/bench']

/** What a plugin that ships a manager may import besides; list the plugin's package name. */
export const pluginsThatShipAManager: readonly string[] = []
export const managerPluginsMayImport: readonly string[] = ['@bosun/managers']

export const folderRules: readonly FolderRule[] = [
  {
    folder: 'plugins',
    mayImport: ['@bosun/sdk'],
    specsMayImport: ['bosun', 'bosun/testing'],
    purpose: 'workers, tools, planners, engines, telemetry',
  },
  {
    folder: 'examples',
    mayImport: ['bosun', '@bosun/sdk', '@bosun/managers'],
    specsMayImport: ['bosun/testing'],
    purpose: 'what a user writes',
  },
  {
    folder: 'tools/bench',
    mayImport: rows.flat().map((layered) => layered.name),
    specsMayImport: [],
    purpose: 'benchmarks and the torture run',
  },
  {
    folder: 'tools/nx-bosun',
    mayImport: ['@bosun/core', '@bosun/templates'],
    specsMayImport: [],
    purpose: 'the targets of this repository, and generators for any Nx workspace',
  },
  {
    folder: 'tools',
    mayImport: [],
    specsMayImport: [],
    purpose: 'what the repository needs for itself',
  },
]

/** Specs of every package may read corpora. */
export const everySpecMayImport: readonly string[] = ['@bosun/corpora']

/** Third-party code that a package never imports outside its specs. A final `*` matches any rest. */
export const neverImport: Readonly<Record<string, readonly string[]>> = {
  '@bosun/kernel': ['rxjs*', 'inversify*', 'reflect-metadata*', 'node:*'],
  '@bosun/invariants': ['rxjs*', 'inversify*', 'reflect-metadata*', 'node:*'],
}

/** Third-party code of which a package may import types but no values. */
export const importTypesOnly: Readonly<Record<string, readonly string[]>> = {
  '@bosun/core': ['rxjs*', 'inversify*', 'reflect-metadata*'],
}
