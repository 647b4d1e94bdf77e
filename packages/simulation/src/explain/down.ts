import { column, milliseconds, wrap } from './cells.ts'
import type { Paint } from './paint.ts'
import type { Story, StoryEvent } from './story.ts'

/** Lanes that are drawn; the events of further ones are told without. */
const LANES_MAX = 12

/**
 * Draws events from top to bottom, a line for each, with a narrow column for each lane: `│` while an
 * attempt holds its lease, `┆` while its code runs on without; `✗` where it breaks, `◆` what that is about,
 * `!` a fault, `○` what was lost with its manager. Fits any number of events.
 */
export function drawDown(
  story: Story,
  told: readonly number[],
  blamed: readonly number[],
  width: number,
  paint: Paint,
): readonly string[] {
  const events = told.map((index) => story.events[index] as StoryEvent)
  const lanes = [...new Set(events.map(({ lane }) => lane))].sort((one, other) => one - other).slice(0, LANES_MAX)
  const times = events.map(({ at }) => milliseconds(at))
  const timeWidth = Math.max(2, ...times.map(({ length }) => length)) + 2
  const wordsWidth = Math.max(20, width - timeWidth - 2 - lanes.length * 2 - 1)

  const legend = wrap(lanes.map((lane) => `${sign(lane)} ${story.actors[lane] ?? ''}`).join(' · '), width - 2)
  const header = `${column('ms', timeWidth, 'right')}  ${lanes.map(sign).join(' ')}`
  const rows = events.flatMap((event, row) => {
    const isLast = event.index === blamed.at(-1)
    const paintWords = isLast ? paint.wrong : event.kind === 'fault' ? paint.fault : (text: string) => text
    return wrap(`${isLast ? '✗ ' : ''}${event.sentence}`, wordsWidth).map((words, line) => {
      const time = paint.dim(column(line === 0 ? (times[row] ?? '') : '', timeWidth, 'right'))
      const cells = lanes.map((lane) =>
        line === 0 && lane === event.lane ? mark(event, blamed, paint) : paint.dim(bar(story, lane, event.index)),
      )
      return `${time}  ${cells.join(' ')}  ${paintWords(words)}`
    })
  })
  return [...legend.map((line) => `  ${paint.dim(line)}`), paint.dim(header), ...rows]
}

// ---------------------------------------------------------------------------------------------

function sign(lane: number): string {
  return lane === 0 ? 'm' : lane < 10 ? `${lane}` : String.fromCodePoint(87 + lane)
}

function mark(event: StoryEvent, blamed: readonly number[], paint: Paint): string {
  if (event.index === blamed.at(-1)) return paint.wrong('✗')
  if (blamed.includes(event.index)) return paint.wrong('◆')
  return event.kind === 'fault' ? paint.fault('!') : event.isForgotten ? paint.dim('○') : '●'
}

/** What an attempt on this lane is doing at an event and just after it. */
function bar(story: Story, lane: number, index: number): string {
  let shown = ' '
  for (const span of story.spans) {
    if (span.lane !== lane || index < span.leaseFrom) continue
    if (index < (span.leaseTo ?? Infinity)) return '│'
    if (span.workFrom !== undefined && index < (span.workTo ?? Infinity)) shown = '┆'
  }
  return shown
}
