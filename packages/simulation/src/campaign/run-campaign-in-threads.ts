import { availableParallelism } from 'node:os'
import { BosunError } from '@bosun/core'
import { userPlace } from '../lanes/user-place.ts'
import { runWatched, type ThreadEnd } from '../lanes/watched-thread.ts'
import type { SubjectFault } from '../trace/trace.ts'
import type { CampaignOptions, CampaignProgress } from './campaign-options.ts'
import { SCHEDULES_DEFAULT, type CampaignPart } from './campaign-part.ts'
import { brokenReport, reportOf, type CampaignReport } from './campaign-report.ts'
import type { ThreadMessage, ThreadTask } from './campaign-thread.ts'
import type { LaneName } from './load-subject.ts'
import { finished } from './run-campaign.ts'
import { withSecondOpinion } from './second-opinion.ts'

/** Threads beyond these bring little: the report is made of one part for each. */
const THREADS_MAX = 8
/** With this code the platform leaves a thread whose module waits for a promise that nothing can settle. */
const UNSETTLED = 13

export interface ThreadedOptions extends Omit<CampaignOptions, 'goals'> {
  /** See `loadSubject`. */
  readonly lane?: LaneName
  /** Default: one for each processor, 8 at most. */
  readonly threads?: number
  /** How long a schedule may take before its code counts as endless. Default 5,000 ms. */
  readonly silentMsMax?: number
}

/**
 * The same as `runCampaign` for the subject of a module, in threads of their own: faster, and code that
 * loops for ever ends as a failure that names the line.
 *
 * @param module the module with the subject, as a `file:` URL; see `loadSubject`
 *
 * @example
 * import { reportText, runCampaignInThreads } from '@bosun/simulation'
 *
 * const report = await runCampaignInThreads(new URL('./my-strategy.js', import.meta.url).href, { seconds: 30 })
 * console.log(reportText(report))
 * process.exitCode = report.exitCode
 */
export async function runCampaignInThreads(module: string, options: ThreadedOptions = {}): Promise<CampaignReport> {
  const { threads = Math.min(availableParallelism(), THREADS_MAX), silentMsMax, onProgress, lane, ...rest } = options
  const abort = new AbortController()
  const progress = new Map<number, CampaignProgress>()
  const parts: CampaignPart[] = []
  let refusal: BosunError | undefined
  const run = async (index: number): Promise<ThreadEnd> => {
    const end = await runWatched(threadEntry(), {
      data: {
        module,
        ...(lane === undefined ? {} : { lane }),
        options: shareOf(rest, index, threads),
        shard: { index, count: threads },
      } satisfies ThreadTask,
      ...(silentMsMax === undefined ? {} : { silentMsMax }),
      signal: abort.signal,
      onMessage: (message) => {
        const told = message as ThreadMessage
        if (told.type === 'part') parts[index] = told.part
        else if (told.type === 'refused') refusal ??= errorOf(told)
        else if (onProgress !== undefined) onProgress(together(progress.set(index, told.progress)))
      },
    })
    // What hangs or throws in one thread does so in all: the others need not find it out again, unless they
    // can name the line.
    if (end.type === 'threw' || (end.type === 'silent' && end.fault.at !== undefined)) abort.abort()
    return end
  }
  const ends = await Promise.all(Array.from({ length: threads }, (_, index) => run(index)))
  if (refusal !== undefined) throw refusal
  for (const end of ends) if (end.type === 'threw') return brokenReport(thrownFault(end.error), module, options)
  const silent = ends.flatMap((end) => (end.type === 'silent' ? [end.fault] : []))
  const fault = silent.find(({ at }) => at !== undefined) ?? silent[0]
  if (fault !== undefined) return brokenReport(fault, module, options)
  const early = ends.find((_, index) => parts[index] === undefined)
  if (early?.type === 'exited') throw leftEarly(module, early.code)
  const code = {
    module,
    ...(lane === undefined ? {} : { lane }),
    ...(silentMsMax === undefined ? {} : { silentMsMax }),
  }
  const report = reportOf(await withSecondOpinion(parts, code), options)
  return finished(lane === undefined ? report : { ...report, lane }, options)
}

/** What was thrown where nothing could catch it, by code under check; what our own code throws is a defect of ours. */
function thrownFault(error: unknown): SubjectFault {
  const at = error instanceof Error ? userPlace(error.stack) : undefined
  if (at === undefined) throw BosunError.from(error, 'INTERNAL')
  const { code, message } = new BosunError('SUBJECT_THREW', { at, received: (error as Error).message })
  return { code, message, at }
}

function leftEarly(module: string, code: number): BosunError {
  return new BosunError('SUBJECT_INVALID', {
    at: module,
    summary: 'The thread of the check was left before it had a result.',
    received: code === UNSETTLED ? 'a promise that never settles' : `exit code ${code}`,
    fix: 'Look for an `await` of something that never comes, or a call of process.exit, in the module or in what it loads.',
  })
}

function threadEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./campaign-thread.${extension}`, import.meta.url)
}

/** Schedules are shared out; seconds are the same for all. */
function shareOf(options: CampaignOptions, index: number, threads: number): ThreadTask['options'] {
  const { schedules = options.seconds === undefined ? SCHEDULES_DEFAULT : undefined, ...rest } = options
  if (schedules === undefined) return rest
  return { ...rest, schedules: Math.floor((schedules + index) / threads) }
}

function errorOf({ code, detail, message }: Extract<ThreadMessage, { type: 'refused' }>): BosunError {
  return Object.assign(new BosunError(code, detail), { message })
}

function together(all: ReadonlyMap<number, CampaignProgress>): CampaignProgress {
  const each = [...all.values()]
  const sum = (of: (one: CampaignProgress) => number): number => each.reduce((total, one) => total + of(one), 0)
  return {
    schedules: sum(({ schedules }) => schedules),
    schedulesPerSecond: sum(({ schedulesPerSecond }) => schedulesPerSecond),
    failures: [...new Set(each.flatMap(({ failures }) => failures))],
    goalsReached: Math.max(...each.map(({ goalsReached }) => goalsReached)),
    goalsCount: Math.max(...each.map(({ goalsCount }) => goalsCount)),
  }
}
