import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'
import { timesText } from './ranking-table.ts'
import { countVerdicts, type Place } from './ranking.ts'
import { reportStyle } from './report-style.ts'
import { VERDICTS, type Contestant, type Scoreboard, type Verdict } from './scoreboard.ts'

const WORDS: Readonly<Record<Verdict, string>> = {
  right: 'right',
  wrong: 'wrong answer',
  threw: 'threw an error',
  crashed: 'crashed',
  'timed-out': 'gave no answer in time',
}
const SIGNS: Readonly<Record<Verdict, string>> = { right: '✓', wrong: '✗', threw: '!', crashed: '†', 'timed-out': '∞' }

/** The scoreboard as one page that needs nothing but itself: no script, no network, no other file. */
export function reportPage(scoreboard: Scoreboard, places: readonly Place[]): string {
  const { title, contestants } = scoreboard
  const ranked = places.flatMap(({ name }) => contestants.filter((contestant) => contestant.name === name))
  const hash = createHash('sha256').update(reportStyle).digest('base64')
  // As one piece: the policy knows the style by its hash, blanks included.
  const style = new Html(`<style>${reportStyle}</style>`)
  const bars = `style-src-elem 'sha256-${hash}'; style-src-attr 'unsafe-inline'`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${bars}" />
        <title>${title}: bake-off</title>
        ${style}
      </head>
      <body>
        <header>
          <p class="soft">Bake-off</p>
          <h1>${title}</h1>
          <p>
            ${places[0]?.of ?? 0} checks, the same for ${places.length} implementations, each in processes of its own.
            Whoever crashed or hung has lost that check, not its place in the table.
          </p>
        </header>
        <main>
          ${rankingSection(places)} ${heatSection(scoreboard, ranked)}
          <h2>Every check</h2>
          <p class="soft">Point at a mark to read what was wrong.</p>
          ${scoreboard.sections.map((section) => sectionDetails(section, ranked))}
          <h2>What went wrong, by implementation</h2>
          ${ranked.map((contestant) => faultDetails(scoreboard, contestant))}
        </main>
        <footer>
          Times are multiples of the fastest, over whole patterns from their text to the last answer. They depend on the
          machine and are not ranked on.
        </footer>
      </body>
    </html> `.markup
}

// ---------------------------------------------------------------------------------------------

function rankingSection(places: readonly Place[]): Html {
  return html`<h2>Ranking</h2>
    <ul class="key">
      ${VERDICTS.map((verdict) => html`<li><i class="${verdict}"></i>${WORDS[verdict]}</li>`)}
    </ul>
    <div class="card">
      <table class="ranking">
        <thead>
          <tr>
            <th></th>
            <th>Implementation</th>
            <th>Checks</th>
            <th class="number">Right</th>
            <th class="number">Time</th>
          </tr>
        </thead>
        <tbody>
          ${places.map(
            ({ rank, name, version, counts, of, timesTheFastest }) =>
              html`<tr class="${rank === 1 ? 'first' : ''}">
                <td class="rank">${rank}</td>
                <td><span class="name">${name}</span><span class="version">${version}</span></td>
                <td>
                  <div class="bar">
                    ${VERDICTS.filter((verdict) => counts[verdict] > 0).map(
                      (verdict) =>
                        html`<i
                          class="${verdict}"
                          style="flex:${counts[verdict]}"
                          title="${counts[verdict]} ${WORDS[verdict]}"
                        ></i>`,
                    )}
                  </div>
                </td>
                <td class="number"><b>${counts.right}</b> <span class="soft">of ${of}</span></td>
                <td class="number soft">${timesText(timesTheFastest)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

function heatSection({ sections }: Scoreboard, ranked: readonly Contestant[]): Html {
  return html`<h2>Strong and weak parts</h2>
    <p class="soft">Right answers by part of the specification.</p>
    <div class="card">
      <table class="heat">
        <thead>
          <tr>
            <th></th>
            ${sections.map(({ title, checks }) => html`<th>${title} <span class="soft">(${checks.length})</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${ranked.map(
            (contestant) =>
              html`<tr>
                <th class="name">${contestant.name}</th>
                ${sections.map(({ checks }) => {
                  const ids = checks.map(({ id }) => id)
                  const share = countVerdicts(contestant, ids).right / ids.length
                  return html`<td><span style="background:${heatColour(share)}">${Math.round(100 * share)}%</span></td>`
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

function sectionDetails(
  { title, source, checks }: Scoreboard['sections'][number],
  ranked: readonly Contestant[],
): Html {
  const full = ranked.filter(({ scores }) => checks.every(({ id }) => scores[id]?.verdict === 'right')).length
  return html`<details>
    <summary>
      <h3>${title}</h3>
      <span class="soft"
        >${checks.length} ${checks.length === 1 ? 'check' : 'checks'}, all right for ${full} of ${ranked.length}</span
      >
    </summary>
    <div>
      <table class="checks">
        <thead>
          <tr>
            <th></th>
            ${ranked.map(({ name }) => html`<th>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${checks.map(
            ({ id, question }) =>
              html`<tr>
                <th title="${id}">${question}</th>
                ${ranked.map(({ scores }) => html`<td>${mark(scores[id])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="soft">Source: ${source}.</p>
  </details>`
}

function faultDetails({ sections }: Scoreboard, { name, scores }: Contestant): Html {
  const faults = sections.flatMap(({ checks }) => checks.filter(({ id }) => scores[id]?.verdict !== 'right'))
  if (faults.length === 0)
    return html`<details>
      <summary><span class="name">${name}</span><span class="soft">nothing</span></summary>
    </details>`
  return html`<details>
    <summary>
      <span class="name">${name}</span
      ><span class="soft">${faults.length} ${faults.length === 1 ? 'check' : 'checks'}</span>
    </summary>
    <div>
      <table class="faults">
        <tbody>
          ${faults.map(
            ({ id, question }) =>
              html`<tr>
                <td>${question}</td>
                <td>${mark(scores[id])}<code>${scores[id]?.detail}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`
}

function mark(score: Contestant['scores'][string] | undefined): Html {
  const { verdict = 'wrong', detail } = score ?? {}
  const words = WORDS[verdict]
  return html`<span class="mark ${verdict}" title="${detail === undefined ? words : `${words}: ${detail}`}"
    >${SIGNS[verdict]}</span
  >`
}

/** From the colour of a crash to that of a right answer, pale enough for text in either scheme. */
function heatColour(share: number): string {
  const colour = `color-mix(in oklch, var(--crashed), var(--right) ${Math.round(100 * share)}%)`
  return `color-mix(in oklab, ${colour} 42%, var(--panel))`
}
