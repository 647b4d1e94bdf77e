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
    const { wantedQuestion } = await import('./wanted-question.ts')
    await act(cli, options, named, async (state, run) => {
      const asked = wantedQuestion(run, (await state.view(run)).approvals, id)
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
