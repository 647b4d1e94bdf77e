/**
 * The long counts: `npm run torture`, or `npm run torture -- manager 200` for one of them; `schedules 1000000 7`
 * begins at another seed. Prints what it is doing, ends each suite with its figures, and exits 1 if any fault
 * was found.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cancelRounds } from './src/cancel-rounds.ts'
import { endRounds } from './src/end-rounds.ts'
import { fullDisks, whyNoSmallDisk, whyNoTracer, writeFaults } from './src/disk-faults.ts'
import { graphRuns } from './src/graph-runs.ts'
import { HAND_MADE, type GraphShape } from './src/graph-shapes.ts'
import { killRounds, type KillOptions } from './src/kill-rounds.ts'
import { KILL_TARGETS } from './src/kill-targets.ts'
import { logGrowth } from './src/log-growth.ts'
import { memory } from './src/memory.ts'
import { scheduleCampaigns } from './src/schedule-campaigns.ts'
import { slowReader } from './src/slow-reader.ts'
import { soak } from './src/soak.ts'
import { stopRounds } from './src/stop-rounds.ts'
import { COMPOSED, VARIANTS } from './src/subject-modules.ts'
import { variantCrashes } from './src/variant-crashes.ts'

/** What a suite came to: figures for people, and what must not be. */
interface Verdict {
  readonly figures: Readonly<Record<string, number>>
  readonly faults: readonly string[]
}

interface Suite {
  readonly shows: string
  readonly count: number
  run(count: number, tell: (done: number) => void, seed: number): Promise<Verdict>
}

const NO_SHARES = { corpus: 0, enumeration: 0, swarm: 0, pct: 0, crashes: 0, mutation: 0 } as const

const SUITES: Readonly<Record<string, Suite>> = {
  manager: {
    shows: 'P1 P6 P8 X-08: kill -9 of the manager of every variant and of the code map, then resume',
    count: 1_000,
    run: (rounds, tell, seed) => killed({ victim: 'manager', targets: KILL_TARGETS, rounds, seed }, tell),
  },
  host: {
    shows: 'M-51: kill -9 of worker hosts',
    count: 30,
    run: (rounds, tell, seed) => killed({ victim: 'host', rounds, seed }, tell),
  },
  stop: {
    shows: 'P5 S3: SIGSTOP of a host past its lease, with the control arm',
    count: 200,
    async run(rounds, tell) {
      const { faults, ...figures } = await stopRounds(rounds, tell)
      return { figures, faults }
    },
  },
  cancel: {
    shows: 'P20: cancels of runs whose workers have trees of processes, three deep',
    count: 100,
    async run(rounds, tell) {
      const { faults, ...figures } = await cancelRounds(rounds, tell)
      return { figures, faults }
    },
  },
  end: {
    shows: 'P22: SIGTERM to the process of a run',
    count: 50,
    async run(rounds, tell) {
      const { faults, ...figures } = await endRounds(rounds, tell)
      return { figures, faults }
    },
  },
  disk: {
    shows: 'P2: EIO and a full disk at every durable write of a run, as the system calls see it',
    count: 1_000,
    async run(count, tell) {
      const absent = whyNoTracer()
      if (absent !== undefined) return { figures: { rounds: 0 }, faults: [absent] }
      const { faults, ...figures } = await writeFaults(count, tell)
      return { figures, faults }
    },
  },
  full: {
    shows: 'P2: runs on disks of so many sizes, each too small',
    count: 20,
    async run(count, tell) {
      const absent = whyNoSmallDisk()
      if (absent !== undefined) return { figures: { rounds: 0 }, faults: [absent] }
      const { faults, ...figures } = await fullDisks(count, tell)
      return { figures, faults }
    },
  },
  crashes: {
    shows:
      'P8 R4: a crash of the manager at every record of so many runs of each variant and composed example, simulated',
    count: 100,
    async run(count, tell, seed) {
      const { faults, ...figures } = await variantCrashes(count, seed, tell, [...VARIANTS, ...COMPOSED])
      return { figures, faults }
    },
  },
  graphs: {
    shows: 'P15 T-24: a diamond, a wide join, a long chain and real graphs under every variant that takes a graph',
    count: 100,
    async run(count, tell) {
      const { realGraphs } = (await import(new URL('./src/real-graphs.fixture.ts', import.meta.url).href)) as {
        realGraphs(): readonly GraphShape[] | undefined
      }
      const real = realGraphs()
      const { faults, ...figures } = await graphRuns([...HAND_MADE, ...(real ?? [])].slice(0, count), tell)
      return { figures, faults: real === undefined ? [...faults, 'the corpus of workflows is absent'] : faults }
    },
  },
  soak: {
    shows: 'P21: runs on real hosts for so many minutes, with a fault every five seconds',
    count: 30,
    async run(minutes, tell, seed) {
      const onSecond = (seconds: number) => tell(Math.floor(seconds / 60))
      const { faults, ...figures } = await soak({ seconds: minutes * 60, seed, onSecond })
      return { figures, faults }
    },
  },
  schedules: {
    shows: 'S1 to R6, D1 to D4: schedules of the reference strategies and the built-in managers with every fault',
    count: 1_000_000,
    async run(count, tell, seed) {
      const { failures, ...figures } = await scheduleCampaigns(count, seed, tell)
      return { figures, faults: failures }
    },
  },
  swarm: {
    shows: 'the same by random schedules alone, which are the fastest',
    count: 5_000_000,
    async run(count, tell, seed) {
      const options = { shares: { ...NO_SHARES, swarm: 100 }, determinismShare: 0.001 }
      const { failures, ...figures } = await scheduleCampaigns(count, seed, tell, options)
      return { figures, faults: failures }
    },
  },
  variants: {
    shows: 'the same for each built-in manager, a million each',
    count: VARIANTS.length * 1_000_000,
    async run(count, tell, seed) {
      const options = { subjects: VARIANTS, shares: { ...NO_SHARES, swarm: 100 }, determinismShare: 0.001 }
      const { failures, ...figures } = await scheduleCampaigns(count, seed, tell, options)
      return { figures, faults: failures }
    },
  },
  composed: {
    shows: 'the same for the composed managers of the examples, 200,000 each',
    count: COMPOSED.length * 200_000,
    async run(count, tell, seed) {
      const options = { subjects: COMPOSED, shares: { ...NO_SHARES, swarm: 100 }, determinismShare: 0.001 }
      const { failures, ...figures } = await scheduleCampaigns(count, seed, tell, options)
      return { figures, faults: failures }
    },
  },
  enumeration: {
    shows: 'every schedule of every graph of up to 3 tasks on 2 slots, to its bounds',
    count: 2_000_000,
    async run(count, tell, seed) {
      const options = { subjects: ['fifo'], shares: { ...NO_SHARES, enumeration: 100 }, determinismShare: 0 }
      const { failures, ...figures } = await scheduleCampaigns(count, seed, tell, options)
      return { figures, faults: failures }
    },
  },
  log: {
    shows: 'P17: the write-ahead log of a run of so many facts, beside our own readers and beside a stranger',
    count: 1_000_000,
    async run(count, tell) {
      const { faults, ...figures } = await logGrowth(count, tell)
      return { figures, faults }
    },
  },
  memory: {
    shows: 'P18: the resident set of a process over so many tasks',
    count: 100_000,
    async run(count, tell) {
      const { faults, ...figures } = await memory(count, tell)
      return { figures, faults }
    },
  },
  reader: {
    shows: 'M-40: a reader that is slow: what it is told, and what it costs',
    count: 10_000,
    async run(count, tell) {
      const { faults, ...figures } = await slowReader(count, tell)
      return { figures, faults }
    },
  },
  journal: {
    shows: 'P1: kill -9 of a process that writes the journal',
    count: 1_000,
    run: (kills) =>
      inFolder(async (folder) => {
        const { killTorture } = (await fixture('kill-torture')) as {
          killTorture(stateDir: string, kills: number): Promise<Record<string, number>>
        }
        const figures = await killTorture(folder, kills)
        return { figures, faults: figures['lost'] === 0 ? [] : [`${figures['lost']} acknowledged facts were lost`] }
      }),
  },
  damage: {
    shows: 'P3: cuts and bit flips of the journal',
    count: 500,
    run: (count) =>
      inFolder(async (folder) => {
        const { damageTorture } = (await fixture('damage-torture')) as {
          damageTorture(
            folder: string,
            counts: { cuts: number; flips: number },
          ): Promise<{ silent: readonly string[] } & Record<string, unknown>>
        }
        const { silent, ...figures } = await damageTorture(folder, { cuts: count, flips: Math.ceil(count * 0.4) })
        return { figures: figures as Record<string, number>, faults: silent }
      }),
  },
  paths: {
    shows: 'H1: path traversal strings in every place of a path, through every file operation',
    count: 420_732,
    async run(count, tell) {
      const { traversalForms, traverse } = (await import(
        new URL('../../packages/sdk/src/contained-files/path-traversal.fixture.ts', import.meta.url).href
      )) as {
        traversalForms(): Set<string> | undefined
        traverse(
          texts: Iterable<string>,
          triesMax: number,
          tell: (tries: number) => void,
        ): Promise<{ tries: number; done: number; refused: number; faults: readonly string[] }>
      }
      const forms = traversalForms()
      if (forms === undefined)
        return { figures: { tries: 0 }, faults: ['the corpus of path traversal strings is absent'] }
      const { faults, ...figures } = await traverse(forms, count, tell)
      return { figures, faults: figures.tries < count ? [...faults, `only ${figures.tries} tries were made`] : faults }
    },
  },
  races: {
    shows: 'H3: file operations on a folder that another thread swaps for a link outside, with the control arm',
    count: 60_000,
    async run(operations, tell) {
      const { raceOperations, raceNaiveReads } = (await import(
        new URL('../../packages/sdk/src/contained-files/swap-race.fixture.ts', import.meta.url).href
      )) as {
        raceOperations(options: {
          operations: number
          tell: (done: number) => void
        }): Promise<{ done: number; refused: number; swaps: number; faults: readonly string[] }>
        raceNaiveReads(triesMax: number): Promise<{ tries: number; leaks: number }>
      }
      const { faults, ...figures } = await raceOperations({ operations, tell })
      const control = await raceNaiveReads(operations)
      const didNotMeet = figures.done === 0 || figures.refused === 0 || control.leaks === 0
      return {
        figures: { ...figures, controlTries: control.tries, controlLeaks: control.leaks },
        faults: didNotMeet ? [...faults, 'operations and swaps did not meet, so nothing is shown'] : faults,
      }
    },
  },
}

const [name, count, seed] = process.argv.slice(2)
if (name !== undefined && SUITES[name] === undefined) {
  console.error(`There is no suite "${name}"; there are ${Object.keys(SUITES).join(', ')}.`)
  process.exit(2)
}
for (const suite of name === undefined ? Object.keys(SUITES) : [name]) {
  const { shows, run, count: standard } = SUITES[suite] as Suite
  const rounds = count === undefined ? standard : Number(count)
  console.log(`\n${suite}: ${shows}; ${rounds}`)
  const from = performance.now()
  // One suite after the other: they share the machine and the workspace of the example.
  // oxlint-disable-next-line no-await-in-loop
  const { figures, faults } = await run(rounds, teller(suite, rounds), Number(seed ?? 1))
  console.table({ ...figures, seconds: Math.round((performance.now() - from) / 1000), faults: faults.length })
  for (const fault of faults) console.log(`  ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

/** Progress: in place on a terminal, about every tenth elsewhere. */
function teller(suite: string, count: number): (done: number) => void {
  const step = Math.max(1, Math.floor(count / 10))
  let told = 0
  return (done) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${suite}: ${done} of ${count} `)
    else if (Math.floor(done / step) > told) console.log(`${suite}: ${done} of ${count}`)
    told = Math.floor(done / step)
  }
}

async function killed(options: KillOptions, tell: (done: number) => void): Promise<Verdict> {
  const { faults, ...figures } = await killRounds({ ...options, onRound: tell })
  return { figures, faults }
}

/** Fixtures belong to the package beside whose specs they stand; they are imported by their place. */
function fixture(file: string): Promise<unknown> {
  return import(new URL(`../../packages/runtime/src/journal/${file}.fixture.ts`, import.meta.url).href)
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-torture-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
