import { describe, expect, it } from 'vitest'
import { describeCoverage } from './code-map-coverage.ts'
import { type CodeMap, emptyCodeMap, finishCodeMap, foldScans } from './code-map.ts'
import { scansOf } from './folder-scan.fixture.ts'
import type { FolderScan } from './folder-scan.ts'

const mapOf = (scans: readonly FolderScan[]): CodeMap => finishCodeMap(scans.reduce(foldScans, emptyCodeMap()))

const shop = {
  'index.ts': 'export * from "./order/order.js";\nimport "zod";',
  'order/order.ts': 'import { total } from "./total"; import { type Order } from "./types.ts"; import z from "zod";',
  'order/total.ts': 'import type { Order } from "./types.ts"; import "node:fs"; export const total = 1;',
  'order/types.ts': 'export interface Order {} export { total } from "./total.ts";',
  'broken.ts': '\nexport {{',
}

describe('finishCodeMap (M-61)', () => {
  it('gives the map of an empty code base', () => {
    expect(mapOf(scansOf({})).totals.modules).toBe(0)
    expect(mapOf(scansOf({})).coverage.complete).toBe(true)
  })

  it('sums up a code base and resolves its imports', () => {
    const map = mapOf(scansOf(shop))
    expect(map.totals).toEqual({
      modules: 5,
      folders: 2,
      bytes: Object.values(shop).join('').length,
      lines: 7,
      exports: 4,
      links: 5,
      externals: 2,
      unresolved: 0,
      cycles: 1,
      parseErrors: 1,
    })
    expect(map.links).toEqual([
      { from: 'index.ts', to: 'order/order.ts', kinds: ['re-export'] },
      { from: 'order/order.ts', to: 'order/total.ts', kinds: ['import'] },
      { from: 'order/order.ts', to: 'order/types.ts', kinds: ['type'] },
      { from: 'order/total.ts', to: 'order/types.ts', kinds: ['type'] },
      { from: 'order/types.ts', to: 'order/total.ts', kinds: ['re-export'] },
    ])
    expect(map.externals).toEqual([
      { name: 'zod', modules: 2 },
      { name: 'node:fs', modules: 1 },
    ])
    expect(map.mostImported.slice(0, 2)).toEqual([
      { path: 'order/total.ts', importers: 2 },
      { path: 'order/types.ts', importers: 2 },
    ])
    expect(map.largest[0]).toEqual({ path: 'order/order.ts', bytes: 94, lines: 1 })
    expect(map.parseErrors.map(({ path, line }) => `${path}:${line}`)).toEqual(['broken.ts:2'])
  })

  it('shows a cycle with a way around, and that types alone close it', () => {
    expect(mapOf(scansOf(shop)).cycles).toEqual([
      {
        modules: ['order/total.ts', 'order/types.ts'],
        loop: ['order/total.ts', 'order/types.ts', 'order/total.ts'],
        atLoad: false,
      },
    ])
  })

  it('takes an import of interfaces for a type import, though nothing says so', () => {
    const files = {
      'a.ts': 'import { B } from "./b"; export class A {}',
      'b.ts': 'import { A } from "./a"; export interface B {}',
    }
    const map = mapOf(scansOf(files))
    expect(map.links.map(({ kinds }) => kinds)).toEqual([['type'], ['import']])
    expect(map.cycles.map(({ atLoad }) => atLoad)).toEqual([false])
  })

  it('finds a module that imports itself, and a cycle while loading', () => {
    const files = {
      'self.ts': 'import "./self.ts"',
      'a.ts': 'import "./b.ts"',
      'b.ts': 'require("./c.ts")',
      'c.ts': 'export * from "./a.ts"',
      'd.ts': 'import("./e.ts")',
      'e.ts': 'import "./d.ts"',
    }
    expect(mapOf(scansOf(files)).cycles.map(({ loop, atLoad }) => [loop.join(' '), atLoad])).toEqual([
      ['a.ts b.ts c.ts a.ts', true],
      ['d.ts e.ts d.ts', false],
      ['self.ts self.ts', true],
    ])
  })

  it('reports what was visited twice, not at all, or on purpose not', () => {
    const [root, order] = scansOf(shop)
    if (!root || !order) throw new Error('the shop has two folders')
    const skipped = { path: 'node_modules', why: 'installed packages' }
    const { coverage, totals } = mapOf([
      { ...root, folders: ['order', 'lost'], skipped: [skipped], otherFiles: 3 },
      order,
      order,
    ])
    expect(totals.modules).toBe(5)
    expect(coverage).toEqual({
      filesSeen: 5,
      filesParsed: 4,
      filesFailed: 1,
      filesOther: 3,
      folders: 2,
      roots: ['.'],
      duplicates: [
        { path: 'order', what: 'folder', times: 2 },
        { path: 'order/order.ts', what: 'file', times: 2 },
        { path: 'order/total.ts', what: 'file', times: 2 },
        { path: 'order/types.ts', what: 'file', times: 2 },
      ],
      missing: ['lost'],
      skipped: [skipped],
      complete: false,
    })
    expect(describeCoverage(coverage)).toBe(
      '4 of 5 source files parsed in 2 folders, INCOMPLETE: 4 visited twice, 1 folders not visited; 1 skipped, 3 other files',
    )
  })

  it('says in one line that every file was visited once', () => {
    expect(describeCoverage(mapOf(scansOf(shop)).coverage)).toBe(
      '4 of 5 source files parsed in 2 folders, each visited once; 0 skipped, 0 other files',
    )
  })
})
