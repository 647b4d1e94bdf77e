import { printReplay } from '../choices/replay-string.ts'
import { runWatched } from '../lanes/watched-thread.ts'
import type { CampaignPart } from './campaign-part.ts'
import type { LaneName } from './load-subject.ts'
import type { KnownSchedule, SecondOpinion, SecondOpinionTask } from './second-opinion-thread.ts'

/**
 * Runs what was found, and the first schedules, in a thread that loads the module anew. Code that
 * remembers across schedules can fail here by what it did before, and pass when it is replayed: that is
 * a difference, and the failure none that a replay string brings back.
 */
export async function withSecondOpinion(
  parts: readonly CampaignPart[],
  { module, lane, silentMsMax }: { module: string; lane?: LaneName; silentMsMax?: number },
): Promise<readonly CampaignPart[]> {
  const [first, ...others] = parts
  if (first === undefined || parts.some(({ difference }) => difference !== undefined)) return parts
  const schedules = knownSchedules(parts)
  const found: SecondOpinion[] = []
  await runWatched(threadEntry(), {
    data: { module, ...(lane === undefined ? {} : { lane }), schedules } satisfies SecondOpinionTask,
    ...(silentMsMax === undefined ? {} : { silentMsMax }),
    onMessage: (message) => found.push(message as SecondOpinion),
  })
  const [opinion] = found
  if (opinion === undefined) return parts
  const known = schedules[opinion.index] as KnownSchedule
  const replay = printReplay(known.choices, first.setting)
  return [{ ...first, difference: { replay, sentence: sentenceOf(known, opinion) } }, ...others]
}

// ---------------------------------------------------------------------------------------------

/** Failures first. The rest in reverse, so that what code keeps has come about in another order. */
function knownSchedules(parts: readonly CampaignPart[]): readonly KnownSchedule[] {
  const failures = parts.flatMap((part) =>
    part.failures.flatMap(({ failure, shown }) => (shown === undefined ? [] : [{ failure, choices: shown.choices }])),
  )
  return [...failures, ...parts.flatMap(({ witnesses }) => witnesses).toReversed()]
}

function sentenceOf(known: KnownSchedule, { failure = 'nothing' }: SecondOpinion): string {
  const how =
    'failure' in known
      ? `a schedule broke ${known.failure}, and ${failure} once the module was loaded anew`
      : 'a schedule went another way once the module was loaded anew'
  return `${how}: the code keeps something from one schedule to the next`
}

function threadEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./second-opinion-thread.${extension}`, import.meta.url)
}
