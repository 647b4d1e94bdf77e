import type { Fact } from '@bosun/core'
import { paintOf, print, say, type Cli } from './cli.ts'
import type { RunHandle, RunOutcome } from './engine.ts'
import { EXIT, exitCodeOfRun, isPlanError, type ExitCode } from './exit-codes.ts'
import { emptyLive, liveModel, progressLine, renderLive, type LiveModel } from './render/live-view.ts'
import { printableJson, quoted } from './render/printable.ts'
import { ReportFold, renderReport, type ReportPlaces, type RunReport } from './render/report.ts'
import { Screen } from './render/screen.ts'
import { canRedraw } from './terminal.ts'

/** The live view is drawn at most this often. */
const DRAW_MS = 100
/** After the second interrupt, the run gets this long to end as cancelled. */
const CANCEL_MS_MAX = 5000
/** When it is told to end, the process is gone after so long. */
const STOP_MS_MAX = 4500

export interface ShowOptions {
  readonly json: boolean
  readonly places: ReportPlaces
  /** What happened before this process took the run up: counted, not told again. */
  readonly past?: readonly Fact[]
  /** The place in the plan file of what an error names. */
  readonly locate: (at: string) => string | undefined
}

/**
 * Shows a run of this process until it ends or pauses: redrawn on a terminal, line by line elsewhere,
 * fact by fact with `--json`; then its report.
 *
 * The first interrupt drains the run, the second cancels it, the third ends the process. Being told to
 * end brings the run to rest and the process to its end within seconds.
 */
export async function showRun(cli: Cli, handle: RunHandle, options: ShowOptions): Promise<ExitCode> {
  const past = options.past ?? []
  const report = new ReportFold()
  for (const fact of past) report.take(fact)
  const view = options.json ? factsView(cli) : viewFor(cli, past, options.places.stateFlag)
  const release = onInterrupts(cli, handle, view)
  let outcome: RunOutcome
  try {
    for await (const facts of handle.facts) {
      for (const fact of facts) {
        report.take(fact)
        await view.take(fact)
      }
    }
    outcome = await handle.result
  } finally {
    view.close()
    release()
  }
  const result = report.report()
  if (!options.json) await print(cli, renderReport(placed(result, options.locate), options.places, paintOf(cli)))
  else if (result.planError !== undefined) {
    await say(cli, printableJson({ error: { ...placed(result, options.locate).planError, exit: EXIT.planRejected } }))
  }
  return exitCodeOfRun(outcome.end, { rejected: isPlanRefusal(result) })
}

// ---------------------------------------------------------------------------------------------

interface View {
  take(fact: Fact): Promise<void> | void
  note(text: string): void
  close(): void
}

/** Facts on stdout, everything else on stderr. */
function factsView(cli: Cli): View {
  return {
    take: (fact) => cli.terminal.out.write(`${printableJson(fact)}\n`),
    note: (text) => void say(cli, text),
    close: () => undefined,
  }
}

function viewFor(cli: Cli, past: readonly Fact[], flags: readonly string[]): View {
  const model = past.reduce(liveModel, { ...emptyLive, flags })
  return canRedraw(cli.terminal.out, cli.terminal.env) ? liveView(cli, model) : linesView(cli, model)
}

function linesView(cli: Cli, before: LiveModel): View {
  let model = before
  return {
    async take(fact) {
      model = liveModel(model, fact)
      const line = progressLine(model, fact)
      if (line !== undefined) await cli.terminal.out.write(`${line}\n`)
    },
    note: (text) => void say(cli, text),
    close: () => undefined,
  }
}

function liveView(cli: Cli, before: LiveModel): View {
  const { terminal } = cli
  const screen = new Screen(terminal.out)
  let model = before
  let note = ''
  // The clock of the facts need not be the clock of this terminal; only the time since the latest fact counts.
  let receivedAt = terminal.now()
  const draw = () => {
    const now = model.at + (terminal.now() - receivedAt)
    const rows = Math.max(1, terminal.out.rows - 5)
    const lines = renderLive(model, terminal.out.columns - 1, now, { paint: paintOf(cli), rows })
    screen.draw(note === '' ? lines : [...lines, note])
  }
  const timer = setInterval(draw, DRAW_MS)
  timer.unref()
  return {
    take(fact) {
      model = liveModel(model, fact)
      receivedAt = terminal.now()
    },
    note(text) {
      note = text
      draw()
    },
    close() {
      clearInterval(timer)
      screen.close()
    },
  }
}

function onInterrupts({ terminal }: Cli, handle: RunHandle, view: View): () => void {
  let count = 0
  return terminal.onInterrupt((kind) => {
    if (kind === 'terminate') {
      view.note('Pausing within seconds; what still runs then is tried again when the run is resumed.')
      handle.stop().catch((error: unknown) => view.note(quoted(String(error))))
      setTimeout(() => terminal.kill(EXIT.paused), STOP_MS_MAX).unref()
      return
    }
    count += 1
    if (count === 1) {
      view.note('Pausing when the running attempts have ended. Once more to cancel the run.')
      handle.drain().catch((error: unknown) => view.note(quoted(String(error))))
    } else if (count === 2) {
      view.note('Cancelling. Once more to leave at once; the journal stays whole.')
      handle.cancel('interrupted').catch((error: unknown) => view.note(quoted(String(error))))
      setTimeout(() => terminal.kill(EXIT.cancelled), CANCEL_MS_MAX).unref()
    } else terminal.kill(EXIT.cancelled)
  })
}

function isPlanRefusal({ planError }: RunReport): boolean {
  return planError !== undefined && isPlanError(planError.code)
}

/** The report with the place in the plan file before the message about the plan. */
function placed(report: RunReport, locate: ShowOptions['locate']): RunReport {
  const { planError } = report
  const place = planError?.at === undefined ? undefined : locate(planError.at)
  if (planError === undefined || place === undefined) return report
  return { ...report, planError: { ...planError, message: `${place}: ${planError.message}` } }
}
