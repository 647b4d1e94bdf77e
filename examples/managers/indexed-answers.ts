import { delegate, finish, foldManager, join, task, type Json } from 'bosun'
import type { CheckOptions } from 'bosun/testing'

interface State {
  readonly questions: string[]
  isWriting: boolean
}

/** Looks into questions while an index is built beside it, which nobody waits for until the answers are written. */
export default foldManager<State, string[], Json>({
  name: 'indexed-answers',
  initial: () => ({ questions: [], isWriting: false }),
  on: {
    goal({ questions }, { goal }) {
      questions.push(...goal.map((_, n) => `question-${n}`))
      const asked = goal.map((text, n) => task('look', text, { id: `question-${n}` }))
      return delegate([task('index', null, { id: 'index', wait: 'detached' }), ...asked])
    },
    outcome(state, _, view) {
      const found = state.isWriting ? undefined : join(view, [...state.questions, 'index'])
      if (found === undefined) return []
      state.isWriting = true
      return delegate(task('write', found.map(({ result = null }) => result) as Json, { id: 'answers' }))
    },
    settled: (_, __, view) => finish({ result: join(view, ['answers'])?.[0]?.result ?? null }),
  },
})

/** How `bosun check` plays it: a goal, and what workers answer there. */
export const check: CheckOptions = {
  goal: ['who?', 'when?'],
  workers: {
    index: () => ({ result: 'a to z' }),
    look: (body) => ({ result: `${String(body)} Ada, 1843.` }),
    write: (body) => ({ result: (body as string[]).join('\n') }),
  },
}
