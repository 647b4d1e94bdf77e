import { seededRandom } from '@bosun/kernel'
import type { ChoiceList } from '../choices/choices.ts'
import { corpusReplays } from '../search/corpus-replays.ts'
import { crashes } from '../search/crashes.ts'
import { enumeration } from '../search/enumeration.ts'
import { mutation } from '../search/mutation.ts'
import { pct } from '../search/pct.ts'
import { swarm } from '../search/swarm.ts'
import { SOURCE_NAMES, type Source, type SourceName } from '../search/source.ts'
import type { Setting } from '../subject/setting.ts'
import type { PartOptions } from './campaign-options.ts'

/**
 * All sources of schedules of a campaign, in their order.
 *
 * @param lists the counterexamples of the corpus
 */
export function campaignSources(
  setting: Setting,
  options: PartOptions,
  lists: readonly ChoiceList[],
): readonly Source[] {
  const { seed = 1, shard = { index: 0, count: 1 } } = options
  const { faultsMax, faults } = setting.scope
  const scope = { faultsMax, faults }
  /** A stream of seeds for each source, in which the threads take turns. */
  const seeds = (name: SourceName): (() => number) => {
    const base = Math.floor(seededRandom(seed, SOURCE_NAMES.indexOf(name))() * 0x1_0000_0000)
    let next = shard.index
    return () => {
      const drawn = (base + next) >>> 0
      next += shard.count
      return drawn
    }
  }
  return [
    corpusReplays(lists),
    enumeration(setting, shard),
    swarm(seeds('swarm'), scope),
    pct(seeds('pct'), scope),
    crashes(seeds('crashes'), faultsMax > 0 ? faults : []),
    mutation(seeds('mutation'), scope, lists),
  ]
}
