import { BosunError, type ApprovalView } from '@bosun/core'
import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from './act-command.ts'
import { withStateOptions, type Cli } from './cli.ts'
import { printable } from './render/printable.ts'
import { questionText } from './render/question.ts'

/** A command that answers a question of a run. */
export function answerCommand(cli: Cli, kind: 'approve' | 'deny', summary: string, description: string): Command {
  const command = actCommand(kind, summary, description).argument(
    '[question]',
    'id of the question, as `bosun show` lists it (default: the only one)',
  )
  withStateOptions(withReason(command, ''))
  return command.action(async (named: string, id: string | undefined, options: ActOptions) => {
    await act(cli, options, named, async (state, run) => {
      const asked = wanted(run, (await state.view(run)).approvals, id)
      const { approval } = asked
      const said = kind === 'approve' ? 'approved' : 'denied'
      return {
        kind,
        body: { approval, reason: options.reason ?? '' },
        told: (answer) => [`${said}: ${approval}, ${questionText(asked)}`, ...carriedOn(run, answer, options)],
        unchanged: [`${approval} of run ${printable(run)} is not open any more; nothing was ${said}`],
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

/** @throws USAGE when it is not clear which question is meant */
function wanted(run: string, open: readonly ApprovalView[], id: string | undefined): ApprovalView {
  const found = id === undefined && open.length === 1 ? open[0] : open.find(({ approval }) => approval === id)
  if (found !== undefined) return found
  const listed = open.map((asked) => `${asked.approval}, ${questionText(asked)}`).join('; ')
  throw new BosunError('USAGE', {
    at: run,
    summary:
      open.length === 0
        ? 'Nothing in this run waits for an answer'
        : id === undefined
          ? 'Several questions of this run wait for an answer'
          : 'No question of this id waits for an answer',
    ...(id === undefined ? {} : { received: id }),
    fix: open.length === 0 ? 'Ask `bosun show` how the run stands.' : `Name one: ${listed}.`,
  })
}
