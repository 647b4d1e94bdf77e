import { parseArgs } from 'node:util'
import { agentLoops } from './src/agent-loops.ts'
import { durableTasks } from './src/durable-tasks.ts'
import { hostRates } from './src/hosts.ts'
import { kernelGraph } from './src/kernel-graph.ts'
import type { Measured } from './src/measure.ts'
import { recovery } from './src/recovery.ts'
import { runtimeTasks } from './src/runtime-tasks.ts'
import { simulatedSchedules } from './src/simulated-schedules.ts'
import { toolCalls } from './src/tool-calls.ts'

/** One line of the table: a figure, and the bar that it is held against. */
interface Line {
  readonly bench: string
  readonly what: string
  readonly value: number
  readonly unit: 'x' | 'us/task' | 'us/call' | 's' | 'B' | '/s'
  /** Most that it may be, or for a rate least; absent where nothing is promised. */
  readonly bar?: number
}

/** By name, what can be asked for; each compares within one process, and only ratios mean something elsewhere. */
const BENCHES: Readonly<Record<string, () => Promise<Line[]>>> = {
  async kernel() {
    const [small, middle, large] = [
      await kernelGraph(10_000),
      await kernelGraph(100_000),
      await kernelGraph(1_000_000, 3),
    ]
    return [
      ...[small, middle, large].flatMap(({ tasks, kernelUs, toLoop, toPGraph, heapBytes }) => [
        { bench: 'kernel', what: `a task of ${tasks}`, value: kernelUs, unit: 'us/task' as const },
        { bench: 'kernel', what: `${tasks} tasks, to a loop by hand`, value: toLoop, unit: 'x' as const },
        ...(toPGraph === undefined
          ? []
          : [{ bench: 'kernel', what: `${tasks} tasks, to p-graph`, value: toPGraph, unit: 'x' as const, bar: 1 }]),
        { bench: 'kernel', what: `heap of a task of ${tasks}`, value: heapBytes, unit: 'B' as const, bar: 1024 },
      ]),
      {
        bench: 'kernel',
        what: 'a task of 1,000,000 to one of 10,000',
        value: large.kernelUs / small.kernelUs,
        unit: 'x',
        bar: 3,
      },
    ]
  },
  async runtime() {
    const small = await runtimeTasks(10_000, { warmUpsCount: 5 })
    const large = await runtimeTasks(100_000, { roundsCount: 3 })
    return [
      ...[small, large].flatMap(({ tasks, flat, graph }) => [
        ...lines('runtime', `${tasks} tasks`, tasks, flat, { 'p-graph': 2 }),
        ...lines('runtime', `${tasks} tasks of a graph`, tasks, graph, { 'p-graph': 2 }),
      ]),
      {
        bench: 'runtime',
        what: '100,000 at once to ten times 10,000',
        value: toFirst(large.growth, 'ten runs of a tenth'),
        unit: 'x',
        bar: 2,
      },
    ]
  },
  async durable() {
    const { tasks, measured } = await durableTasks(10_000)
    return lines('durable', `${tasks} tasks in SQLite`, tasks, measured, { 'plain loop': 3 })
  },
  async recovery() {
    const { facts, measured } = await recovery(50_000)
    return [
      {
        bench: 'recovery',
        what: `of ${facts} facts`,
        value: (measured.ms['bosun'] as number) / 1_000,
        unit: 's',
        bar: 2,
      },
      { bench: 'recovery', what: 'to parsing and hashing them', value: toFirst(measured, 'parse and hash'), unit: 'x' },
    ]
  },
  /** On two threads; the bars are a third of the aims of 40,000, 10,000 and 2,000. */
  async schedules() {
    return [
      ...(await scheduleLines('up to 8 tasks', 20_000, 13_333)),
      ...(await scheduleLines('30 tasks', 4_000, 3_333)),
      ...(await scheduleLines('waiting', 500, 666)),
    ]
  },
  async hosts() {
    const one = await hostRates(2_000, 1)
    const many = await hostRates(20_000, 64)
    return [
      {
        bench: 'hosts',
        what: 'an echo to a task, 1 in flight per host',
        value: one.echoesPerSecond / one.tasksPerSecond,
        unit: 'x',
      },
      {
        bench: 'hosts',
        what: 'an echo to a task, 64 in flight per host',
        value: many.echoesPerSecond / many.tasksPerSecond,
        unit: 'x',
        bar: 2,
      },
    ]
  },
  async tools() {
    const { callMs, toByHand } = await toolCalls()
    return [
      { bench: 'tools', what: 'a file read through the gateway', value: callMs * 1_000, unit: 'us/call' },
      { bench: 'tools', what: 'to a message to the owner, which reads it', value: toByHand, unit: 'x' },
    ]
  },
  /** No model answers faster than within some 100 ms; at 0 there is nothing but what either does itself. */
  async agent() {
    return [
      { bench: 'agent', what: 'answers at once, to a bare loop', value: await agentLoops(0), unit: 'x' },
      { bench: 'agent', what: 'answers in 50 ms, to a bare loop', value: await agentLoops(50), unit: 'x', bar: 1.2 },
    ]
  },
}

/** How many schedules of a kind a second, judged and beside it not judged. */
async function scheduleLines(
  kind: Parameters<typeof simulatedSchedules>[0],
  count: number,
  leastPerSecond: number,
): Promise<Line[]> {
  const report = await simulatedSchedules(kind, count)
  const { judgedPerSecond, unjudgedPerSecond, factsPerSchedule, failures } = report
  if (failures > 0) throw new Error(`${failures} of the schedules of ${kind} failed`)
  const bench = 'schedules'
  return [
    { bench, what: `${kind}, judged`, value: judgedPerSecond, unit: '/s', bar: leastPerSecond },
    { bench, what: `${kind}, facts judged`, value: judgedPerSecond * factsPerSchedule, unit: '/s' },
    { bench, what: `${kind}, not judged to judged`, value: unjudgedPerSecond / judgedPerSecond, unit: 'x' },
  ]
}

/** Time of Bosun relative to each other contender. */
function lines(bench: string, what: string, tasks: number, measured: Measured, bars: Record<string, number>): Line[] {
  const others = Object.keys(measured.ms).filter((name) => name !== 'bosun')
  return [
    { bench, what, value: ((measured.ms['bosun'] as number) * 1_000) / tasks, unit: 'us/task' },
    ...others.map((name): Line => {
      const bar = bars[name]
      return {
        bench,
        what: `${what}, to ${name}`,
        value: toFirst(measured, name),
        unit: 'x',
        ...(bar === undefined ? {} : { bar }),
      }
    }),
  ]
}

function toFirst({ ratios }: Measured, name: string): number {
  return 1 / (ratios[name] as number)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const wanted = positionals.length > 0 ? positionals : Object.keys(BENCHES)
for (const name of wanted) {
  const bench = BENCHES[name]
  if (bench === undefined)
    throw new Error(`There is no benchmark "${name}"; there are ${Object.keys(BENCHES).join(', ')}.`)
  // One after the other: they are compared by time.
  // oxlint-disable-next-line no-await-in-loop
  for (const line of await bench()) console.log(values.json ? JSON.stringify(line) : printed(line))
}

function printed({ bench, what, value, unit, bar }: Line): string {
  const isRate = unit === '/s'
  const isMissed = bar !== undefined && (isRate ? value < bar : value > bar)
  const held =
    bar === undefined ? '' : `  (at ${isRate ? 'least' : 'most'} ${bar} ${unit})${isMissed ? '  MISSED' : ''}`
  return `${bench.padEnd(9)} ${what.padEnd(44)} ${value.toFixed(2).padStart(9)} ${unit}${held}`
}
