import { createHash } from 'node:crypto'
import { milliseconds } from '../cells.ts'
import type { Explanation } from '../explanation.ts'
import { pasteReadyTest } from '../paste-ready-test.ts'
import { brief, briefJson } from '../printable.ts'
import { tellable } from '../slice.ts'
import type { Story } from '../story.ts'
import { replayCommand, sizeOf } from '../text-timeline.ts'
import type { Twin } from '../twin.ts'
import { drawLanes } from './draw-lanes.ts'
import { escapeHtml, escapeLines, scriptJson } from './escape-html.ts'
import { KEY } from './key.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { PAGE_STYLE } from './page-style.ts'
import { toolbar } from './toolbar.ts'

/** Characters of one field of an event. */
const FIELD_MAX = 400

/**
 * The explanation as one page that needs nothing beside it: lanes to zoom, every event with what led
 * to it, the twin below. It loads nothing, and what a subject named cannot become markup or code.
 *
 * @example
 * await writeFile('S3.html', htmlTimeline(explain(trace, { repro, module: 'survey.ts', twin })))
 */
export function htmlTimeline(explanation: Explanation): string {
  const { verdict, twin } = explanation
  const heading = verdict.broke === 'nothing' ? 'Pass' : `${verdict.id} ${verdict.title}`
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(heading)}: ${escapeHtml(brief(verdict.sentence, 80))}</title><style>${PAGE_STYLE}</style></head>`,
    `<body${verdict.broke === 'nothing' ? ' class="fine"' : ''}><main>`,
    header(explanation, heading),
    why(explanation),
    failing(explanation),
    about(),
    twin === undefined ? '' : passing(twin),
    again(explanation),
    table(explanation.story),
    '</main><div class="tooltip" role="tooltip" hidden></div>',
    `<script type="application/json" id="data">${scriptJson(dataOf(explanation))}</script>`,
    `<script>${PAGE_SCRIPT}</script></body></html>\n`,
  ].join('\n')
}

// ---------------------------------------------------------------------------------------------

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Our own style and script and nothing else: no network, no inline handler. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(PAGE_STYLE)}`,
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function header(explanation: Explanation, heading: string): string {
  const mark = explanation.verdict.broke === 'nothing' ? '✓' : '✗'
  const size = `<p class="size">${escapeHtml(sizeOf(explanation))} · ${escapeHtml(explanation.module)}</p>`
  const badge = `<div class="badge">${mark} ${escapeHtml(heading)}</div>`
  return `<header>${badge}<h1>${escapeHtml(explanation.verdict.sentence)}</h1>${size}</header>`
}

function why({ verdict, cause, twin }: Explanation): string {
  if (verdict.broke === 'nothing') return ''
  const flips = twin?.flips.map(({ sentence }) => row('Flipped choice', sentence, ' class="flip"')) ?? []
  return [
    '<section class="card" aria-label="Why"><dl class="why">',
    row('What broke', cause.clause),
    row('First difference', cause.divergence),
    row('Chain of causes', cause.chain),
    ...flips,
    '</dl></section>',
  ].join('')
}

function row(name: string, text: string, kind = ''): string {
  return `<dt>${name}</dt><dd${kind}>${escapeHtml(text)}</dd>`
}

function failing({ verdict, story, blamed, twin }: Explanation): string {
  const broke = verdict.broke !== 'nothing'
  return [
    `<section class="card"><div class="bar"><h2>${broke ? 'The schedule that fails' : 'The schedule'}</h2>`,
    toolbar(broke),
    '</div>',
    lanes(story, drawLanes(story, { title: 'The schedule', id: '0', blamed, partsAt: twin?.partsAt })),
    KEY,
    '</section>',
  ].join('')
}

function passing({ story, flips, partsAt }: Twin): string {
  const flipped = flips.length === 1 ? 'the one that is flipped' : 'those that are flipped'
  const drawing = drawLanes(story, { title: 'The nearest schedule that passes', id: '1', blamed: [], partsAt })
  return [
    '<section class="card"><div class="bar"><h2>The nearest schedule that passes</h2>',
    `<span class="size">all choices the same but ${flipped}</span></div>`,
    lanes(story, drawing),
    '</section>',
  ].join('')
}

function lanes({ actors }: Story, drawing: string): string {
  const names = actors.map((actor) => `<div title="${escapeHtml(actor)}">${escapeHtml(actor)}</div>`).join('')
  return `<div class="lanes"><div class="names" aria-hidden="true">${names}</div><div class="scroll">${drawing}</div></div>`
}

function about(): string {
  return '<section class="card needs-script" aria-label="The chosen event" aria-live="polite" hidden><div class="about" id="about"></div></section>'
}

function again(explanation: Explanation): string {
  return (
    block('command', 'Run it again', replayCommand(explanation)) +
    block('test', 'As a test, to paste beside the module', pasteReadyTest(explanation).trimEnd())
  )
}

function block(id: string, title: string, text: string): string {
  const copy = `<span class="set needs-script" hidden><button type="button" data-copy="${id}">Copy</button></span>`
  return `<section class="card"><div class="bar"><h2>${title}</h2>${copy}</div><pre id="${id}">${escapeLines(text)}</pre></section>`
}

function table({ events }: Story): string {
  const rows = events.map(
    ({ at, actor, sentence }) =>
      `<tr><td>${milliseconds(at)}</td><td>${escapeHtml(actor)}</td><td>${escapeHtml(sentence)}</td></tr>`,
  )
  const head = '<tr><th scope="col">ms</th><th scope="col">who</th><th scope="col">what</th></tr>'
  return `<details class="card"><summary>All ${events.length} events as a list</summary><table>${head}${rows.join('')}</table></details>`
}

/** What the script needs; everything is text that was made printable. */
function dataOf({ story, slice, blamed, twin, verdict }: Explanation): unknown {
  const stories = [{ events: story.events.map(eventData), kept: tellable(story, slice, blamed, Infinity), blamed }]
  if (twin !== undefined) {
    const from = twin.story.events.map(({ index }) => index)
    const whole = { all: from, distance: new Map<number, number>(), next: new Map<number, number>() }
    const kept = tellable(twin.story, whole, [], Infinity)
    stories.push({ events: twin.story.events.map(eventData), kept, blamed: [] })
  }
  return { show: verdict.broke === 'nothing' ? 'all' : 'kept', stories }
}

function eventData({ event, at, lane, actor, sentence, causes, isForgotten }: Story['events'][number]) {
  const details = Object.entries(event)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? brief(value, FIELD_MAX) : briefJson(value, FIELD_MAX)])
  if (isForgotten) details.unshift(['lost', 'with its manager, before it was stored'])
  return { at, lane, actor, sentence, details, causes: causes.map(({ index, why }) => [index, why]) }
}
