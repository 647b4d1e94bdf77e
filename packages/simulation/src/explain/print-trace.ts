import type { Trace } from '../trace/trace.ts'
import { cellsOf, column, milliseconds } from './cells.ts'
import { shortNames } from './short-names.ts'
import { tellStory } from './story.ts'

/**
 * All of a trace as columns: simulated ms, who, what; a line for each event. What a fault did is
 * marked `!`, what only the world knows `·`, and a fact that was lost with its manager `○`.
 *
 * @example
 * process.stdout.write(`${printTrace(trace)}\n`)
 */
export function printTrace(trace: Pick<Trace, 'events'>): string {
  const story = tellStory(trace, shortNames())
  const times = story.events.map(({ at }) => milliseconds(at))
  const timeWidth = Math.max(0, ...times.map(({ length }) => length))
  const actorWidth = Math.max(0, ...story.actors.map(cellsOf))
  const lines = story.events.map(({ actor, sentence, kind, isForgotten }, row) => {
    const mark = isForgotten ? '○' : { fault: '!', truth: '·', fact: ' ' }[kind]
    return `${column(times[row] ?? '', timeWidth, 'right')}  ${column(actor, actorWidth)}  ${mark} ${sentence}`
  })
  return lines.join('\n')
}
