import { createHash } from 'node:crypto'
import type { Explanation } from '@bosun/simulation'
import { textTimeline } from '@bosun/simulation'
import type { SubjectTotal } from './subject-total.ts'

/** A campaign as one page that needs nothing beside it, in light or dark. It loads and runs nothing. */
export function reportPage(totals: readonly SubjectTotal[], told: ReadonlyMap<string, readonly Explanation[]>): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">`,
    '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
    `<title>Campaign</title><style>${STYLE}</style></head><body><main><h1>Campaign</h1>`,
    summary(totals),
    ...totals.map((total) => section(total, told.get(total.module) ?? [])),
    '</main></body></html>\n',
  ].join('\n')
}

// ---------------------------------------------------------------------------------------------

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}main{max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}
pre{overflow:auto;padding:1rem;border:1px solid #8884;border-radius:.4rem}.pass{color:#1a7f37}.fail{color:#cf222e}.inconclusive{color:#9a6700}`
const hash = createHash('sha256').update(STYLE).digest('base64')

function summary(totals: readonly SubjectTotal[]): string {
  const head = ['subject', 'verdict', 'rounds', 'schedules', 'per second', 'goals'].map((name) => `<th>${name}</th>`)
  const rows = totals.map(({ subject, verdict, rounds, schedules, wallMs, goalsReached, goalsOpen }) => {
    const perSecond = Math.round(schedules / Math.max(wallMs / 1_000, 0.001))
    const goals = `${goalsReached.length} of ${goalsReached.length + goalsOpen.length}`
    const numbers = [rounds, schedules, perSecond].map((value) => `<td class="n">${value.toLocaleString('en')}</td>`)
    return `<tr><td>${escaped(subject)}</td><td class="${verdict}">${verdict}</td>${numbers.join('')}<td>${goals}</td></tr>`
  })
  return `<table><tr>${head.join('')}</tr>${rows.join('')}</table>`
}

function section({ module, subject, reasons, goalsOpen }: SubjectTotal, told: readonly Explanation[]): string {
  return [
    `<h2>${escaped(subject)}</h2><p>${escaped(module)}</p>`,
    reasons.length === 0 ? '' : `<ul>${reasons.map((reason) => `<li>${escaped(reason)}</li>`).join('')}</ul>`,
    goalsOpen.length === 0 ? '' : `<p>Not reached: ${escaped(goalsOpen.join(', '))}</p>`,
    ...told.map((explanation) => `<pre>${escaped(textTimeline(explanation, { width: 110 }))}</pre>`),
  ].join('\n')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)
}
