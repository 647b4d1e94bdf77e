import { describeCrossRun } from '../fixtures/describe-cross-run.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { replay } from './r02-replay.ts'

const decided = () => log().run().decide({ type: 'finish', result: 1 })
const run = (story: LogBuilder = decided()) => story.task('a').done('a').completed().facts
const beaten = log().run().task('a').begin('a').beat('a').succeed('a')

describeCrossRun(replay)({
  holds: {
    'when the replay comes to the same facts': () => [{ recorded: run(), replayed: run() }],
    'when the replay lacks the volatile facts': () => [
      { recorded: beaten.facts, replayed: beaten.facts.filter(({ seq }) => seq > 0) },
    ],
    'when every prefix folds to the live state': () => [
      { recorded: run(), prefixes: [{ seq: 1, live: '{}', folded: '{}' }] },
    ],
  },
  breaks: {
    decision: {
      'when the manager decides otherwise': () => [
        { recorded: run(), replayed: run(log().run().decide({ type: 'fail', reason: 'r' })) },
      ],
      'when the manager decides nothing': () => [{ recorded: run(), replayed: run(log().run().decide()) }],
    },
    fact: {
      'when another fact follows': () => [
        { recorded: run(), replayed: decided().task('a').begin('a').fail('a').facts },
      ],
    },
    length: {
      'when the replay stops early': () => [{ recorded: run(), replayed: run().slice(0, -1) }],
    },
    state: {
      'when a prefix folds to another state': () => [
        {
          recorded: run(),
          prefixes: [
            { seq: 1, live: '{}', folded: '{}' },
            { seq: 2, live: '{"tasks":{"a":"ready"}}', folded: '{"tasks":{"a":"waiting"}}' },
          ],
        },
      ],
    },
  },
})
