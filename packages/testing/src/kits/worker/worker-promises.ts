import type { AnyWorker, Fact, Json, WorkerEntry } from '@bosun/core'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'
import { spoiledValues } from '../spoiled-values.ts'
import type { ObservedRun, WorkerBench } from './worker-bench.ts'
import type { WorkerKitOptions } from './worker-kit-options.ts'

/** One example of a worker under proof. */
export interface WorkerUnderProof {
  readonly worker: AnyWorker
  readonly bench: WorkerBench
  /** Which example, from 0. */
  readonly index: number
  readonly options: WorkerKitOptions
  /** The example, run once and not disturbed. */
  undisturbed(): Promise<ObservedRun>
}

const SAME_AGAIN = 'what it gave again; what may differ is left out by the option `comparable`'

const succeeds: KitPromise<WorkerUnderProof> = {
  title: 'in a host it succeeds, with the result that the example states',
  async prove({ bench, index, undisturbed }) {
    const { error, result, unplayedCount } = await undisturbed()
    expect(error, `it failed: ${error}`).toBeUndefined()
    const { result: stated } = bench.example(index)
    if (stated !== undefined) expect(result, 'the result that the example states').toEqual(stated)
    expect(unplayedCount, 'answers of the example’s model that nobody asked for').toBe(0)
  },
}

const keepsInside: KitPromise<WorkerUnderProof> = {
  title: 'it keeps inside its grant: no call is denied, nothing is forged, and nothing but its outputs is written',
  async prove({ worker, bench, index, undisturbed }) {
    const { facts, files, changedPaths } = successOf(await undisturbed())
    const oversteps = facts.flatMap(overstepOf)
    expect(oversteps, `denied or forged: ${oversteps.join('; ')}`).toEqual([])
    const published = new Set(files.map(({ path }) => path))
    const beside = changedPaths.filter((path) => !published.has(path))
    expect(beside, 'what it changed in the workspace beside what was published').toEqual([])
    const declared: readonly string[] | undefined = worker.outputs?.(worker.body.parse(bench.example(index).body))
    if (declared === undefined) return
    expect([...published].toSorted(), 'what it wrote, beside what `outputs` says').toEqual(
      [...new Set(declared)].toSorted(),
    )
  },
}

const reportsProgress: KitPromise<WorkerUnderProof> = {
  title: 'it is never silent for longer than it may: it reports progress, or it is done',
  async prove({ options, undisturbed }) {
    const { attempts } = successOf(await undisturbed())
    const withinMs = options.progressWithinMs ?? 10_000
    expect(attempts[0]?.longestSilenceMs, 'ms without progress').toBeLessThan(withinMs)
  },
}

const doesTheSame: KitPromise<WorkerUnderProof> = {
  title: 'with the same idempotency key it does the same again',
  async prove({ bench, index, options, undisturbed }) {
    const [first, again] = [successOf(await undisturbed()), successOf(await bench.run(index))]
    expect(effectOf(again, options), `${SAME_AGAIN}`).toEqual(effectOf(first, options))
  },
}

const stops: KitPromise<WorkerUnderProof> = {
  title: 'told to stop, at its start or during a call, it stops in time and leaves nothing',
  async prove({ bench, index, options, undisturbed }) {
    const { attempts } = successOf(await undisturbed())
    const calls = attempts[0]?.calls ?? []
    for (const moment of new Set([0, 1, Math.ceil(calls.length / 2), calls.length])) {
      if (moment > calls.length) continue
      // oxlint-disable-next-line no-await-in-loop
      const run = await bench.run(index, ({ cancel }) => ({ moment, kind: 'stop', strike: cancel }))
      // oxlint-disable-next-line no-await-in-loop
      const how = await run.attempts[0]?.ended
      const when = moment === 0 ? 'at its start' : `during call ${moment} (${calls[moment - 1]})`
      const limit = `${options.abortWithinMs ?? 2_000} ms`
      expect(how, `it was told to stop ${when} and has not ended by itself within ${limit}`).not.toBe('lost')
      if (moment > 0) expect(run.changedPaths, `what it changed, though stopped ${when}`).toEqual([])
    }
  },
}

const survives: KitPromise<WorkerUnderProof> = {
  title: 'when its host dies half-way, another attempt comes to the same',
  async prove(proof) {
    const { index, options, undisturbed } = proof
    const lost = await withHostKilled(proof)
    const ends = await Promise.all(lost.attempts.map(({ ended }) => ended))
    expect(ends, 'how its attempts ended, the first of which lost its host').toEqual(['lost', 'result'])
    expect(effectOf(successOf(lost), options), `example ${index + 1}`).toEqual(
      effectOf(successOf(await undisturbed()), options),
    )
  },
}

const isNotRepeated: KitPromise<WorkerUnderProof> = {
  title: 'when its host dies half-way, it is lost and not repeated by itself, since it declares effects: once',
  async prove(proof) {
    const { facts, attempts, changedPaths } = await withHostKilled(proof)
    expect(attempts).toHaveLength(1)
    expect(facts.filter(({ type }) => type === 'task.lost')).toHaveLength(1)
    expect(changedPaths).toEqual([])
  },
}

const leavesNothing: KitPromise<WorkerUnderProof> = {
  title: 'without a host it gives the same, leaves no rejection unhandled and nothing open',
  async prove({ bench, index, options, undisturbed }) {
    const expected = successOf(await undisturbed())
    const { output, unhandled, open } = await bench.runInline(index)
    expect(unhandled, 'errors that nobody handled').toEqual([])
    expect(output?.error, `it failed: ${output?.error}`).toBeUndefined()
    expect(effectOf(output ?? { files: [] }, options), `${SAME_AGAIN}`).toEqual(effectOf(expected, options))
    expect(open, 'what holds its process open').toEqual([])
  },
}

const refusesBodies: KitPromise<WorkerUnderProof> = {
  title: 'bodies that do not fit its schema are refused as that, before anything is assigned',
  async prove({ worker, bench, index }) {
    const bad = spoiledValues(bench.example(index).body as Json).filter((body) => !fits(worker, body))
    const codes = await bench.errorsOf(bad)
    const accepted = bad.filter((_, place) => codes[place] !== 'TASK_BODY_INVALID')
    expect(accepted, 'bodies that were not refused by TASK_BODY_INVALID').toEqual([])
  },
}

/** What a worker promises of each of its examples. */
export function promisesOfExample({ effects }: Pick<WorkerEntry, 'effects'>): readonly KitPromise<WorkerUnderProof>[] {
  const repeats = effects === 'once' ? [] : [doesTheSame]
  return [succeeds, keepsInside, reportsProgress, ...repeats, stops]
}

/** What it promises of itself, shown by its first example. */
export function promisesOfWorker({ effects }: Pick<WorkerEntry, 'effects'>): readonly KitPromise<WorkerUnderProof>[] {
  return [effects === 'once' ? isNotRepeated : survives, leavesNothing, refusesBodies]
}

// ---------------------------------------------------------------------------------------------

/** Kills the host in the middle of the calls, after one was carried out; at the start if there are none. */
async function withHostKilled({ bench, index, undisturbed }: WorkerUnderProof): Promise<ObservedRun> {
  const { attempts } = successOf(await undisturbed())
  const moment = Math.ceil((attempts[0]?.callsCount ?? 0) / 2)
  return bench.run(index, ({ kill }) => ({ moment, kind: 'kill', strike: kill }))
}

/** A call that was denied, or a report that nobody made, in words. */
function overstepOf(fact: Fact): readonly string[] {
  if (fact.type === 'tool.denied') return [`${fact.tool}: ${fact.detail} by ${fact.rule}`]
  return fact.type === 'violation.recorded' ? [fact.error.message] : []
}

function successOf(run: ObservedRun): ObservedRun {
  if (run.error !== undefined) throw new Error(`The example does not succeed: ${run.error}`)
  return run
}

function effectOf({ result, files }: Pick<ObservedRun, 'result' | 'files'>, { comparable }: WorkerKitOptions) {
  const seen = result === undefined || comparable === undefined ? result : comparable(result)
  return { result: seen, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** A schema that throws takes nothing. */
function fits(worker: AnyWorker, body: Json): boolean {
  try {
    return worker.body.safeParse(body).success
  } catch {
    return false
  }
}
