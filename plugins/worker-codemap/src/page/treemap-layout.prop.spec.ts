import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SourceModule } from '../source-module.ts'
import { treemapLayout } from './treemap-layout.ts'

const module = (path: string, bytes: number): SourceModule => ({
  path,
  bytes,
  lines: 1,
  exports: [],
  imports: [],
})

const modules = fc
  .dictionary(fc.stringMatching(/^([a-c]\/){0,3}[a-d]\.ts$/), fc.nat(5_000), { maxKeys: 40 })
  .map((sizes) => Object.entries(sizes).map(([path, bytes]) => module(path, bytes)))

describe('treemapLayout', () => {
  it('keeps tiles inside the drawing and files apart', () => {
    fc.assert(
      fc.property(modules, (modules) => {
        const tiles = treemapLayout(modules, 1000, 500)
        for (const { x, y, width, height } of tiles) {
          expect(Math.min(x, y, width, height)).toBeGreaterThanOrEqual(0)
          expect(x + width).toBeLessThanOrEqual(1000.001)
          expect(y + height).toBeLessThanOrEqual(500.001)
        }
        const files = tiles.filter((tile) => tile.module !== undefined)
        for (const [at, a] of files.entries()) {
          for (const b of files.slice(at + 1)) {
            const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
            const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
            expect(Math.min(wide, high)).toBeLessThan(0.001)
          }
        }
      }),
    )
  })

  it('gives files of one folder areas in proportion to their bytes', () => {
    const tiles = treemapLayout([module('a.ts', 300), module('b.ts', 100)], 400, 100)
    expect(tiles.map(({ width, height }) => Math.round(width * height))).toEqual([30_000, 10_000])
  })

  it('shows an empty file among empty files', () => {
    expect(treemapLayout([module('a.ts', 0), module('b.ts', 0)], 100, 100).length).toBe(2)
  })
})
