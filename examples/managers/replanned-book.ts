import { definePlanner, delegate, fail, finish, foldManager, plan, replanGroup, task } from 'bosun'
import type { CheckOptions, Json } from 'bosun/testing'

/** Writes the chapters of a book, plans a chapter again that fails, and only that one, and binds what there is. */
export default foldManager({
  name: 'replanned-book',
  initial: () => ({ chapters: replanGroup(), isBound: false }),
  on: {
    goal: (_, { goal }) => plan('book', goal),
    plan: ({ chapters }, message, view) =>
      chapters.owns(message) ? chapters.take(message, view) : delegate(message.tasks, { plan: message.plan }),
    planFailed: (_, { error }) => fail(error.message),
    outcome: ({ chapters }, message, view) => chapters.take(message, view),
    settled(book, _, view) {
      if (book.isBound) return finish(view.task('bound')?.result ?? null)
      book.isBound = true
      return delegate(task('bind', view.tally.succeeded, { id: 'bound' }))
    },
  },
})

const chapter = (name: string, how: string) => [
  task('draft', how, { id: `${name}/${how}`, group: name }),
  task('polish', how, { id: `${name}/${how}-polished`, group: name, dependsOn: [`${name}/${how}`] }),
]
export const planner = definePlanner('chapters', ({ goal }) => {
  if (Array.isArray(goal)) return { tasks: (goal as string[]).flatMap((name) => chapter(name, 'rich')) }
  const { group } = (goal as { replan: { group: string | null } }).replan
  return { tasks: group === null ? [] : chapter(group, 'plain') } // a book that cannot be bound is none
})

const mayFail = (body: Json, random: () => number) => (random() > 0.8 ? { throws: 'no idea' } : { result: body })
export const check: CheckOptions = {
  planner,
  goal: ['one', 'two'],
  workers: { draft: mayFail, polish: mayFail, bind: (body) => ({ result: body }) },
  policy: { waive: ['failed', 'lost', 'skipped', 'cancelled'] },
  comparesRuns: false, // what fails is planned again as something else
}
