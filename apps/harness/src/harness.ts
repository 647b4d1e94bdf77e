import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BosunError } from '@bosun/core'
import type { CampaignReport } from '@bosun/simulation'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { runCampaigns } from './campaigns.ts'
import { writeReport } from './report-file.ts'
import { shares } from './shares-flag.ts'
import { exitCodeOf, type SubjectTotal } from './subject-total.ts'

/** What the harness works with. */
export interface HarnessWorld {
  readonly cwd: string
  out(text: string): void
  err(text: string): void
  /** Calls back when somebody wants it to end. */
  onInterrupt(take: () => void): () => void
}

interface RunFlags {
  readonly hours?: number
  readonly seconds?: number
  readonly schedules?: number
  readonly round?: number
  readonly seed?: number
  readonly threads?: number
  readonly corpus?: string
  readonly shares?: ReturnType<typeof shares>
  readonly report?: string
}

const MISUSE = 64

/** Runs one command line; returns the exit code, which is that of `bosun check`. */
export async function runHarness(args: readonly string[], world: HarnessWorld): Promise<number> {
  let code = 0
  const program = commandLine(world, async (modules, flags) => {
    code = await run(modules, flags, world)
  })
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    world.err(`harness: ${messageOf(error)}\n`)
    return MISUSE
  }
}

// ---------------------------------------------------------------------------------------------

function commandLine(world: HarnessWorld, action: (modules: string[], flags: RunFlags) => Promise<void>): Command {
  const settle = (command: Command): Command =>
    command.exitOverride().configureOutput({ writeOut: (text) => world.out(text), writeErr: () => undefined })
  const runs = settle(new Command('run'))
    .description(
      'Checks the default exports of modules by turns, a round each, until the time is over. Without a time, each ' +
        'gets one round. The corpus is tried first, and says where the next campaign goes on.',
    )
    .argument('<modules...>', 'files of TypeScript or JavaScript, as for bosun check')
    .option('--hours <number>', 'how long', positive)
    .option('--seconds <number>', 'how long', positive)
    .option('--schedules <number>', 'schedules of each subject, where no time is given (default: 20000)', whole)
    .option('--round <seconds>', 'seconds of one round of one subject (default: 60)', positive)
    .option('--seed <number>', 'seed of the first round (default: 1, or where the corpus ended)', whole)
    .option('--threads <number>', 'threads (default: one for each processor, 8 at most)', whole)
    .option('--shares <list>', 'how many of a hundred schedules each source gets: swarm=50,pct=30', shares)
    .option('--corpus <dir>', 'counterexamples of each subject')
    .option('--report <file>', 'page (.html) or data (.json), written anew after each round')
    .addHelpText(
      'after',
      '\nExample:\n  $ harness run strategies/*.ts --hours 8 --corpus corpus --report campaign.html',
    )
    .action(action)
  return settle(new Command('harness')).description('Long campaigns.').addCommand(runs)
}

async function run(named: readonly string[], flags: RunFlags, world: HarnessWorld): Promise<number> {
  const urls = new Map(named.map((module) => [module, moduleUrl(module, world.cwd)]))
  const urlOf = (module: string): string => urls.get(module) ?? ''
  const seconds = flags.seconds ?? (flags.hours === undefined ? undefined : flags.hours * 3_600)
  const { schedules, round: roundSeconds, seed, threads } = flags
  const stop = new AbortController()
  const release = world.onInterrupt(() => {
    world.err('harness: ends after this round\n')
    stop.abort()
  })
  try {
    const totals = await runCampaigns(
      {
        modules: named.map((module) => ({ named: module, url: urlOf(module) })),
        ...present({ seconds, schedules, roundSeconds, seed, threads }),
        ...(flags.shares === undefined ? {} : { shares: flags.shares }),
        ...(flags.corpus === undefined ? {} : { corpus: resolve(world.cwd, flags.corpus) }),
      },
      {
        signal: stop.signal,
        async onRound(module, latest, all) {
          world.out(`${roundLine(module, latest, all)}\n`)
          if (flags.report !== undefined) await writeReport(resolve(world.cwd, flags.report), all, urlOf)
        },
      },
    )
    for (const total of totals) world.out(totalLines(total))
    return exitCodeOf(totals)
  } finally {
    release()
  }
}

function roundLine(
  module: string,
  { subject, verdict, schedules, wallMs, failures }: CampaignReport,
  totals: readonly SubjectTotal[],
): string {
  const total = totals.find((one) => one.module === module)
  const perSecond = Math.round(schedules / Math.max(wallMs / 1_000, 0.001))
  const found = failures.length === 0 ? verdict : `${verdict}: ${failures.map(({ failure }) => failure).join(', ')}`
  return `round ${total?.rounds ?? 1} of ${subject}: ${schedules} schedules, ${perSecond}/s, ${found}`
}

function totalLines({ subject, module, verdict, rounds, schedules, reasons, failures }: SubjectTotal): string {
  const replays = failures.flatMap(({ failure, shown }) =>
    shown === undefined ? [] : [`  ${failure}: bosun check ${module} --replay ${shown.replay}`],
  )
  const lines = [
    `${subject}: ${verdict} after ${rounds} rounds, ${schedules} schedules`,
    ...reasons.map((reason) => `  ${reason}`),
    ...replays,
  ]
  return `${lines.join('\n')}\n`
}

function moduleUrl(named: string, cwd: string): string {
  const path = resolve(cwd, named)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return pathToFileURL(path).href
  throw new BosunError('SUBJECT_INVALID', { at: named, summary: 'There is no such module.', fix: 'Correct the path.' })
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .replace(/^error: /, '')
    .split('\n')
    .join(' ')
}

function positive(text: string): number {
  const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (value > 0) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}

function whole(text: string): number {
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 1 up.')
}

type Present<O> = { [K in keyof O]?: Exclude<O[K], undefined> }

function present<O extends object>(options: O): Present<O> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Present<O>
}
