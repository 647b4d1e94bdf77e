import type { FolderSummary } from '../folder-summary.ts'
import { html, type Html } from './html.ts'
import { folderLabel } from './module-path.ts'

/** What the section of summaries looks like; only a page that has one holds it. */
export const summariesStyle = `
#summaries dl{margin:0;display:grid;grid-template-columns:minmax(140px,auto) minmax(0,1fr);gap:0}
#summaries dt,#summaries dd{margin:0;padding:9px 0;border-top:1px solid var(--line)}
#summaries dt:first-of-type,#summaries dd:first-of-type{border:0}
#summaries dt{padding-right:22px;font:600 12.5px/1.6 var(--mono);overflow-wrap:anywhere}#summaries dd{max-width:78ch;font:15px/1.55 var(--serif)}
#summaries .depth-1{padding-left:18px}#summaries .depth-2{padding-left:36px}
@media(max-width:700px){#summaries dl{grid-template-columns:minmax(0,1fr)}#summaries dd{border:0;padding-top:0}}
`

/** What a model says of the folders, from the root down. */
export function summariesSection(summaries: readonly FolderSummary[]): Html {
  return html`<section id="summaries">
    <h2>What is where</h2>
    <p class="note">
      Written by a model that saw names and exports, and no other line of the code. Nobody has checked it.
    </p>
    <dl>
      ${summaries.map(
        ({ folder, summary }) =>
          html`<dt class="depth-${depthOf(folder)}">${folderLabel(folder)}</dt>
            <dd>${summary}</dd>`,
      )}
    </dl>
  </section>`
}

function depthOf(folder: string): number {
  return folder === '.' ? 0 : Math.min(2, folder.split('/').length)
}
