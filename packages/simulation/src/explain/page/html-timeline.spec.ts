import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { expect, it } from 'vitest'
import { explain, type ExplainOptions } from '../explanation.ts'
import { busyRun, lateResult, punctualResult, wokenWorker } from '../explain.fixture.ts'
import { htmlTimeline } from './html-timeline.ts'
import { PAGE_SCRIPT } from './page-script.ts'

const OPTIONS: ExplainOptions = { repro: 'b1:9f3c', module: 'survey.ts' }
const page = htmlTimeline(explain(lateResult(), { ...OPTIONS, twin: punctualResult() }))

it('loads nothing and lets only its own style and script run', () => {
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? []
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? []
  const [, script = ''] = /<script>([^]*?)<\/script>/.exec(page) ?? []
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ])
  expect(page).not.toMatch(/\s(?:src|href|style|on\w+)=/)
})

it('ships a script that parses', () => {
  expect(() => new Script(PAGE_SCRIPT)).not.toThrow()
})

it('makes no markup of what a subject names', () => {
  const task = `</script><img src=x onerror="alert(1)">'&\u202E`
  const hostile = htmlTimeline(
    explain(lateResult(task), { ...OPTIONS, module: task, repro: task, twin: punctualResult(task) }),
  )
  expect(hostile).not.toContain('<img')
  expect(hostile).not.toContain('\u202E')
  expect(hostile.match(/<script/g)).toHaveLength(2)
  expect(hostile.match(/<\/script/g)).toHaveLength(2)
})

it('gives every event a name and a place for the keyboard', () => {
  const { length } = lateResult().events
  const events = htmlTimeline(explain(lateResult(), OPTIONS)).match(/<g class="event[^>]*>/g) ?? []
  expect(events).toHaveLength(length)
  expect(events.every((event) => /role="button"/.test(event) && /aria-label="[^"]+ ms, [^"]+"/.test(event))).toBe(true)
  expect(events.filter((event) => event.includes('tabindex="0"'))).toHaveLength(1)
  expect(events.at(-1)).toContain('aria-label="Violation. At 31,015 ms, worker/1: the result of src/a@1 is accepted"')
})

it('shows the twin, the flipped choice and where the two part', () => {
  expect(page).toContain('<h2>The nearest schedule that passes</h2>')
  expect(page).toContain('class="flip">fault.result-late (0, 1, 0) strikes here and not there.')
  expect(page.match(/here they part/g)).toHaveLength(2)
})

it('shows code that ran on without a lease', () => {
  expect(htmlTimeline(explain(wokenWorker(), OPTIONS)).match(/<rect class="zombie"[^>]*data-from/g)).toHaveLength(1)
})

it('carries every event and what it followed from as data', () => {
  const trace = busyRun(500)
  const [, json = ''] = /id="data">([^]*?)<\/script>/.exec(htmlTimeline(explain(trace, OPTIONS))) ?? []
  const data = JSON.parse(json) as { stories: { events: { causes: [number, string][] }[] }[] }
  expect(data.stories[0]?.events).toHaveLength(trace.events.length)
  expect(data.stories[0]?.events.at(-1)?.causes.length).toBeGreaterThan(0)
})

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
