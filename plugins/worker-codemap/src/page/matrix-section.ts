import type { FolderGroups } from './folder-groups.ts'
import { formatCoordinate as at } from './format-number.ts'
import { hueClass } from './hue-class.ts'
import { html, type Html } from './html.ts'
import { folderLabel, shortenedPath } from './module-path.ts'

const LABEL_WIDTH = 182
const HEAD_HEIGHT = 22
const SIDE = 500
const CELL_MIN = 12.5
const CELL_MAX = 28
const STEPS = 5

/** With more folders a matrix is too wide to stand beside the wheel. */
export const matrixBesideMax: number = 24

/**
 * Draws folders against folders: a cell says how many imports lead from the folder of its row into
 * the folder of its column. In dependency order everything below the diagonal is part of a cycle
 * of folders.
 */
export function matrixSection({ groups, links }: FolderGroups): Html {
  const cell = cellSide(groups.length)
  const width = LABEL_WIDTH + cell * groups.length
  const height = HEAD_HEIGHT + cell * groups.length
  const most = links.reduce((max, { count }) => Math.max(max, count), 1)
  const rows = groups.map(({ name }, index) => {
    const y = HEAD_HEIGHT + index * cell
    const middle = at(y + cell / 2)
    const label = shortenedPath(folderLabel(name), 22)
    return html`<g class="row ${hueClass(index)}" data-g="${index}"
        ><rect class="row-back" x="0" y="${at(y)}" width="${at(width)}" height="${at(cell)}" /><text
          class="row-name"
          x="${LABEL_WIDTH - 30}"
          y="${middle}"
          >${label}</text
        ><text class="row-number" x="${LABEL_WIDTH - 6}" y="${middle}">${index + 1}</text></g
      ><text class="column-number" x="${at(LABEL_WIDTH + (index + 0.5) * cell)}" y="14">${index + 1}</text
      ><rect
        class="diagonal"
        x="${at(LABEL_WIDTH + index * cell)}"
        y="${at(y)}"
        width="${at(cell)}"
        height="${at(cell)}"
      />`
  })
  const cells = links.map(({ from, to, count }) => {
    const x = LABEL_WIDTH + to * cell
    const y = HEAD_HEIGHT + from * cell
    const step = Math.ceil((STEPS * Math.log2(1 + count)) / Math.log2(1 + most))
    const place = from === to ? 'own' : to < from ? 'back' : 'on'
    const number =
      cell >= 17 && html`<text class="count" x="${at(x + cell / 2)}" y="${at(y + cell / 2)}">${count}</text>`
    return html`<g class="cell ${place} s${step}" data-from="${from}" data-to="${to}"
      ><rect
        x="${at(x + 0.75)}"
        y="${at(y + 0.75)}"
        width="${at(cell - 1.5)}"
        height="${at(cell - 1.5)}"
      />${number || undefined}</g
    >`
  })
  return html`<div class="matrix-box">
    <svg
      class="matrix ${cell < 15 ? 'dense' : ''}"
      width="${at(width)}"
      viewBox="0 0 ${at(width)} ${at(height)}"
      role="img"
      aria-label="Imports from folder to folder"
    >
      ${rows}${cells}
    </svg>
  </div>`
}

// ---------------------------------------------------------------------------------------------

function cellSide(count: number): number {
  const fitting = (SIDE - LABEL_WIDTH) / Math.max(1, count)
  return Math.max(CELL_MIN, Math.min(CELL_MAX, fitting))
}
