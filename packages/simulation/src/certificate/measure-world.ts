import { isDurable, type Fact, type Strategy } from '@bosun/core'
import { measure } from '@bosun/invariants'
import { randomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { isWorldEvent, type TraceEvent } from '../trace/trace.ts'
import { createSimulator } from '../world/simulator.ts'
import type { WorldMeasures } from './certificate.ts'
import { distributionOf } from './distribution.ts'
import type { Seeds } from './measure-graphs.ts'
import { PerTaskCounts } from './per-task-counts.ts'

/** Schedules of the simulated world with all its faults, drawn from seeds. */
export function measureWorld(strategy: Strategy, { first, count }: Seeds): WorldMeasures {
  const simulator = createSimulator(settingOf({ kind: 'strategy', strategy }))
  const ends: Record<string, number> = {}
  const perTask = new PerTaskCounts()
  const [waste, detectionMs, overspentTokens]: [number[], number[], number[]] = [[], [], []]
  let violations = 0
  for (let seed = first; seed < first + count; seed += 1) {
    const { events, end } = simulator.trace(randomChoices(seed))
    const facts = journalOf(events)
    const ended = end.fault?.code ?? end.ended ?? 'no end'
    ends[ended] = (ends[ended] ?? 0) + 1
    if (end.violation !== undefined) violations += 1
    const measures = measure(facts)
    perTask.add(measures)
    if (measures.workMs > 0) waste.push(measures.wasteMs / measures.workMs)
    overspentTokens.push(overspentOf(facts))
    detectionMs.push(...detections(events))
  }
  return {
    schedules: count,
    ends,
    violations,
    waste: distributionOf(waste),
    detectionMs: distributionOf(detectionMs),
    perTask: perTask.summary(),
    overspentTokens: distributionOf(overspentTokens),
  }
}

// ---------------------------------------------------------------------------------------------

/** The facts that stand: those that a manager had not stored when it died are told anew by the next. */
function journalOf(events: readonly TraceEvent[]): readonly Fact[] {
  const facts: Fact[] = []
  for (const event of events) {
    if (isWorldEvent(event)) continue
    const fact = event as Fact
    if (!isDurable(fact)) continue
    facts.length = Math.min(facts.length, fact.seq - 1)
    facts.push(fact)
  }
  return facts
}

/** Tokens spent beyond the largest budget that the run ever had. */
function overspentOf(facts: readonly Fact[]): number {
  let [spent, tokensMax] = [0, 0]
  for (const fact of facts) {
    if (fact.type === 'run.started') ({ tokensMax } = fact.config.limits)
    else if (fact.type === 'limits.changed') tokensMax = Math.max(tokensMax, fact.limits.tokensMax ?? 0)
    else if (fact.type === 'budget.settled') spent += fact.tokens
  }
  return Math.max(0, spent - tokensMax)
}

/** From the true death of an attempt's host to the loss of the attempt. */
function detections(events: readonly TraceEvent[]): readonly number[] {
  const diedAt = new Map<string, number>()
  const delays: number[] = []
  for (const event of events) {
    if (event.type === 'world.rested' && event.how === 'died') diedAt.set(`${event.task}@${event.epoch}`, event.at)
    if (event.type !== 'attempt.lost') continue
    const died = diedAt.get(`${event.task}@${event.epoch}`)
    if (died !== undefined) delays.push(Math.max(0, event.at - died))
  }
  return delays
}
