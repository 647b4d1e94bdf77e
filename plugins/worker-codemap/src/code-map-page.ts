import { createHash } from 'node:crypto'
import type { CodeMap } from './code-map.ts'
import { describeCoverage } from './code-map-coverage.ts'
import { folderGroups, type FolderGroups } from './page/folder-groups.ts'
import { formatBytes, formatCount } from './page/format-number.ts'
import { constantElement, html, type Html, jsonMarkup } from './page/html.ts'
import { cyclesSection, gapsSection, rankedSection } from './page/lists-section.ts'
import { matrixBesideMax, matrixSection } from './page/matrix-section.ts'
import { pageData } from './page/page-data.ts'
import { pageScript } from './page/page-script.ts'
import { pageStyle } from './page/page-style.ts'
import { summariesSection, summariesStyle } from './page/summaries-section.ts'
import { treemapSection } from './page/treemap-section.ts'
import { wheelModulesMax, wheelSection } from './page/wheel-section.ts'

/** How the page is named. */
export interface CodeMapPageOptions {
  /** What was mapped, usually the path of its root. @defaultValue "Code map" */
  readonly title?: string
}

/**
 * Writes the map as one HTML page that opens anywhere: no network, no other file. Names from the
 * code stand in it as text only, and its content policy allows no script but its own.
 *
 * Use it once per map, after `finishCodeMap`.
 *
 * @returns the whole document
 * @example await writeFile("codemap.html", renderCodeMapPage(map, { title: "rxjs/src" }));
 */
export function renderCodeMapPage(map: CodeMap, options: CodeMapPageOptions = {}): string {
  const title = options.title ?? 'Code map'
  const groups = folderGroups(map)
  const positions = new Map(map.modules.map(({ path }, index) => [path, index]))
  const { summaries } = map
  const style = summaries === undefined ? pageStyle : pageStyle + summariesStyle
  const indexOf = (path: string): number => positions.get(path) ?? -1
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy(style)}" />
        <title>${title}</title>
        ${constantElement('style', style)}
      </head>
      <body>
        ${pageHeader(map, title)}
        <div class="layout">
          <main>
            ${summaries === undefined ? undefined : summariesSection(summaries)}${treemapSection(map, groups)}
            ${graphSection(map, groups)} ${rankedSection(map, indexOf)} ${cyclesSection(map, indexOf)}
            ${gapsSection(map, indexOf)} ${tableSection()}
          </main>
          <aside aria-label="Selection">
            <p class="note">Select a module to see what it exports, imports, and who imports it.</p>
          </aside>
        </div>
        <footer>Relative imports are resolved by file name; aliases and package names count as packages.</footer>
        <div id="tip" hidden></div>
        <script type="application/json" id="data">
          ${jsonMarkup(pageData(map, groups))}
        </script>
        ${constantElement('script', pageScript)}
      </body>
    </html> `.markup
}

// ---------------------------------------------------------------------------------------------

/** Only the style and the script that are in the page, known by their hashes. */
function contentPolicy(style: string): string {
  return `default-src 'none'; style-src ${hashSource(style)}; script-src ${hashSource(pageScript)}`
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function pageHeader({ totals, coverage }: CodeMap, title: string): Html {
  const figures: readonly (readonly [string, string, boolean?])[] = [
    [formatCount(totals.modules), 'modules'],
    [formatCount(totals.folders), 'folders'],
    [formatCount(totals.lines), 'lines'],
    [formatBytes(totals.bytes), 'of source'],
    [formatCount(totals.exports), 'exports'],
    [formatCount(totals.links), 'imports inside'],
    [formatCount(totals.externals), 'packages used'],
    [formatCount(totals.cycles), 'import cycles', totals.cycles > 0],
    [formatCount(totals.parseErrors), 'parse errors', totals.parseErrors > 0],
  ]
  const items = figures.map(
    ([figure, name, warn]) => html`<li class="${warn ? 'warn' : ''}"><b>${figure}</b><span>${name}</span></li>`,
  )
  return html`<header>
    <p class="over">Code map</p>
    <h1>${title}</h1>
    <ul class="totals">
      ${items}
    </ul>
    <p class="coverage ${coverage.complete ? '' : 'warn'}">${describeCoverage(coverage)}</p>
    <button id="theme" type="button">Light / dark</button>
  </header>`
}

function graphSection(map: CodeMap, groups: FolderGroups): Html {
  const byFolder = map.modules.length > wheelModulesMax
  const beside = byFolder && groups.groups.length <= matrixBesideMax
  return html`<section id="imports">
    <h2>Who imports whom</h2>
    <p class="note">
      ${
        byFolder
          ? 'Folders on a rim, as wide as they have modules; curves are imports between them.'
          : 'Modules on a rim, by folder; curves are imports.'
      }
      Point at one: <span class="key key-out">what it imports</span><span class="key key-in">what imports it</span>. In
      the table each cell counts imports from its row into its column; rows stand before what they import, so
      <span class="key key-in">cells left of the diagonal</span> close a cycle of folders.
    </p>
    <div class="graphs ${beside ? '' : 'stacked'}">
      ${wheelSection(map, groups)} ${groups.groups.length > 1 ? matrixSection(groups) : undefined}
    </div>
  </section>`
}

function tableSection(): Html {
  return html`<section id="modules">
    <h2>All modules</h2>
    <div class="find">
      <input id="filter" type="search" placeholder="Filter by path or exported name" aria-label="Filter modules" />
      <span class="note" id="found"></span>
    </div>
    <table>
      <thead>
        <tr></tr>
      </thead>
      <tbody></tbody>
    </table>
    <p><button id="more" type="button" hidden>Show all</button></p>
  </section>`
}
