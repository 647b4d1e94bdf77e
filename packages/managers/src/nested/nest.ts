import type { Json, Manager, RunView } from '@bosun/core'
import { Part } from './part.ts'

/**
 * Begins a manager as a part of another one, while that one hears a message.
 *
 * Use it to write a manager that is composed of others; `pipeline` and `mapReduce` are. Give each part the
 * messages that it owns, `steer` and `settled`, and decide what it returns. Its tasks are tasks of the same
 * run, named `PART/id`, in a group named as the part is.
 *
 * @param name one segment of an id, of its own in the run
 * @param goal what the nested manager gets as its goal; the part fails if that manager does not take it
 * @example
 * import { fanOut, finish, foldManager, nest, task, type Part } from '@bosun/managers'
 *
 * const pages = fanOut<string[]>({
 *   name: 'pages',
 *   start: (planets) => planets.map((planet) => task('generate_page', { planet }, { id: planet })),
 * })
 * export default foldManager({
 *   name: 'site',
 *   initial: () => ({ part: undefined as Part | undefined }),
 *   on: {
 *     goal(site, { goal, seq }, view) {
 *       site.part = nest('pages', pages, goal, view)
 *       return site.part.begin(seq)
 *     },
 *     outcome: ({ part }, message) => part?.take(message), // task mars of pages is pages/mars here
 *     refused: ({ part }, message) => part?.take(message),
 *     settled: ({ part }) => finish(part?.end ?? null),
 *   },
 * })
 */
export function nest<G, R>(name: string, manager: Manager<G, R>, goal: unknown, view: RunView): Part {
  return new Part(name, manager, goal as Json, view)
}
