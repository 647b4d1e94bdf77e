import { parseArgs } from 'node:util'
import { durableTasks } from './src/durable-tasks.ts'
import { hostRates } from './src/hosts.ts'
import { kernelGraph } from './src/kernel-graph.ts'
import type { Measured } from './src/measure.ts'
import { recovery } from './src/recovery.ts'
import { runtimeTasks } from './src/runtime-tasks.ts'

/** One line of the table: a figure, and the bar that it is held against. */
interface Line {
  readonly bench: string
  readonly what: string
  readonly value: number
  readonly unit: 'x' | 'us/task' | 's'
  /** Most that it may be; absent where nothing is promised. */
  readonly bar?: number
}

/** By name, what can be asked for; each compares within one process, and only ratios mean something elsewhere. */
const BENCHES: Readonly<Record<string, () => Promise<Line[]>>> = {
  async kernel() {
    const { kernelUs, toPGraph, toLoop } = await kernelGraph(10_000)
    const ratio =
      toPGraph === undefined ? [] : [{ what: 'kernel to p-graph, 10,000', value: toPGraph, unit: 'x' as const }]
    return [
      { bench: 'kernel', what: 'a task, 10,000', value: kernelUs, unit: 'us/task' },
      { bench: 'kernel', what: 'kernel to a loop by hand', value: toLoop, unit: 'x' },
      ...ratio.map((line) => ({ bench: 'kernel', ...line })),
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
  async hosts() {
    const { tasksPerSecond, echoesPerSecond } = await hostRates(2_000, 8)
    return [
      { bench: 'hosts', what: 'an echo to a task through hosts', value: echoesPerSecond / tasksPerSecond, unit: 'x' },
    ]
  },
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
  const held = bar === undefined ? '' : `  (at most ${bar} ${unit})${value > bar ? '  MISSED' : ''}`
  return `${bench.padEnd(9)} ${what.padEnd(44)} ${value.toFixed(2).padStart(9)} ${unit}${held}`
}
