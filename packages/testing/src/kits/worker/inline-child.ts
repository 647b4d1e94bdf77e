/**
 * Runs one example of a worker in a process of its own, which nothing else uses, and then ends by
 * itself, unless what the worker has left behind holds it open.
 */
import { writeSync } from 'node:fs'
import { runTrial } from './run-trial.ts'
import { loadTrial, workerOf, type TrialOutput } from './trial-spec.ts'
import type { InlineEnd, InlineTrial } from './run-inline.ts'

const { spec, worker, example, root, workspace, drainWithinMs } = JSON.parse(process.argv[2] ?? '') as InlineTrial
const unhandled: string[] = []
let output: TrialOutput | undefined
let open: string[] = []

const note = (error: unknown) => unhandled.push(error instanceof Error ? error.message : String(error))
process.on('unhandledRejection', note)
process.on('uncaughtException', note)
process.on('exit', () => {
  const end: InlineEnd = { ...(output === undefined ? {} : { output }), unhandled, open }
  writeSync(3, JSON.stringify(end))
})

const trial = await loadTrial(spec)
const world = { ...trial, worker: workerOf(trial, worker), root, workspace }
const { facts: _, unplayedCount: __, ...rest } = await runTrial(world, example)
output = rest
setTimeout(() => {
  open = process.getActiveResourcesInfo()
  process.exit(0)
}, drainWithinMs).unref()
