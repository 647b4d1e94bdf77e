import { milliseconds } from '../cells.ts'
import type { AttemptSpan } from '../lanes.ts'
import type { Story, StoryEvent } from '../story.ts'
import { escapeHtml } from './escape-html.ts'

/** Sizes in px; the script reads those that it needs from the picture. */
const LANE_HEIGHT = 62
const AXIS_HEIGHT = 30
const COLUMN_WIDTH = 90
const MARGIN = 24

/** What the picture of one story is marked with. */
export interface Marks {
  /** What a screen reader calls it. */
  readonly title: string
  /** Sets the ids of two pictures on one page apart. */
  readonly id: string
  readonly blamed: readonly number[]
  /** Place of the first event that differs from the other picture. */
  readonly partsAt: number | undefined
}

/**
 * The lanes of a story as SVG: complete as it stands, events evenly spaced. The script moves what
 * carries `data-from` or `data-event` when the reader zooms, and `data-lane` when lanes are left out.
 */
export function drawLanes(story: Story, marks: Marks): string {
  const { events, actors, spans } = story
  const width = MARGIN * 2 + Math.max(1, events.length) * COLUMN_WIDTH + 120
  const height = AXIS_HEIGHT + actors.length * LANE_HEIGHT + 14
  const lines = actors.map(
    (_, lane) => `<line class="lane" data-lane="${lane}" x1="0" x2="100%" transform="translate(0 ${laneY(lane)})"/>`,
  )
  return [
    `<svg width="${width}" height="${height}" data-margin="${MARGIN}" data-height="${LANE_HEIGHT}" data-axis="${AXIS_HEIGHT}"`,
    ` role="group" aria-label="${escapeHtml(marks.title)}">`,
    `<defs><pattern id="hatch-${marks.id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`,
    '<line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern>',
    `<marker id="tip-${marks.id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">`,
    '<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    lines.join(''),
    marks.partsAt === undefined || marks.partsAt >= events.length ? '' : partingLine(marks.partsAt),
    spans.map((span) => drawSpan(span, events.length, marks.id)).join(''),
    '<g class="ticks" aria-hidden="true"></g><g class="edges" aria-hidden="true"></g>',
    events.map((event) => drawEvent(event, marks.blamed)).join(''),
    '</svg>',
  ].join('')
}

// ---------------------------------------------------------------------------------------------

function laneY(lane: number): number {
  return AXIS_HEIGHT + lane * LANE_HEIGHT + LANE_HEIGHT * 0.7
}

function columnX(index: number): number {
  return MARGIN + index * COLUMN_WIDTH
}

function partingLine(index: number): string {
  return (
    `<g class="parts" data-event="${index}" data-shift="-0.5" transform="translate(${columnX(index - 0.5)} 0)">` +
    `<line y1="4" y2="100%"/><text x="5" y="12">here they part</text></g>`
  )
}

/** The lease as a bar, and code that ran on without one as a hatched bar behind it. */
function drawSpan(span: AttemptSpan, end: number, id: string): string {
  const leaseTo = span.leaseTo ?? end
  const workTo = span.workFrom === undefined ? leaseTo : (span.workTo ?? end)
  const bar = (from: number, to: number, kind: string, fill = '') =>
    `<rect class="${kind}"${fill} data-lane="${span.lane}" data-from="${from}" data-to="${to}" x="${columnX(from)}" y="-9"` +
    ` transform="translate(0 ${laneY(span.lane)})" width="${columnX(to) - columnX(from)}" height="18" rx="4"/>`
  const lease = bar(span.leaseFrom, leaseTo, `lease ${span.how ?? 'open'}`)
  return workTo > leaseTo ? bar(leaseTo, workTo, 'zombie', ` fill="url(#hatch-${id})"`) + lease : lease
}

function drawEvent(event: StoryEvent, blamed: readonly number[]): string {
  const { index, lane, label, sentence, at, actor, kind, isForgotten } = event
  const isWrong = index === blamed.at(-1)
  const classes = [
    'event',
    kind,
    isWrong ? 'wrong' : blamed.includes(index) ? 'involved' : '',
    isForgotten ? 'forgotten' : '',
    event.event.type === 'task.assigned' ? 'attempt' : '',
  ]
  const spoken = `${isWrong ? 'Violation. ' : ''}At ${milliseconds(at)} ms, ${actor}: ${sentence}`
  return (
    `<g class="${classes.filter(Boolean).join(' ')}" data-event="${index}" data-lane="${lane}" role="button"` +
    ` tabindex="${index === 0 ? 0 : -1}" aria-pressed="false" aria-label="${escapeHtml(spoken)}"` +
    ` transform="translate(${columnX(index)} ${laneY(lane)})">` +
    `<circle class="halo" r="12"/>${sign(kind, isWrong)}<text x="-4" y="-14">${escapeHtml(label)}</text></g>`
  )
}

function sign(kind: StoryEvent['kind'], isWrong: boolean): string {
  if (isWrong) return '<circle class="mark" r="9"/><path class="cross" d="M-4 -4L4 4M4 -4L-4 4"/>'
  if (kind === 'fault') return '<path class="mark" d="M0 -8L8 6H-8Z"/>'
  return `<circle class="mark" r="${kind === 'truth' ? 4 : 5}"/>`
}
