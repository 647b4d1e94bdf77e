import type { CodeMap } from '../code-map.ts'
import { formatBytes, formatCoordinate as at, formatCount } from './format-number.ts'
import { html, type Html, type HtmlPart } from './html.ts'
import { baseName, folderOf } from './module-path.ts'

/** How many rows a list shows; what is left is counted below it. */
const ROWS_MAX = 12
const LONG_ROWS_MAX = 60

type IndexOf = (path: string) => number

/** The ranked lists: largest files, most imported modules, packages used. */
export function rankedSection(map: CodeMap, indexOf: IndexOf): Html {
  const largest = map.largest.map(({ path, bytes }) => ({
    name: moduleButton(path, indexOf),
    value: bytes,
    text: formatBytes(bytes),
  }))
  const imported = map.mostImported.map(({ path, importers }) => ({
    name: moduleButton(path, indexOf),
    value: importers,
    text: formatCount(importers),
  }))
  const packages = map.externals.map(({ name, modules }) => ({
    name: html`<span class="name">${name}</span>`,
    value: modules,
    text: formatCount(modules),
  }))
  return html`<section class="columns" id="ranks">
    ${ranking('Largest files', 'size', largest)} ${ranking('Most imported', 'importing modules', imported)}
    ${ranking('Packages used', 'importing modules', packages)}
  </section>`
}

/** The cycles, with one way around each. */
export function cyclesSection({ cycles }: CodeMap, indexOf: IndexOf): Html {
  const items = cycles.slice(0, LONG_ROWS_MAX).map(
    ({ modules, loop, atLoad }) =>
      html`<li>
        <p class="cycle-head">
          <b>${modules.length}</b> ${modules.length === 1 ? 'module' : 'modules'}
          <span class="tag ${atLoad ? 'warn' : ''}">${atLoad ? 'while loading' : 'types or import() only'}</span>
        </p>
        <p class="way">
          ${loop.map((path, index) => [index > 0 ? html`<i>→</i>` : undefined, moduleButton(path, indexOf)])}
        </p>
      </li>`,
  )
  return html`<section id="cycles">
    <h2>Import cycles <span class="number">${cycles.length}</span></h2>
    ${
      cycles.length === 0
        ? html`<p class="good">No module imports itself, directly or by way of others.</p>`
        : html`<p class="note">Modules that all reach each other, with a shortest way around from the first of them.</p>
            <ol class="cycles">
              ${items}
            </ol>
            ${rest(cycles.length, LONG_ROWS_MAX)}`
    }
  </section>`
}

/** What went wrong or was left out: parse errors, unresolved imports, skipped folders. */
export function gapsSection({ coverage, parseErrors, unresolved }: CodeMap, indexOf: IndexOf): Html {
  const errors = parseErrors.map(
    ({ path, message, line }) =>
      html`<li>
        ${moduleButton(path, indexOf)}<span class="detail">${line > 0 ? `line ${line}: ` : ''}${message}</span>
      </li>`,
  )
  const unknown = unresolved.map(
    ({ path, from }) => html`<li>${moduleButton(path, indexOf)}<span class="detail">${from}</span></li>`,
  )
  const skipped = coverage.skipped.map(({ path, why }) => gap(path, why))
  const twice = coverage.duplicates.map(({ path, what, times }) => gap(path, `${what}, ${times} times`))
  const missing = coverage.missing.map((path) => gap(path, 'named by a scan, never scanned'))
  return html`<section class="columns" id="gaps">
    ${gaps('Parse errors', errors, 'Every source file parsed.')}
    ${gaps('Imports that lead nowhere', unknown, 'Every relative import leads to a module of the map.')}
    ${gaps('Skipped on purpose', skipped, 'Nothing was left out.')}
    ${twice.length > 0 ? gaps('Visited more than once', twice, '') : undefined}
    ${missing.length > 0 ? gaps('Not visited', missing, '') : undefined}
  </section>`
}

// ---------------------------------------------------------------------------------------------

interface Ranked {
  readonly name: Html
  readonly value: number
  readonly text: string
}

function ranking(title: string, unit: string, entries: readonly Ranked[]): Html {
  const most = entries.reduce((max, { value }) => Math.max(max, value), 1)
  const rows = entries.slice(0, ROWS_MAX).map(
    ({ name, value, text }) =>
      html`<li>
        ${name}<span class="value">${text}</span>
        <svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
          <rect width="${at((100 * value) / most)}" height="3" />
        </svg>
      </li>`,
  )
  return html`<div>
    <h2>${title} <small>${unit}</small></h2>
    ${
      rows.length > 0
        ? html`<ol class="ranked">
            ${rows}
          </ol>`
        : html`<p class="good">None.</p>`
    }
    ${rest(entries.length, ROWS_MAX)}
  </div>`
}

function gaps(title: string, rows: readonly Html[], whenNone: string): Html {
  return html`<div>
    <h2>${title} <span class="number">${rows.length}</span></h2>
    ${
      rows.length > 0
        ? html`<ul class="gaps">
            ${rows.slice(0, LONG_ROWS_MAX)}
          </ul>`
        : html`<p class="good">${whenNone}</p>`
    }
    ${rest(rows.length, LONG_ROWS_MAX)}
  </div>`
}

function gap(path: string, detail: string): Html {
  return html`<li><span class="name">${path}</span><span class="detail">${detail}</span></li>`
}

function rest(count: number, shown: number): HtmlPart {
  return count > shown ? html`<p class="note">and ${formatCount(count - shown)} more</p>` : undefined
}

function moduleButton(path: string, indexOf: IndexOf): Html {
  const folder = folderOf(path)
  return html`<button class="module" data-m="${indexOf(path)}">
    ${folder === '.' ? undefined : html`<span class="path">${folder}/</span>`}<span class="name"
      >${baseName(path)}</span
    >
  </button>`
}
