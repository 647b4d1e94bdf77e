import type { AnyManager } from '@bosun/core'
import type { CheckOptions } from '@bosun/simulation'
import { expect } from 'vitest'
import { simulateAsync } from '../../simulate.ts'
import type { KitPromise } from '../kit-promise.ts'
import { replayedDecisions } from './replayed-decisions.ts'

/** A manager under proof, and the world that it is simulated in. */
export interface ManagerUnderProof {
  readonly manager: AnyManager
  readonly world: CheckOptions
  /** Goals that are none of its own. */
  readonly badGoals: readonly unknown[]
}

const SEEDS = [...Array.from({ length: 12 }).keys()]

/** What a manager promises besides the invariants that each run of it keeps. */
export const managerPromises: readonly KitPromise<ManagerUnderProof>[] = [
  {
    title: 'R2: a fresh program decides the same on the same messages',
    async prove({ manager, world }) {
      for (const seed of SEEDS) {
        // oxlint-disable-next-line no-await-in-loop
        const { log } = await simulateAsync(manager, { ...world, seed })
        expect(replayedDecisions(manager, log), `seed ${seed}`).toBeUndefined()
      }
    },
  },
  {
    title: 'D1: what it decides in one run does not hang on the runs before',
    async prove({ manager, world }) {
      const hashes = async (seeds: readonly number[]) => {
        const found = new Map<number, string>()
        for (const seed of seeds) {
          // oxlint-disable-next-line no-await-in-loop
          found.set(seed, (await simulateAsync(manager, { ...world, seed })).hash)
        }
        return found
      }
      const first = await hashes(SEEDS)
      const again = await hashes(SEEDS.toReversed())
      expect(
        SEEDS.filter((seed) => first.get(seed) !== again.get(seed)),
        'seeds that went otherwise',
      ).toEqual([])
    },
  },
  {
    title: 'a goal that is none is refused as that',
    prove({ manager, badGoals }) {
      for (const goal of badGoals) {
        const refused = expect.objectContaining({ code: 'GOAL_INVALID' })
        expect(() => manager.checkGoal?.(goal as never)).toThrow(refused)
      }
    },
  },
]
