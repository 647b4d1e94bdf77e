import type { RunSummary } from '@bosun/core'
import { Command } from 'commander'
import { print, printFitted, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import type { State } from '../engine.ts'
import { timeSpan, wholeNumber } from '../number-flag.ts'
import { bytes } from '../render/bytes.ts'
import { counted, moment } from '../render/duration.ts'
import { table } from '../render/fit.ts'
import { printable } from '../render/printable.ts'

interface PruneOptions extends StateOptions {
  readonly keep?: number
  readonly olderThan?: number
  readonly unfinished?: boolean
  readonly yes?: boolean
}

/** `bosun prune`: drops whole runs, by age or count. */
export function pruneCommand(cli: Cli): Command {
  const command = new Command('prune')
    .summary('drop old runs')
    .description(
      'Drops whole runs with their journals and what their attempts have left in staging; what they published stays.\n' +
        'Only runs that have ended, unless told otherwise, and never one that a process manages. With both --keep and\n' +
        '--older-than, a run goes when both say so. Without --yes it says what would go, and drops nothing.',
    )
    .option('--keep <number>', 'keep so many of the latest runs', wholeNumber(0))
    .option('--older-than <time>', 'only runs whose last fact is so old: 12h, 30d', timeSpan)
    .option('--unfinished', 'paused and orphaned runs as well, which could still be resumed')
    .option('--yes', 'drop them')
  withExample(withStateOptions(command), 'bosun prune --keep 20', 'bosun prune --older-than 30d --yes')
  return command.action(async (options: PruneOptions) => {
    if (options.keep === undefined && options.olderThan === undefined) {
      const { BosunError } = await import('@bosun/core')
      throw new BosunError('USAGE', { expected: '--keep or --older-than', received: 'neither' })
    }
    const { withState } = await import('../with-state.ts')
    await withState(cli, options, async (state) => {
      const found = await sized(state, prunable(await state.runs(), cli.terminal.now(), options))
      // One after the other: they may share a workspace, whose git takes one at a time.
      // oxlint-disable-next-line no-await-in-loop
      if (options.yes === true) for (const { run } of found) await state.dropRun(run.run)
      if (options.json === true) {
        for (const { run, size } of found) {
          await printJson(cli, { run: run.run, state: run.state, bytes: size, dropped: options.yes === true })
        }
      } else await tell(cli, found, options)
    })
  })
}

// ---------------------------------------------------------------------------------------------

interface Sized {
  readonly run: RunSummary
  readonly size: number
}

const ENDED: ReadonlySet<RunSummary['state']> = new Set(['completed', 'failed', 'exhausted', 'cancelled'])

function prunable(runs: readonly RunSummary[], now: number, options: PruneOptions): readonly RunSummary[] {
  const { keep = 0, olderThan = 0, unfinished = false } = options
  return runs
    .toSorted((a, b) => b.startedAt - a.startedAt)
    .slice(keep)
    .filter(({ state, updatedAt, owner }) => {
      const isOpen = state === 'orphaned' || (state === 'paused' && owner === undefined)
      return (ENDED.has(state) || (unfinished && isOpen)) && now - updatedAt >= olderThan
    })
}

function sized(state: State, runs: readonly RunSummary[]): Promise<readonly Sized[]> {
  return Promise.all(runs.map(async (run) => ({ run, size: await state.sizeOf(run.run) })))
}

async function tell(cli: Cli, found: readonly Sized[], { yes }: PruneOptions): Promise<void> {
  if (found.length === 0) {
    await print(cli, ['No run to drop.'])
    return
  }
  const rows = found.map(({ run, size }) => [printable(run.run), run.state, moment(run.updatedAt), bytes(size)])
  await printFitted(cli, table([['RUN', 'STATE', 'LAST FACT', 'SIZE'], ...rows]))
  const total = bytes(found.reduce((sum, { size }) => sum + size, 0))
  const what = counted(found.length, 'run')
  await print(cli, [yes === true ? `Dropped ${what}, ${total}.` : `Would drop ${what}, ${total}. Add --yes to do it.`])
}
