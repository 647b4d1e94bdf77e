import { noModel, noPlannerTools } from '@bosun/sdk'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesPlanner } from './files-planner.ts'
import { readPlanFile } from './read-plan-file.ts'

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-plan-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const TEMPLATE = `
title: Tests for every module
tasks:
  - id: 'test-{name}'
    type: write_test
    for_each: src/**/*.ts
    outputs: ['{file}.spec']
    body: { file: '{file}', note: ['for {name}', 3] }
  - id: report
    type: report
    depends_on: ['test-{name}']
`

describe('one task per file', () => {
  it('makes the tasks in the order of the paths, with their file in id, body and outputs', async () => {
    const folder = folderWith({
      'plan.yaml': TEMPLATE,
      'src/b.ts': '',
      'src/a.ts': '',
      'src/deep/Z.ts': '',
      'src/readme.md': '',
      'src/node_modules/x.ts': '',
      'src/.git/x.ts': '',
    })
    const { plan } = await readPlanFile(folder)
    expect(plan.title).toBe('Tests for every module')
    expect(plan.tasks.map(({ id }) => id)).toEqual(['test-a', 'test-b', 'test-Z', 'report'])
    expect(plan.tasks[0]).toEqual({
      id: 'test-a',
      type: 'write_test',
      outputs: ['src/a.ts.spec'],
      body: { file: 'src/a.ts', note: ['for a', 3] },
    })
    expect(plan.tasks[3]?.dependsOn).toEqual(['test-a', 'test-b', 'test-Z'])
  })

  it('hands on the path where the template has no body, and encodes it in the id', async () => {
    const folder = folderWith({
      'plan.yaml': `- { id: 'do/{file}', type: t, for_each: 'in/*' }`,
      'in/my file.txt': '',
      'in/…': '',
    })
    const { plan } = await readPlanFile(folder)
    expect(plan.tasks).toEqual([
      { id: 'do/in/my%20file.txt', type: 't', body: 'in/my file.txt' },
      { id: 'do/in/%e2%80%a6', type: 't', body: 'in/…' },
    ])
  })

  it('lets one template depend on another, file by file', async () => {
    const folder = folderWith({
      'plan.yaml': `
- { id: 'write-{name}', type: w, for_each: 'in/*' }
- { id: 'check-{name}', type: c, for_each: 'in/*', depends_on: ['write-{name}'] }`,
      'in/a': '',
      'in/b': '',
    })
    const { plan } = await readPlanFile(folder)
    expect(plan.tasks.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['write-a', undefined],
      ['write-b', undefined],
      ['check-a', ['write-a']],
      ['check-b', ['write-b']],
    ])
  })

  it('does not follow links', async () => {
    const folder = folderWith({ 'plan.yaml': `- { id: 'x-{name}', type: t, for_each: '**' }`, 'in/a': '' })
    symlinkSync('/', join(folder, 'in/root'))
    symlinkSync(join(folder, 'in/a'), join(folder, 'in/b'))
    expect((await readPlanFile(folder)).plan.tasks.map(({ body }) => body)).toEqual(['in/a', 'plan.yaml'])
  })

  it.each([
    ['no file matches', `for_each: 'none/*'`, `'x-{name}'`, ':3:13: ', 'at least one file'],
    ['the pattern climbs', `for_each: '../*'`, `'x-{name}'`, ':3:13: ', 'a relative pattern'],
    ['the pattern is absolute', `for_each: '/etc/*'`, `'x-{name}'`, ':3:13: ', 'a relative pattern'],
    ['all ids would be the same', `for_each: 'in/*'`, `x`, ':1:7: ', 'Write "x-{name}"'],
    ['a placeholder is unknown', `for_each: 'in/*'`, `'{name}-{nam}'`, ':1:7: ', 'received "a-{nam}"'],
  ])('refuses when %s', async (_, field, id, place, part) => {
    const folder = folderWith({ 'plan.yaml': `- id: ${id}\n  type: t\n  ${field}`, 'in/a': '' })
    await expect(readPlanFile(folder)).rejects.toThrow(`plan.yaml${place}`)
    await expect(readPlanFile(folder)).rejects.toThrow(part)
  })
})

/** A plan of two levels, the second of them as given. */
const levelled = (second: string) => `groups:
  - { name: pay, kind: requirement, title: Customers can pay }
  - ${second}
tasks:
  - { id: a, type: t, group: pay/cart }
`

describe('the file', () => {
  it('finds plan.yaml, plan.yml or plan.json, and refuses two', async () => {
    const list = '[{"id":"a","type":"t"}]'
    for (const name of ['plan.yaml', 'plan.yml', 'plan.json']) {
      expect((await readPlanFile(folderWith({ [name]: list }))).name).toBe(name)
    }
    const two = folderWith({ 'plan.yaml': list, 'plan.json': list })
    await expect(readPlanFile(two)).rejects.toThrow('plan.yaml and plan.json')
    expect((await readPlanFile(two, 'plan.json')).plan.tasks).toHaveLength(1)
  })

  it('says when there is none, and when it is a folder', async () => {
    await expect(readPlanFile(folderWith({}))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    await expect(readPlanFile(folderWith({ 'plan.yaml/x': '' }))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('places what the kernel names by path or by id, in templates too', async () => {
    const folder = folderWith({ 'plan.yaml': TEMPLATE, 'src/a.ts': '', 'src/b.ts': '' })
    const file = await readPlanFile(folder)
    expect(file.locate('tasks[2].dependsOn[0]')).toBe('plan.yaml:11:18')
    expect(file.locate('tasks[1].type')).toBe('plan.yaml:5:11')
    expect(file.locate('report')).toBe('plan.yaml:9:9')
    expect(file.locate('test-b')).toBe('plan.yaml:4:9')
    expect(file.locate('tasks[2] "report".dependsOn[0]')).toBe('plan.yaml:11:18')
    expect(file.locate('"test-a" and "report"')).toBe('plan.yaml:9:9')
    expect(file.locate('report → test-a → report')).toBe('plan.yaml:11:17')
    expect(file.locate('outputs of test-b')).toBe('plan.yaml:7:14')
    expect(file.locate('nobody')).toBeUndefined()
    expect(file.locate('tasks[9]')).toBeUndefined()
  })

  it('M-14: holds the levels of a plan, and says where one of them is wrong', async () => {
    const { plan } = await readPlanFile(
      folderWith({ 'plan.yaml': levelled('{ name: pay/cart, kind: block, slotsMax: 2 }') }),
    )
    expect(plan.groups).toEqual([
      { name: 'pay', kind: 'requirement', title: 'Customers can pay' },
      { name: 'pay/cart', kind: 'block', slotsMax: 2 },
    ])
    const refusal = (second: string) => readPlanFile(folderWith({ 'plan.yaml': levelled(second) }))
    await expect(refusal('{ name: pay }')).rejects.toThrow(/plan\.yaml:3:\d+.*another name than "pay"/)
    await expect(refusal('{ name: x, titel: y }')).rejects.toThrow(/plan\.yaml:3:\d+.*Did you mean "title"/)
    await expect(refusal('pay/cart')).rejects.toThrow(/plan\.yaml:3:\d+.*an object with a name/)
  })

  it('M-27: is a planner as any other, named files', async () => {
    const folder = folderWith({ 'plan.yaml': '- { id: a, type: t }' })
    const planner = filesPlanner()
    const { signal } = new AbortController()
    const checks = { bodySchemas: {}, check: () => Promise.resolve([]) }
    const request = { goal: null, workers: [], folder, signal, model: noModel, tools: noPlannerTools, ...checks }
    expect(planner.name).toBe('files')
    expect(await planner.plan(request)).toEqual({ tasks: [{ id: 'a', type: 't', body: null }] })
  })
})
