import { setImmediate } from 'node:timers/promises'
import { coreGoals, createGoalWatch, type GoalWatch } from '@bosun/invariants'
import { printReplay } from '../choices/replay-string.ts'
import { activeResources, newResources } from '../lanes/resource-census.ts'
import { Portfolio, type SourceAccount } from '../search/portfolio.ts'
import { Reach, type ReachData } from '../search/reach.ts'
import type { Draw, Source, SourceName } from '../search/source.ts'
import { failureOf } from '../shrink/failure-of.ts'
import { passingTwinAsync } from '../shrink/passing-twin.ts'
import { shrinkAsync } from '../shrink/shrink.ts'
import type { Setting } from '../subject/setting.ts'
import { subjectName } from '../subject/subject-name.ts'
import { isWorldEvent, type ScheduleEnd, type Trace } from '../trace/trace.ts'
import { createSimulator, type Simulator } from '../world/simulator.ts'
import type { PartOptions } from './campaign-options.ts'
import { beatingSimulator } from './beating-simulator.ts'
import { campaignSources } from './campaign-sources.ts'
import { loadCorpus, type CorpusEntry } from './corpus.ts'
import { expectedGoals } from './expected-goals.ts'
import type { Failure } from './failure.ts'
import { Witnesses, type Witness } from './witnesses.ts'
import { firstDifference } from './first-difference.ts'
import { settingHash } from './setting-hash.ts'

export const SCHEDULES_DEFAULT = 20_000
const PROGRESS_MS = 1_000
/** A schedule that waits takes ten times as long. */
const ASYNC_SHRINK_SCHEDULES_MAX = 1_000

/** What one thread did of a campaign: plain data, which threads can send. */
export interface CampaignPart {
  readonly subject: string
  readonly setting: string
  readonly lane: 'pure' | 'async'
  readonly schedules: number
  readonly facts: number
  readonly virtualMs: number
  readonly wallMs: number
  readonly isTimedOut: boolean
  readonly sources: readonly SourceAccount[]
  readonly failures: readonly Failure[]
  /** Schedules that failed, whether or not in a way that was known. */
  readonly failing: number
  /** Set when one schedule was run twice and did not go the same way. */
  readonly difference?: { readonly replay: string; readonly sentence: string }
  readonly comparedTwice: number
  /** The first schedules, which have to go the same way in any thread. */
  readonly witnesses: readonly Witness[]
  readonly reach: ReachData
  readonly goalsReached: readonly string[]
  /** Goals that a campaign of some length in this setting has to reach. */
  readonly goalsExpected: readonly string[]
  /** Assertions in user code, by label: in how many schedules each held. */
  readonly assertions: Readonly<Record<string, number>>
  readonly corpus: readonly CorpusState[]
  /** How many counterexamples the corpus holds for this part. */
  readonly corpusCount: number
  /** What code under check has opened and left open, past every guard: `2 Timeout`. */
  readonly leftOpen: string
}

/** What became of a counterexample of the past. */
export interface CorpusState {
  readonly file: string
  readonly failure: string
  /** What it breaks now; absent when it passes. */
  readonly now?: string
  /** Whether it was found in another setting, so that its choices may mean something else. */
  readonly isStale: boolean
}

/** Runs a campaign, or one of several parts of it, in this thread. */
export async function runCampaignPart(setting: Setting, options: PartOptions = {}): Promise<CampaignPart> {
  const corpus = options.corpus === undefined ? [] : await loadCorpus(options.corpus)
  return new Part(setting, options, options.shard === undefined || options.shard.index === 0 ? corpus : []).run()
}

class Part {
  readonly #setting: Setting
  readonly #hash: string
  readonly #options: PartOptions
  readonly #simulator: Simulator
  readonly #corpus: readonly CorpusEntry[]
  readonly #corpusStates: CorpusState[] = []
  readonly #portfolio: Portfolio
  readonly #sources: readonly Source[]
  readonly #reach = new Reach()
  readonly #goals: GoalWatch
  readonly #failures = new Map<string, Failure>()
  readonly #resources = activeResources()
  readonly #begun = performance.now()
  #progressAt = performance.now()
  #schedules = 0
  #facts = 0
  #virtualMs = 0
  #failing = 0
  #comparedTwice = 0
  #difference: CampaignPart['difference']
  readonly #witnesses = new Witnesses()
  readonly #assertions = new Map<string, number>()

  constructor(setting: Setting, options: PartOptions, corpus: readonly CorpusEntry[]) {
    this.#setting = setting
    this.#hash = settingHash(setting)
    this.#options = options
    this.#simulator = createSimulator(setting)
    this.#corpus = corpus
    this.#goals = createGoalWatch(options.goals ?? coreGoals)
    this.#sources = campaignSources(
      setting,
      options,
      corpus.map(({ choices }) => choices),
    )
    this.#portfolio = new Portfolio(this.#sources, options.shares)
  }

  async run(): Promise<CampaignPart> {
    const { schedules = this.#options.seconds === undefined ? SCHEDULES_DEFAULT : Infinity } = this.#options
    const { seconds = Infinity, failuresMax = 5 } = this.#options
    let isTimedOut = false
    while (this.#schedules < schedules && this.#difference === undefined && this.#failures.size < failuresMax) {
      isTimedOut = performance.now() - this.#begun > seconds * 1_000
      const next = isTimedOut ? undefined : this.#portfolio.next()
      if (next === undefined) break
      // oxlint-disable-next-line no-await-in-loop -- one world, one schedule at a time
      await this.#tryOut(next.source, next.draw)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await this.#progress()
    }
    await this.#askWitnesses()
    return this.#part(isTimedOut)
  }

  async #tryOut(source: Source, draw: Draw): Promise<void> {
    this.#options.beat?.()
    if (this.#witnesses.areWanted) this.#witnesses.add(await this.#trace(draw))
    const isCompared = this.#isCompared()
    let end: ScheduleEnd
    let isNovel = false
    if (isCompared || source.wantsTraces === true) {
      const trace = await this.#trace(draw)
      end = trace.end
      isNovel = this.#takeIn(trace)
      if (isCompared) await this.#compare(draw, trace)
    } else end = this.#simulator.isAsync ? await this.#simulator.runAsync(draw()) : this.#simulator.run(draw())
    this.#schedules += 1
    this.#facts += end.facts
    this.#virtualMs += end.virtualMs
    if (source.name === 'corpus') this.#noteCorpus(end)
    if (end.assertions !== undefined) this.#noteAssertions(end.assertions)
    const failure = failureOf(end)
    if (failure !== undefined) await this.#fail(failure, source.name, draw)
    source.learn?.({ end, isNovel })
  }

  #trace(draw: Draw): Promise<Trace> | Trace {
    return this.#simulator.isAsync ? this.#simulator.traceAsync(draw()) : this.#simulator.trace(draw())
  }

  /** Whether the next schedule is one of the share that is run twice. */
  #isCompared(): boolean {
    const { determinismShare = 0.05 } = this.#options
    return Math.floor((this.#schedules + 1) * determinismShare) > Math.floor(this.#schedules * determinismShare)
  }

  async #compare(draw: Draw, trace: Trace): Promise<void> {
    this.#comparedTwice += 1
    const sentence = firstDifference(trace, await this.#trace(draw))
    if (sentence !== undefined) this.#difference ??= { replay: printReplay(trace.choices, this.#hash), sentence }
  }

  /** Runs the first schedules again: nothing that came between may have changed them. */
  async #askWitnesses(): Promise<void> {
    if (this.#difference !== undefined) return
    const found = await this.#witnesses.changed(this.#simulator, this.#options.beat)
    if (found === undefined) return
    const { choices, nth, sentence: what } = found
    const sentence = `${what}, when schedule ${nth} was run again after the last: the code keeps something from one schedule to the next`
    this.#difference = { replay: printReplay(choices, this.#hash), sentence }
  }

  #takeIn(trace: Trace): boolean {
    for (const event of trace.events) {
      if (isWorldEvent(event)) this.#goals.observe(event)
      else this.#goals.feed(event)
    }
    this.#goals.reset()
    const isNovel = this.#reach.add(trace)
    if (isNovel) for (const source of this.#sources) source.keep?.(trace.choices)
    return isNovel
  }

  async #fail(failure: string, source: SourceName, draw: Draw): Promise<void> {
    this.#failing += 1
    const known = this.#failures.get(failure)
    if (known !== undefined) {
      this.#failures.set(failure, { ...known, count: known.count + 1 })
      return
    }
    const trace = await this.#trace(draw)
    await this.#compare(draw, trace)
    if (failureOf(trace.end) !== failure) {
      const sentence = `it broke ${failure} and then, run again, ${failureOf(trace.end) ?? 'nothing'}`
      this.#difference ??= { replay: printReplay(trace.choices, this.#hash), sentence }
    }
    if (this.#difference !== undefined) return
    this.#failures.set(failure, await this.#explain(failure, source, trace))
  }

  async #explain(failure: string, source: SourceName, { choices, end }: Trace): Promise<Failure> {
    const begun = performance.now()
    const beating =
      this.#options.beat === undefined ? this.#simulator : beatingSimulator(this.#simulator, this.#options.beat)
    const shrunk = await shrinkAsync(beating, choices, {
      faults: this.#setting.scope.faults,
      ...(beating.isAsync ? { schedulesMax: ASYNC_SHRINK_SCHEDULES_MAX } : {}),
    })
    const shrinkMs = performance.now() - begun
    const twin = await passingTwinAsync(beating, shrunk.choices)
    const { violation, fault } = shrunk.end
    return {
      failure,
      ...(violation === undefined ? {} : { violation }),
      ...(fault === undefined ? {} : { fault }),
      count: 1,
      shown: {
        replay: printReplay(shrunk.choices, this.#hash),
        choices: shrunk.choices,
        facts: shrunk.end.facts,
        factsFound: end.facts,
        source,
        isMinimal: shrunk.isMinimal,
        shrinkMs: Math.round(shrinkMs),
        ...(twin === undefined ? {} : { twin: { ...twin, replay: printReplay(twin.choices, this.#hash) } }),
      },
    }
  }

  #noteAssertions(assertions: NonNullable<ScheduleEnd['assertions']>): void {
    for (const [label, held] of Object.entries(assertions)) {
      this.#assertions.set(label, (this.#assertions.get(label) ?? 0) + Number(held))
    }
  }

  #noteCorpus(end: ScheduleEnd): void {
    const { file, failure, setting } = this.#corpus[this.#corpusStates.length] as CorpusEntry
    const now = failureOf(end)
    this.#corpusStates.push({ file, failure, isStale: setting !== this.#hash, ...(now === undefined ? {} : { now }) })
  }

  async #progress(): Promise<void> {
    const now = performance.now()
    if (now - this.#progressAt < PROGRESS_MS) return
    this.#progressAt = now
    // Timers that code under check has set have their turn, so that what they do does not come to light too late.
    await setImmediate()
    const { onProgress, goals = coreGoals } = this.#options
    if (onProgress === undefined) return
    onProgress({
      schedules: this.#schedules,
      schedulesPerSecond: Math.round((this.#schedules / (now - this.#begun)) * 1_000),
      failures: [...this.#failures.keys()],
      goalsReached: this.#goals.reached.size,
      goalsCount: goals.length,
    })
  }

  /** Whether it searches as campaigns do: who asks for other sources or goals knows what to expect of them. */
  #isUsual(): boolean {
    return this.#options.shares === undefined && this.#options.goals === undefined
  }

  #part(isTimedOut: boolean): CampaignPart {
    return {
      subject: subjectName(this.#setting.subject),
      setting: this.#hash,
      lane: this.#simulator.isAsync ? 'async' : 'pure',
      schedules: this.#schedules,
      facts: this.#facts,
      virtualMs: this.#virtualMs,
      wallMs: performance.now() - this.#begun,
      isTimedOut,
      sources: this.#portfolio.account(),
      failures: [...this.#failures.values()],
      failing: this.#failing,
      ...(this.#difference === undefined ? {} : { difference: this.#difference }),
      comparedTwice: this.#comparedTwice,
      witnesses: this.#witnesses.list(),
      reach: this.#reach.data(),
      goalsReached: [...this.#goals.reached],
      goalsExpected: this.#isUsual() ? expectedGoals(this.#setting) : [],
      assertions: Object.fromEntries(this.#assertions),
      corpus: this.#corpusStates,
      corpusCount: this.#corpus.length,
      leftOpen: this.#simulator.isAsync ? newResources(this.#resources) : '',
    }
  }
}
