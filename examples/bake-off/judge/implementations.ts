import type { MakeMatcher } from './matcher.ts'

/**
 * What is compared, by the name of its worker. Each is loaded by the processes of its own worker and by no
 * other, and is set as its documentation says to come closest to Bash.
 */
export const implementations = {
  // First, since it takes the longest.
  'crash-dummy': () => import('./implementations/crash-dummy.ts'),
  picomatch: () => import('./implementations/picomatch.ts'),
  minimatch: () => import('./implementations/minimatch.ts'),
  micromatch: () => import('./implementations/micromatch.ts'),
  zeptomatch: () => import('./implementations/zeptomatch.ts'),
  outmatch: () => import('./implementations/outmatch.ts'),
  globrex: () => import('./implementations/globrex.ts'),
  'glob-to-regexp': () => import('./implementations/glob-to-regexp.ts'),
  'node-path': () => import('./implementations/node-path.ts'),
} satisfies Readonly<Record<string, () => Promise<{ readonly makeMatcher: MakeMatcher }>>>

export type ImplementationName = keyof typeof implementations
