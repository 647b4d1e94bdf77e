import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import type { Choices } from '../choices/choices.ts'
import { toySimulator } from '../shrink/toy-simulator.fixture.ts'
import { settingOf } from '../subject/check-options.ts'
import type { Simulator } from '../world/simulator.ts'
import { crashes } from './crashes.ts'
import { enumeration } from './enumeration.ts'
import { mutation } from './mutation.ts'
import { pct } from './pct.ts'
import { figuresText, mergeFigures, pctBound, schedulesFor, type SourceFigures } from './source-figures.ts'
import type { Source } from './source.ts'

const scope = { faultsMax: 6, faults: ['manager-crash', 'tail-torn', 'threw'] } as const

/** Seeds from 1. */
function seeds(): () => number {
  let seed = 0
  return () => (seed += 1)
}

/** Tries the schedules of a source, and keeps the choices of each. */
function tryAll(source: Source, simulator: Simulator, count = Infinity): readonly string[] {
  const tried: string[] = []
  for (let draw = source.next(); draw !== undefined && tried.length < count; draw = source.next()) {
    const trace = simulator.trace(draw())
    tried.push(trace.choices.map(({ label, site, value }) => `${label}@${site.join(',')}=${value}`).join(' '))
    source.learn?.({ end: trace.end, isNovel: false })
  }
  return tried
}

describe('crashes', () => {
  it('come at every place of a scenario, in every way, before the next scenario has its turn', () => {
    const toy = toySimulator((choices) => {
      for (let record = 1; record <= 3; record += 1) {
        choices.fault('tail-torn', record)
        choices.fault('manager-crash', record)
      }
      return {}
    })
    const tried = tryAll(crashes(seeds(), scope.faults), toy, 8)
    const places = ['manager-crash', 'tail-torn'].map((kind) =>
      [1, 2, 3].map((at) => `fault.${kind}@${at},0,0=1`).concat(''),
    )
    expect(tried).toEqual(places.flat())
  })

  it('do not come where the scope has none', () => {
    expect(crashes(seeds(), ['threw']).next()).toBeUndefined()
  })
})

describe('the enumeration', () => {
  const setting = settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) }, { scope })
  const toy = toySimulator(oneFaultAndTwoOrders)

  it('goes through all graphs of up to three tasks, with no fault, with one and with two', () => {
    const source = enumeration(setting)
    const graphs = new Set(tryAll(source, toy).map((choices) => choices.replaceAll(/ ?(order|fault)\S+/g, '')))
    expect(graphs.size).toBe(1 + 2 + 8)
    const texts = figuresText(source.figures?.() as SourceFigures)
    expect(texts[0]).toBe(
      'complete: graphs of up to 3 tasks on 2 slots, the first 12 events, no fault, every order of arrival: 11 schedules',
    )
    expect(texts.at(-1)).toMatch(/^complete: .*up to 2 faults, up to 1 overtaking/)
  })

  it('is shared among threads without a gap and without an overlap', () => {
    const whole = tryAll(enumeration(setting), toy)
    const shards = [0, 1].map((index) => enumeration(setting, { index, count: 2 }))
    expect(shards.flatMap((shard) => tryAll(shard, toy)).toSorted()).toEqual(whole.toSorted())
    const together = mergeFigures(shards.map((shard) => shard.figures?.() as SourceFigures))
    expect(figuresText(together as SourceFigures)[1]).toMatch(/^complete: .*up to 1 fault/)
  })

  function oneFaultAndTwoOrders(choices: Choices): { readonly facts: number } {
    const tasks = 1 + choices.pick('graph.size', setting.scope.tasksMax)
    for (let task = 0; task < tasks; task += 1) {
      for (let other = 0; other < task; other += 1) choices.chance('graph.edge', 0.5, task, 0, other)
    }
    choices.fault('threw', 1)
    choices.pick('order.next', 1)
    return { facts: choices.fault('tail-torn', 1) ? 2 : 1 }
  }
})

describe('mutation', () => {
  it('draws at random until something was kept, then stays near it', () => {
    const toy = toySimulator((choices) => {
      for (let site = 1; site < 100; site += 1) choices.pick('work.duration', 2, site)
      return {}
    })
    const source = mutation(seeds(), scope)
    const [far] = tryAll(source, toy, 1)
    const kept = toy.trace((source.next() as () => Choices)()).choices
    source.keep?.(kept)
    const names = kept.map(({ label, site, value }) => `${label}@${site.join(',')}=${value}`)
    const near = tryAll(source, toy, 20).map((tried) => names.filter((name) => tried.split(' ').includes(name)).length)
    expect(far).not.toBe('')
    expect(near.filter((shared) => shared > names.length * 0.9).length).toBeGreaterThan(8)
  })
})

describe('schedules by priorities', () => {
  it('come with their bound: 1 / (n k^(d-1)), and how many of them give 99%', () => {
    expect(pctBound(5, 20, 3)).toBe(1 / 2000)
    expect(schedulesFor(0.99, 1 / 2000)).toBe(9209)
    expect(schedulesFor(0.99, 1)).toBe(1)
  })

  it('account for the chains and events that there were', () => {
    const toy = toySimulator((choices) => {
      for (let event = 0; event < 30; event += 1) {
        choices.order?.([1, 2, 3])
        choices.pick('order.next', 3)
      }
      return {}
    })
    const source = pct(seeds(), scope)
    tryAll(source, toy, 4)
    expect(source.figures?.()).toEqual({ kind: 'pct', chainsMax: 3, eventsMax: 30 })
    expect(figuresText(source.figures?.() as SourceFigures)[0]).toBe(
      'a bug that hangs on 2 orderings is shown by 1 schedule in 90 at least, by 413 with 99% (n = 3, k = 30)',
    )
  })
})
