import { BosunError, type ApprovalView } from '@bosun/core'
import { questionText } from './render/question.ts'

/** The question of a run that is meant. @throws USAGE when it is not clear which question is meant */
export function wantedQuestion(run: string, open: readonly ApprovalView[], id: string | undefined): ApprovalView {
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
