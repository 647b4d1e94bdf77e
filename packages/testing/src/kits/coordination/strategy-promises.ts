import { GUARANTEES, type Strategy } from '@bosun/core'
import { expect } from 'vitest'
import { simulate } from '../../simulate.ts'
import type { KitPromise } from '../kit-promise.ts'
import { askedTwice } from './asked-twice.ts'

const SEEDS = [...Array.from({ length: 30 }).keys()]

/** What a strategy promises besides the invariants that each run of it keeps. */
export const strategyPromises: readonly KitPromise<Strategy>[] = [
  {
    title: 'it has a name, and declares guarantees that there are',
    prove({ name, guarantees, dispatch }) {
      expect(name).toMatch(/\S/)
      expect(guarantees.filter((guarantee) => !GUARANTEES.includes(guarantee))).toEqual([])
      expect(dispatch.ahead).toBeGreaterThanOrEqual(0)
    },
  },
  // Before the one that asks twice, or what is remembered would be there already.
  {
    title: 'D1: what it answers in one run does not hang on the runs before',
    prove(strategy) {
      const hashes = (seeds: readonly number[]) =>
        new Map(seeds.map((seed) => [seed, simulate(strategy, { seed }).hash]))
      const first = hashes(SEEDS)
      const again = hashes(SEEDS.toReversed())
      expect(
        SEEDS.filter((seed) => first.get(seed) !== again.get(seed)),
        'seeds that went otherwise',
      ).toEqual([])
    },
  },
  {
    title: 'its policies are pure: asked twice, they answer twice the same',
    prove(strategy) {
      const { strategy: asked, differences } = askedTwice(strategy)
      for (const seed of SEEDS) simulate(asked, { seed })
      expect(differences.slice(0, 3)).toEqual([])
    },
  },
]
