import type { Fact } from '@bosun/core'
import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { monotoneLog } from './s19-monotone-log.ts'

const one = () => log().run().task('a')

/** The story with its last fact changed. */
function last(story: LogBuilder, change: Partial<Fact>): LogBuilder {
  const fact = story.facts.pop()
  if (fact !== undefined) story.facts.push({ ...fact, ...change } as Fact)
  return story
}

const planning = { request: 'p', model: 'acme:fast', inputTokens: 1, outputTokens: 1, costMicros: 0, ms: 1 }

describeInvariant(monotoneLog, {
  holds: {
    'when messages, decisions and approvals are in order': () => {
      const story = one().decide().begin('a').ask('a').answer('a').succeed('a')
      return story.fact('message.delivered', { kind: 'outcome', ref: story.seq }).completed()
    },
    'when a planner asks a model for what it was asked for': () =>
      one().decide({ type: 'plan', request: 'p', goal: null }).fact('planner.called', planning).done('a').completed(),
    'when volatile facts stand between': () => one().begin('a').beat('a').succeed('a').completed(),
  },
  breaks: {
    first: {
      'when the log starts in the middle': () => log().task('a'),
      'when the run starts twice': () => one().run(),
    },
    seq: {
      'when a number is left out': () => last(one(), { seq: 7 } as Partial<Fact>),
      'when a number stands twice': () => last(one(), { seq: 4 } as Partial<Fact>),
    },
    planner: { 'when nobody asked it for a plan': () => one().fact('planner.called', planning) },
    time: { 'when time goes back': () => one().wait(5).begin('a').wait(-1).beat('a') },
    input: { 'when inputs go back': () => last(one(), { cause: 0 }) },
    unknown: {
      'when an unknown task is assigned': () => one().assign('ghost'),
      'when an unknown task is amended': () =>
        one().fact('task.amended', { task: { id: 'ghost', type: 'work', body: 0 } }),
    },
    started: {
      'when a result comes before the start': () => one().assign('a').succeed('a'),
      'when progress comes before the start': () =>
        one().assign('a').fact('attempt.progressed', { task: 'a', epoch: 1, note: 'n' }),
    },
    message: {
      'when a message is ahead of its fact': () => one().fact('message.delivered', { kind: 'goal', ref: 99 }),
      'when a wake refers to a fact': () => one().fact('message.delivered', { kind: 'woke', ref: 1, wake: 'w' }),
    },
    decided: {
      'when the manager decides twice on a message': () => {
        const story = one().decide()
        return story.fact('manager.decided', { message: story.seq - 1, decisions: [] })
      },
      'when the manager decides without a message': () => one().fact('manager.decided', { message: 1, decisions: [] }),
    },
  },
})
