import { parentPort, workerData } from 'node:worker_threads'
import { coreInvariants } from '@bosun/invariants'
import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { createSimulator, RandomChoices, settingOf, type Choices, type Setting } from '@bosun/simulation'
import type { Strategy } from '@bosun/core'
import { z } from 'zod'

/** What one thread is to run, told by `simulatedSchedules`. */
export interface ScheduleOrder {
  /** `waiting`: runs whose workers are real code that waits. */
  readonly kind: 'up to 8 tasks' | '30 tasks' | 'waiting'
  readonly isJudged: boolean
  readonly count: number
  readonly from: number
}

/** What it came to. */
export interface ScheduleRate {
  readonly ms: number
  readonly facts: number
  readonly inputs: number
  readonly failures: number
}

/** Waits twenty times, so that a run of six takes about 240 steps. */
const stepper = defineWorker({
  name: 'stepper',
  summary: 'Waits and tells.',
  handles: 'step',
  body: z.null(),
  result: z.number(),
  async run(_input, { clock, progress }) {
    for (let step = 0; step < 20; step += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await clock.sleep(100)
      progress(`step ${step}`)
    }
    return 20
  },
})

const six = fanOut({
  name: 'six',
  start: () => Array.from({ length: 6 }, (_, index) => task('step', null, { id: `s${index}` })),
})

const order = workerData as ScheduleOrder
const choices = new RandomChoices()
const simulator = createSimulator(settingFor(order))
await run(Math.ceil(order.count / 3), order.from + order.count)
tell('warm')
parentPort?.once('message', () => void run(order.count, order.from).then(tell))

async function run(count: number, from: number): Promise<ScheduleRate> {
  let [facts, inputs, failures] = [0, 0, 0]
  const began = performance.now()
  for (let seed = from; seed < from + count; seed += 1) {
    const drawn = order.kind === '30 tasks' ? ofThirty(choices.seeded(seed)) : choices.seeded(seed)
    // oxlint-disable-next-line no-await-in-loop
    const end = simulator.isAsync ? await simulator.runAsync(drawn) : simulator.run(drawn)
    facts += end.facts
    inputs += end.inputs
    if (end.violation !== undefined || end.fault !== undefined) failures += 1
  }
  return { ms: performance.now() - began, facts, inputs, failures }
}

function settingFor({ kind, isJudged }: ScheduleOrder): Setting {
  // One schedule is one run here: what is compared with a plainer run takes two.
  const options = { invariants: isJudged ? coreInvariants : [], comparesRuns: false }
  if (kind === 'waiting')
    return settingOf({ kind: 'manager', manager: six }, { workers: { step: stepper }, ...options })
  const strategy = BUILT_IN_STRATEGIES[0] as Strategy
  const scope = kind === '30 tasks' ? { tasksMax: 30 } : {}
  return settingOf({ kind: 'strategy', strategy }, { ...options, scope })
}

/** The same choices with graphs of thirty tasks each. */
function ofThirty(base: Choices): Choices {
  return {
    pick: (label, bound, a, b, c) => (label === 'graph.size' ? bound - 1 : base.pick(label, bound, a, b, c)),
    chance: (label, probability, a, b, c) => base.chance(label, probability, a, b, c),
    fault: (kind, a, b, c) => base.fault(kind, a, b, c),
  }
}

function tell(what: 'warm' | ScheduleRate): void {
  // A port of a thread has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(what)
}
