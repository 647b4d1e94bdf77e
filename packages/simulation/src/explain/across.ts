import { cellsOf } from './cells.ts'
import type { Paint } from './paint.ts'
import type { Story, StoryEvent } from './story.ts'

/** Least cells of the arrow before a label. */
const ARROW = '─▶ '

/**
 * Draws events from left to right, a line for each lane, no two events above each other; or
 * `undefined` when that is wider than `width`.
 */
export function drawAcross(
  story: Story,
  told: readonly number[],
  blamed: number | undefined,
  width: number,
  paint: Paint,
): readonly string[] | undefined {
  const events = told.map((index) => story.events[index] as StoryEvent)
  const lanes = [...new Set(events.map(({ lane }) => lane))].sort((one, other) => one - other)
  const margin = Math.max(...lanes.map((lane) => cellsOf(story.actors[lane] ?? '')), 0) + 4
  const lines = new Map(lanes.map((lane) => [lane, { cells: margin, text: heading(story, lane, margin) }]))
  const busy = new Set<number>()
  let head = margin
  for (const event of events) {
    const line = lines.get(event.lane) as { cells: number; text: string }
    const start = Math.max(head, line.cells)
    const gap = start - line.cells
    const isWrong = event.index === blamed
    const label = `${event.label}${isWrong ? '  ✗' : ''}`
    line.text += paint.dim((busy.has(event.lane) ? '─' : ' ').repeat(gap) + ARROW)
    line.text += `${isWrong ? paint.wrong(label) : event.kind === 'fault' ? paint.fault(label) : label} `
    head = start + cellsOf(ARROW) + cellsOf(label) + 1
    line.cells = head
    if (head > width + 1) return undefined
    if (ENDS.has(event.event.type)) busy.delete(event.lane)
    else if (event.lane > 0) busy.add(event.lane)
  }
  return lanes.map((lane) => lines.get(lane)?.text.trimEnd() ?? '')
}

// ---------------------------------------------------------------------------------------------

/** What leaves a slot with nothing to do. */
const ENDS = new Set(['attempt.succeeded', 'attempt.failed', 'attempt.revoked', 'world.rested', 'world.died'])

function heading(story: Story, lane: number, margin: number): string {
  const name = story.actors[lane] ?? ''
  return `  ${name}${' '.repeat(margin - 2 - cellsOf(name))}`
}
