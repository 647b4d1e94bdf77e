import { definePlugin } from '@bosun/sdk'
import dynamic from './subjects/dynamic.ts'
import fanOut from './subjects/fan-out.ts'
import mapReduce from './subjects/map-reduce.ts'
import pipeline from './subjects/pipeline.ts'
import planExecuteReview from './subjects/plan-execute-review.ts'
import streaming from './subjects/streaming.ts'
import workQueue from './subjects/work-queue.ts'

/** The variants that the harness checks, for rounds on real processes. */
export default definePlugin({
  name: 'variants',
  managers: [dynamic, fanOut, mapReduce, pipeline, planExecuteReview, streaming, workQueue],
})
