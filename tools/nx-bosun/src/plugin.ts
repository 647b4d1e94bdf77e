import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createNodesFromFiles } from '@nx/devkit'
import type { CreateNodesV2, TargetConfiguration } from '@nx/devkit'

/**
 * Every package gets its targets from the config files that lie in it, so no package repeats them:
 * tsconfig.lib.json gives `typecheck` (which is also the build), vitest.config.ts gives `test`.
 */
export const createNodesV2: CreateNodesV2 = [
  '{packages,plugins,apps,examples,tools}/*/package.json',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = dirname(file)
        const has = (name: string) => existsSync(join(context.workspaceRoot, root, name))
        const targets: Record<string, TargetConfiguration> = {}
        if (has('tsconfig.lib.json')) targets['typecheck'] = typecheck()
        if (has('vitest.config.ts')) targets['test'] = test(root)
        return { projects: { [root]: { targets } } }
      },
      files,
      options,
      context,
    ),
]

function typecheck(): TargetConfiguration {
  return {
    command: 'tsc -b',
    options: { cwd: '{projectRoot}' },
    cache: true,
    dependsOn: ['^typecheck'],
    inputs: ['default', '^production'],
    outputs: ['{projectRoot}/dist'],
  }
}

function test(root: string): TargetConfiguration {
  // Specs of programs run whole examples, which no package depends on; pages in docs are drawn from sources.
  const programs = root.startsWith('apps/') || root === 'tools/bench'
  const examples = programs ? ['{workspaceRoot}/examples/**/*'] : []
  const pages = ['{workspaceRoot}/docs/**/*']
  return {
    command: 'vitest run',
    options: { cwd: '{projectRoot}', env: { BOSUN_TEST_REPORT: 'test-results/vitest.json' } },
    cache: true,
    inputs: ['default', '^production', ...examples, ...pages, { env: 'BOSUN_CORPORA' }],
    outputs: ['{projectRoot}/test-results'],
  }
}
