/** What a new package asks for, by its name: the versions that this repository is tested with. */
export const VERSIONS = {
  '@bosun/cli': '0.1.0',
  '@bosun/managers': '0.1.0',
  '@bosun/sdk': '0.1.0',
  bosun: '0.1.0',
  typescript: '7.0.2',
  vitest: '5.1.0',
  zod: '4.6.7',
} as const

/** The Node that Bosun runs on. */
export const NODE_RANGE = '>=24 <25 || >=26'

/** The version of the plugin API. */
export const API_VERSION = 1
