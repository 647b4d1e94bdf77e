import { BosunError, parseJson, type Fact, type Json } from '@bosun/core'
import type { TrialAbout } from '@bosun/runtime'
import { columnsOf, paintOf, print, printJson, say, type Cli } from './cli.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { callLine, outputLine, trialEnd, trialHead } from './render/trial.ts'
import { quoted } from './render/printable.ts'
import { startingNotice } from './render/starting-notice.ts'

export interface TryFlags {
  readonly worker?: string
  readonly example?: number
  readonly body?: string
  readonly model?: string
  readonly approve?: boolean
  readonly inline?: boolean
  readonly json?: boolean
}

/** Tries a worker, shows what it does, and says what the process ends with. */
export async function tryWorker(cli: Cli, worker: string, flags: TryFlags): Promise<ExitCode> {
  const { terminal } = cli
  const paint = paintOf(cli)
  const isJson = flags.json === true
  const stop = new AbortController()
  const release = terminal.onInterrupt(() => stop.abort(new BosunError('RUN_UNRESOLVED', { summary: 'Interrupted' })))
  const isReady = isJson ? () => undefined : startingNotice('starting …', terminal, paint)
  let about: TrialAbout | undefined
  const calls: Fact[] = []
  // What is said while the trial goes on is written in order, however slow the reader is.
  let told = Promise.resolve()
  const tell = (lines: readonly string[]) => {
    if (!isJson) told = told.then(() => print(cli, lines))
  }
  try {
    const engine = await cli.engine()
    const end = await engine.tryWorker({
      folder: terminal.cwd,
      worker,
      ...(flags.worker === undefined ? {} : { named: flags.worker }),
      ...(flags.example === undefined ? {} : { example: flags.example }),
      ...(flags.body === undefined ? {} : { body: parseJson(flags.body, '--body') as Json }),
      ...(flags.model === undefined ? {} : { model: flags.model }),
      approve: flags.approve === true,
      inline: flags.inline === true,
      signal: stop.signal,
      onReady(found) {
        about = found
        isReady()
        tell(trialHead(found, paint))
      },
      onFact(fact) {
        const line = callLine(fact, about?.task.id, paint)
        if (line === undefined) return
        calls.push(fact)
        tell([line])
      },
      onOutput(line) {
        if (isJson) told = told.then(() => say(cli, quoted(line)))
        else tell([outputLine(line, paint)])
      },
    })
    await told
    if (isJson) await printJson(cli, { ...about, calls: calls.map(callOf), ...end })
    else await print(cli, trialEnd(end, paint, columnsOf(cli)))
    if (end.unplayedCount > 0 && !isJson) {
      await say(cli, `The script of the example has ${end.unplayedCount} more answers than the worker asked for.`)
    }
    if (stop.signal.aborted) return EXIT.cancelled
    return end.ok ? EXIT.completed : EXIT.failed
  } finally {
    isReady()
    release()
  }
}

/** A call as data, without what only its place in a log needs. */
function callOf({ seq: _seq, at: _at, cause: _cause, ...call }: Fact): object {
  return call
}
