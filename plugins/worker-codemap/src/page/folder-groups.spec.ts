import { describe, expect, it } from 'vitest'
import { emptyCodeMap, finishCodeMap, foldScans } from '../code-map.ts'
import { scansOf } from '../folder-scan.fixture.ts'
import { folderGroups, groupCountMax, otherFolders } from './folder-groups.ts'

const groupsOf = (files: Readonly<Record<string, string>>) =>
  folderGroups(finishCodeMap(scansOf(files).reduce(foldScans, emptyCodeMap())))

describe('folderGroups', () => {
  it('puts a folder before those it imports and counts the imports', () => {
    const { groups, links } = groupsOf({
      'a/a.ts': 'import "../z/z.ts"; import "../z/y.ts"; import "./b.ts";',
      'a/b.ts': '',
      'z/z.ts': '',
      'z/y.ts': '',
      'main.ts': 'import "./a/a.ts"',
    })
    expect(groups.map(({ name, modules }) => [name, modules])).toEqual([
      ['.', 1],
      ['a', 2],
      ['z', 2],
    ])
    expect(links).toEqual([
      { from: 0, to: 1, count: 1 },
      { from: 1, to: 1, count: 1 },
      { from: 1, to: 2, count: 2 },
    ])
  })

  it('orders folders of a cycle so that few imports lead back', () => {
    const { groups } = groupsOf({
      'a/a.ts': 'import "../b/a.ts"',
      'b/a.ts': 'import "../a/a.ts"; import "../a/b.ts"',
      'a/b.ts': '',
    })
    expect(groups.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it('merges the smallest folders into their parents where there are too many', () => {
    const folders = Array.from({ length: 50 }, (_, at) => `top${at % 3}/f${at}`)
    const files = folders.flatMap((folder, at) => (at < 10 ? [`${folder}/a.ts`] : [`${folder}/a.ts`, `${folder}/b.ts`]))
    const { groups } = groupsOf(Object.fromEntries(files.map((path) => [path, ''])))
    const names = groups.map(({ name }) => name)
    expect(names.length).toBe(groupCountMax)
    expect(names).toEqual(expect.arrayContaining(['top0', 'top1', 'top2', 'top1/f49']))
    expect(names).not.toContain('top1/f1')
    expect(groups.reduce((sum, { modules }) => sum + modules, 0)).toBe(files.length)
  })

  it('gathers the smallest where even the top folders are too many', () => {
    const files = Array.from({ length: 100 }, (_, at) => [`f${at}/a.ts`, ''])
    const { groups } = groupsOf(Object.fromEntries(files) as Record<string, string>)
    expect(groups.length).toBe(groupCountMax)
    expect(groups.find(({ name }) => name === otherFolders)?.modules).toBe(61)
  })
})
