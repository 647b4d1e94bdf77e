import type { CodeMap } from '../code-map.ts'
import type { FolderGroups } from './folder-groups.ts'
import { formatCoordinate as at } from './format-number.ts'
import { hueClass } from './hue-class.ts'
import { html, type Html } from './html.ts'
import { shortened } from './module-path.ts'
import { treemapLayout, type TreemapTile } from './treemap-layout.ts'

const WIDTH = 1000
const HEIGHT = 520
const CHARACTER_WIDTH = 5.9

/** Draws all modules as tiles, folders around their files, areas by size. */
export function treemapSection(map: CodeMap, groups: FolderGroups): Html {
  const cyclic = new Set(map.cycles.flatMap(({ modules }) => modules))
  const tiles = treemapLayout(map.modules, WIDTH, HEIGHT).map((tile) => {
    const module = tile.module === undefined ? undefined : map.modules[tile.module]
    if (!module || tile.module === undefined) return folderTile(tile)
    const hue = hueClass(groups.groupOf[tile.module] ?? 0)
    return moduleTile(tile, tile.module, module.error ? `${hue} failed` : hue, cyclic.has(module.path))
  })
  return html`<section id="sizes">
    <h2>Where the code is</h2>
    <p class="note">
      Each tile is a file, as large as its size in bytes; colours are folders.
      <span class="key key-cyclic">part of an import cycle</span>
      <span class="key key-failed">did not parse</span>
    </p>
    <div class="wide">
      <svg class="treemap" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Files by size">${tiles}</svg>
    </div>
  </section>`
}

// ---------------------------------------------------------------------------------------------

function folderTile(tile: TreemapTile): Html {
  return html`<rect class="folder" ${box(tile)} />${tile.titled ? text(tile, 4, 11.5, 'folder-name') : undefined}`
}

function moduleTile(tile: TreemapTile, module: number, classes: string, cyclic: boolean): Html {
  const named = tile.width > 30 && tile.height > 13
  return html`<g class="tile ${classes}" data-m="${module}"
    ><rect ${box(tile)} />${named ? text(tile, 3, 10.5, 'tile-name') : undefined}${cyclic ? corner(tile) : undefined}</g
  >`
}

function text(tile: TreemapTile, left: number, down: number, style: string): Html {
  const label = shortened(tile.label, Math.floor((tile.width - 2 * left) / CHARACTER_WIDTH))
  return html`<text class="${style}" x="${at(tile.x + left)}" y="${at(tile.y + down)}">${label}</text>`
}

/** Marks a tile without covering its name. */
function corner({ x, y, width, height }: TreemapTile): Html {
  const side = Math.min(8, width / 2, height / 2)
  return html`<path class="corner" d="M${at(x + width - 1 - side)} ${at(y + height - 1)}h${at(side)}v${at(-side)}z" />`
}

/** A hair narrower than the tile, so that neighbours stay apart. */
function box({ x, y, width, height }: TreemapTile): Html {
  const [w, h] = [Math.max(0.5, width - 1), Math.max(0.5, height - 1)]
  return html`x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}"`
}
