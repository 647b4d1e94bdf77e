import type { ChoiceList } from '../choices/choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import type { Source } from './source.ts'

/** The counterexamples of the past, each once. */
export function corpusReplays(lists: readonly ChoiceList[]): Source {
  let next = 0
  return {
    name: 'corpus',
    next: () => {
      const list = lists[next++]
      return list === undefined ? undefined : () => new ReplayedChoices(list)
    },
  }
}
