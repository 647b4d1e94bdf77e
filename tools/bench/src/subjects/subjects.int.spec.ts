import { checkManager, checkStrategy, simulate } from 'bosun/testing'
import { describe, expect, it } from 'vitest'
import dynamic, { check as dynamicCheck } from './dynamic.ts'
import fanOut, { check as fanOutCheck } from './fan-out.ts'
import mapReduce, { check as mapReduceCheck } from './map-reduce.ts'
import pipeline, { check as pipelineCheck } from './pipeline.ts'
import planExecuteReview, { check as planExecuteReviewCheck } from './plan-execute-review.ts'
import policies, { check as policiesCheck } from './policies.ts'
import streaming, { check as streamingCheck } from './streaming.ts'
import {
  wrongDynamic,
  wrongFanOut,
  wrongMapReduce,
  wrongPipeline,
  wrongReview,
  wrongStreaming,
  wrongWorkQueue,
} from './wrong-variants.fixture.ts'
import workQueue, { check as workQueueCheck } from './work-queue.ts'
import workStealing, { check as workStealingCheck } from './work-stealing.ts'

// One test for each invariant and variant; `npm run torture -- swarm` has the long counts.
const variants = [
  ['fan-out', fanOut, fanOutCheck],
  ['streaming', streaming, streamingCheck],
  ['dynamic', dynamic, dynamicCheck],
  ['work-queue', workQueue, workQueueCheck],
  ['map-reduce', mapReduce, mapReduceCheck],
  ['pipeline', pipeline, pipelineCheck],
  ['plan-execute-review', planExecuteReview, planExecuteReviewCheck],
  ['policies', policies, policiesCheck],
] as const

for (const [name, manager, check] of variants) {
  checkManager(manager, { ...check, schedules: 2_000, module: `tools/bench/src/subjects/${name}.ts` })
}

checkStrategy(workStealing, {
  ...workStealingCheck,
  schedules: 1_000,
  module: 'tools/bench/src/subjects/work-stealing.ts',
})

describe('a variant that somebody wrote in a hurry', () => {
  it.each([
    ['fan-out that folds in the order of arrival', wrongFanOut, fanOutCheck, 'D2'],
    ['streaming that does not say what is missing', wrongStreaming, streamingCheck, 'T34'],
    ['dynamic that counts what was found', wrongDynamic, dynamicCheck, 'R4'],
    ['work queue that grows', wrongWorkQueue, workQueueCheck, 'WQ1'],
    ['map-reduce that reduces what it drops', wrongMapReduce, mapReduceCheck, 'T34'],
    ['pipeline that begins a stage too early', wrongPipeline, pipelineCheck, 'PL1'],
    ['review that escalates nothing', wrongReview, planExecuteReviewCheck, 'PR1'],
  ] as const)('is caught: %s', (_, manager, check, invariant) => {
    const caught = new Set<string | undefined>()
    for (let seed = 1; seed <= 2_000 && !caught.has(invariant); seed += 1) {
      caught.add(simulate(manager, { ...check, seed }).end.violation?.invariant)
    }
    expect([...caught]).toContain(invariant)
  })
})
