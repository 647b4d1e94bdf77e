import { defineConfig } from 'vitest/config'

/** Vitest runs our sources: a workspace import leads to src, never to a dist that may be stale. */
const conditions = ['@bosun/source', 'module', 'node', 'development|production']

/** The runner in tools/ci asks for a report; a run by hand does not write one. */
const report = process.env['BOSUN_TEST_REPORT']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@bosun/source', 'node'] } },
  test: {
    include: ['**/*.spec.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    passWithNoTests: true,
    testTimeout: 20_000,
    maxWorkers: 2,
    reporters: report ? ['dot', 'json'] : ['default'],
    // In the full run, what a passing test prints is noise.
    silent: report ? 'passed-only' : false,
    ...(report ? { outputFile: { json: report } } : {}),
  },
})
